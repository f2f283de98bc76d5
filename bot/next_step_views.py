"""What is said about what comes next: what is being tried, and one practice that builds on what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.adoption_views import LONGEST_LABEL, MOST_SHOWN, NO_ANSWER, REPORT
from bot.dates import long_date
from bot.help_views import SUGGESTIONS
from bot.next_step import NextStep
from bot.replies import Block, Button, Buttons, Heading, Paragraph, Reply, Step, Steps
from bot.views import adoption_buttons

NO_STEP = (
    "I see no next step yet: ask me something, press “We'll try it” or “Already do” below my answer, and I will "
    "suggest what builds on it."
)
NO_STEP_LEFT = "I have no other practice to propose: say how these went."


@dataclass(frozen=True, slots=True)
class Tried:
    """A practice that is being tried; ``asks_at`` is when we ask how it went, None where we do not."""

    practice_id: str
    title: str
    since: datetime
    asks_at: datetime | None


def next_step_blocks(then: NextStep) -> list[Block]:
    """Exactly one next practice, with the reason and the one set of buttons."""
    return [
        Heading("One next step"),
        Paragraph(f"{then.practice.title}, because {then.because}."),
        adoption_buttons(NO_ANSWER, then.practice.id),
        Buttons((Button("Read it", "more", f"{NO_ANSWER}|{then.practice.id}"),)),
    ]


def next_step_reply(then: NextStep | None, tried: Sequence[Tried] = ()) -> Reply:
    """The next practice, and what is being tried: that is to be brought to its end first, or proved."""
    going = _tried_blocks(tried[:MOST_SHOWN])
    if then is None and not tried:
        ask = Buttons((Button(SUGGESTIONS[0], "ask", SUGGESTIONS[0]),))
        return Reply(NO_STEP, (Paragraph(NO_STEP), ask), audience="sender")
    if then is None:
        return Reply(NO_STEP_LEFT, (*going, Paragraph(NO_STEP_LEFT)), audience="sender")
    text = f"One next step: {then.practice.title}, because {then.because}."
    return Reply(text, (*going, *next_step_blocks(then)))


def _tried_blocks(tried: Sequence[Tried]) -> list[Block]:
    if not tried:
        return []
    steps = tuple(Step(one.title, f"since {long_date(one.since)}{_asks(one)}") for one in tried)
    results = tuple(Button(f"{REPORT}: {one.title}"[:LONGEST_LABEL], "result", one.practice_id) for one in tried)
    return [
        Heading("What you are trying"), Steps(steps, numbered=False),
        Paragraph("Say how it went, or report what came of it:", quiet=True),
        Buttons(tuple(Button(one.title[:LONGEST_LABEL], "change-state", one.practice_id) for one in tried)),
        Buttons(results),
    ]


def _asks(one: Tried) -> str:
    return f"; on {long_date(one.asks_at)} I will ask you how it went" if one.asks_at else ""
