"""What was said before in a thread: the questions that were asked there, and the practices that were opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.messages import Conversation
from bot.storage.unit import Unit
from knowledge.practice import Practice

Lookup = Callable[[str], Practice | None]
"""A practice of the library in force, by its id."""
TURNS = 3
"""How many earlier turns of a thread are context for the next."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """``text`` is a question, None past retention, or the title of a practice that was ``opened``; ``practices`` are
    what the question was answered with, or the one that was opened.
    """

    at: datetime
    text: str | None
    practices: tuple[str, ...]
    opened: bool = False


async def earlier_in(unit: Unit, where: Conversation, practice: Lookup) -> list[Earlier]:
    """The last turns of this thread, oldest first. A practice that is opened counts as if its title had been typed."""
    asked = await unit.questions.thread(where.tenant, where.thread_key, TURNS)
    opened = await unit.openings.thread(where.tenant, where.thread_key, TURNS)
    turns = [Earlier(turn.asked_at, turn.text, turn.practices) for turn in asked]
    turns += [Earlier(at, found.title, (found.id,), opened=True) for at, name in opened if (found := practice(name))]
    kept: list[Earlier] = []
    for turn in sorted(turns, key=lambda turn: turn.at):
        # Who opens the one practice that was the answer goes on with what was asked, not with its title.
        if not (turn.opened and kept and kept[-1].practices == turn.practices):
            kept.append(turn)
    return kept[-TURNS:]
