"""What Midway says of itself: who it is, what it takes, and three questions to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.phrasing import say
from bot.replies import Button, Buttons, Paragraph, Reply, Step, Steps

SUGGESTIONS = (
    "How do we launch a pilot?",
    "How do I win a sponsor who only looks at numbers?",
    "What should we measure each month?",
)
WHO_I_AM = (
    "I am Midway, a bot that knows social media practice: pilots, sponsors, measuring, "
    "working with units you cannot order about."
)
MODEL = (
    "A model helps here: questions go to {places}; mentions, e-mail addresses and phone numbers are masked."
)
SMALL_PRINT = "Answers come only from curated practices, each with its sources. Questions are kept under a pseudonym."


def model_notice(models_at: Sequence[str], tongue: str = "en") -> str:
    """Where questions go when models are used, one for words or another for vectors, too; empty where none is."""
    if not models_at:
        return ""
    one, *others = models_at
    places = say(tongue, "{one} and {other}", one=one, other=others[0]) if others else one
    return say(tongue, MODEL, places=places)


def help_reply(
    *, commands: Iterable[tuple[str, str]] = (), tongue: str = "en", models_at: Sequence[str] = ()
) -> Reply:
    """``models_at`` as in ``model_notice``, which is small print as well."""
    text = say(tongue, WHO_I_AM)
    ours = ((say(tongue, word), say(tongue, rest)) for word, rest in (*_COMMANDS, *commands))
    steps = Steps(tuple(Step(word, rest) for word, rest in ours), numbered=False)
    suggested = [say(tongue, question) for question in SUGGESTIONS]
    try_these = Buttons(tuple(Button(question, "ask", question) for question in suggested))
    lines = (say(tongue, SMALL_PRINT), model_notice(models_at, tongue))
    small = [Paragraph(line, quiet=True) for line in lines if line]
    return Reply(text, (Paragraph(text), steps, Paragraph(say(tongue, "Try one:")), try_these, *small))


_COMMANDS = (
    ("Ask", "in your own words; follow up in the same thread."),
    ("my team is NAME", "so that what you try counts for your team."),
    ("team NAME", "in a channel: the channel speaks for that team."),
    ("register our team", "for a chapter, dealer, agent or any team: you choose how visible it is."),
    ("our team", "shows what is recorded about it; change, leave or withdraw it there."),
    ("our practices", "where your team stands; say there what came of it."),
    ("practices", "what is in the library, by topic."),
    ("who else did WORDS", "other teams, as visible as they chose to be."),
    ("pilot", "a one-page plan from three answers."),
    ("brief", "one page about your latest result, to forward."),
    ("subscribe", "one tip a week, at the hour you choose; also: tips, pause tips, unsubscribe."),
    ("privately QUESTION", "in a channel: the answer is for you alone until you share it."),
    ("my data", "what I keep about you; also: forget me, stop tracking me."),
    ("help", "shows this."),
)
