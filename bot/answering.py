"""What the advisor needs from knowledge: an answer to a question, and a practice by its id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.ports import Draft
from knowledge.answers import Answer, Part
from knowledge.practice import Practice


class Answering(Protocol):
    """What the bot asks the library. ``before`` are the earlier questions of the thread, oldest first."""

    async def answer(self, question: str, before: Sequence[str], draft: Draft) -> Answer: ...

    async def everything(self, practice_id: str, tongue: str = "en") -> tuple[Part, Answer] | None:
        """The whole practice as one part with its citations, or None if it is no longer in the library."""
        ...

    def practice(self, practice_id: str) -> Practice | None: ...

    def nearest(self, text: str) -> tuple[str, float] | None:
        """The practice that a text is nearest to, and how near (a cosine); None where none is near. Blocking."""
        ...
