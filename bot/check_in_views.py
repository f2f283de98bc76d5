"""What is said about how a try went: the question, and what comes of each answer."""

from __future__ import annotations

from datetime import datetime

from bot.dates import long_date
from bot.replies import Block, Button, Buttons, Field, Form, Paragraph, Reply
from bot.views import STATES

WORKED = "worked"
FAILED = "did not work"
EARLY = "too early"
NEVER = "never"
REASON_FORM = "check-in-reason"
LONGEST_REASON = 500
WHY = (
    "You said that you would try this, so I am asking once how it went. “Don't ask me again” stops such questions; "
    "say “check in after 3 weeks” to be asked at another time."
)
NEVER_AGAIN = (
    "I will not ask you again how a try went. What you stated stays as it is. To be asked again, say “ask me again”."
)
ASKED_AGAIN = "I will ask you how it went when you next try something."
NOT_ASKED = "I asked neither you nor your team about that. To say where you stand, ask me about it and press a button."
NO_TEAM = "I do not know your team yet, so I cannot set when to ask it. Say: my team is NAME."
HOW_LONG = "Between 1 day and 365 days, please: for instance “check in after 3 weeks”, or “never ask us”."
NO_REASON = "Nothing was added: the record is as it was."
TOO_LATE_TO_EXPLAIN = "That has changed since, or somebody else stated it, so nothing was added."
EXPLAINED = "Thank you, the reason is recorded."


def card(title: str, practice_id: str, since: datetime) -> Reply:
    """The question. Its buttons carry the day on which the try began: a later try is another."""
    question = f"You have been trying “{title}” since {long_date(since)}. How did it go?"
    labels = (("Worked", WORKED), ("Did not", FAILED), ("Too early", EARLY), ("Don't ask me again", NEVER))
    buttons = Buttons(tuple(
        Button(label, "check-in", f"{answer}|{practice_id}|{since.date()}", primary=answer == WORKED)
        for label, answer in labels
    ))
    return Reply(f"{WHY} {question}", (Paragraph(WHY, quiet=True), Paragraph(question), buttons))


def withdrawn_card(title: str, practice_id: str, since: datetime) -> Reply:
    """In place of the question, where the practice is no longer cited: nothing has to be answered."""
    said = f"You have been trying “{title}” since {long_date(since)}. It is no longer cited, so I ask no more about it."
    hint = "If you stopped, or measured what came of it, tell me: it stays on your team's record."
    buttons = Buttons((
        Button("We stopped", "set-state", f"{practice_id}|stopped"), Button("Report a result", "result", practice_id),
    ))
    return Reply(f"{said} {hint}", (Paragraph(said), Paragraph(hint, quiet=True), buttons))


def worked_reply(title: str, practice_id: str, team: str | None) -> Reply:
    said = f"Recorded {_whose(team)}: “{title}” worked, so you are doing it now."
    ask = "What came of it? A figure from before and one from after make it something to show."
    button = Buttons((Button("Report a result", "result", practice_id, primary=True),))
    return _reply(said, Paragraph(ask), button)


def failed_reply(title: str, practice_id: str, team: str | None, *, explained: bool) -> Reply:
    said = f"Recorded {_whose(team)}: “{title}” did not work and is stopped. That is just as worth knowing."
    if explained:
        return Reply(said)
    hint = "Only if you like: a sentence helps the next team"
    field = Field("reason", "Why not?", hint, required=False, multiline=True)
    return _reply(said, Form(REASON_FORM, practice_id, "Why it did not work", "Save", (field,)))


def early_reply(title: str, team: str | None, due_at: datetime | None) -> Reply:
    """``due_at`` is None where nobody is to be asked again."""
    then = f" I will ask again on {long_date(due_at)}." if due_at else ""
    return Reply(f"Recorded {_whose(team)}: too early to say for “{title}”, so it still counts as a try.{then}")


def stands_reply(title: str, state: str, since: datetime, team: str | None) -> Reply:
    """To an answer that came before, or that is about a try which is over."""
    what, day = STATES.get(state, state), long_date(since)
    return _alone(f"That question is closed. “{title}” is recorded {_whose(team)} as: {what}, since {day}.")


def ask_after_reply(team: str, days: int) -> Reply:
    if not days:
        return Reply(f"{team} will not be asked any more how a try went. To be asked again: “check in after 2 weeks”.")
    count = "1 day" if days == 1 else f"{days} days"
    return Reply(f"{team} will be asked how a try went after {count}.")


def _whose(team: str | None) -> str:
    return f"for {team}" if team else "for you"


def _reply(said: str, *more: Block) -> Reply:
    return Reply(said, (Paragraph(said), *more))


def _alone(text: str) -> Reply:
    return Reply(text, audience="sender")
