"""Errors of the bot, each named for the condition; the message is one sentence with the remedy, fit for a person."""


class BotError(Exception):
    """Base of all; the room gets the sentence, the log gets the trace."""


class TeamUnknown(BotError):
    """No team has this name."""


class TeamChangeRefused(BotError):
    """What is wanted for a team is not possible: the name is taken, the team would be above itself, or it has
    withdrawn.
    """


class TeamFileInvalid(BotError):
    """A team CSV breaks the format; the message names the line."""


class StorageUnavailable(BotError):
    """The database cannot be used now (locked, full, away); ``word`` says it to a program."""

    def __init__(self, sentence: str, word: str = "away") -> None:
        super().__init__(sentence)
        self.word = word


class DatabaseTooNew(BotError):
    """The database was written by a newer Midway."""


class NotAllowed(BotError):
    """This person does not have the role for it."""


class NoBrief(BotError):
    """There is no result to make a brief of; the message says what is missing."""


class ChangedMeanwhile(BotError):
    """Somebody else changed it after this person began to."""


class FieldWrong(BotError):
    """Something in a form cannot be used; the message names the field and says how to write it."""


class NotPublishable(BotError):
    """A practice breaks the rules that every practice is held to; ``findings`` says which."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("It cannot be published yet: " + "; ".join(findings))
        self.findings = findings
