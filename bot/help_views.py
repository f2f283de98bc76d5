"""What Midway says of itself: who it is, what it takes, and three questions to begin with."""

from __future__ import annotations

from collections.abc import Iterable

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
SMALL_PRINT = "Answers come only from curated practices, each with its sources. Questions are kept under a pseudonym."


def help_reply(*, commands: Iterable[tuple[str, str]] = (), tongue: str = "en", notice: str = "") -> Reply:
    """``notice`` is small print as well: where questions go, when a model is used."""
    text = say(tongue, WHO_I_AM)
    ours = ((say(tongue, word), say(tongue, rest)) for word, rest in (*_COMMANDS, *commands))
    steps = Steps(tuple(Step(word, rest) for word, rest in ours), numbered=False)
    suggested = [say(tongue, question) for question in SUGGESTIONS]
    try_these = Buttons(tuple(Button(question, "ask", question) for question in suggested))
    small = [Paragraph(line, quiet=True) for line in (say(tongue, SMALL_PRINT), notice) if line]
    return Reply(text, (Paragraph(text), steps, Paragraph(say(tongue, "Try one:")), try_these, *small))


_COMMANDS = (
    ("Ask", "in your own words; follow up in the same thread."),
    ("my team is NAME", "so that what you try counts for your team."),
    ("team NAME", "in a channel: the channel speaks for that team."),
    ("register our team", "for a chapter, dealer, agent or any team: you choose how visible it is."),
    ("our team", "shows what is recorded about it; change, leave or withdraw it there."),
    ("our practices", "where your team stands; say there what came of it."),
    ("who else did WORDS", "other teams, as visible as they chose to be."),
    ("pilot", "a one-page plan from three answers."),
    ("brief", "one page about your latest result, to forward."),
    ("subscribe", "one tip a week, at the hour you choose; also: tips, pause tips, unsubscribe."),
    ("privately QUESTION", "in a channel: the answer is for you alone until you share it."),
    ("my data", "what I keep about you; also: forget me, stop tracking me."),
    ("help", "shows this."),
)
