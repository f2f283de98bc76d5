"""Errors of the bot, each named for the condition; the message is one sentence with the remedy, fit for a person."""


class BotError(Exception):
    """Base of all; the room gets the sentence, the log gets the trace."""


class TeamUnknown(BotError):
    """No team has this name."""


class TeamFileInvalid(BotError):
    """A team CSV breaks the format; the message names the line."""


class StorageUnavailable(BotError):
    """The database cannot be used now (locked, full, away)."""


class DatabaseTooNew(BotError):
    """The database was written by a newer Midway."""
