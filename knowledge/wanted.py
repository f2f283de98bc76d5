"""What somebody asked: the words, the tongue to answer in, and which part of which practice would answer them."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.amounts import Tells, amount_asked
from knowledge.aspects import Aspect, aspect_of
from knowledge.frames import say
from knowledge.going_on import Told
from knowledge.reading import Vectors
from knowledge.wording import asking, asks_openly


@dataclass(frozen=True)
class Asked:
    """A message as typed, as it is searched for, and the tongue to answer it in. ``back``: it is about what was said
    before it; ``told`` is what was said there.
    """

    text: str
    english: str
    tongue: str
    back: bool = False
    told: Told = frozenset()

    def say(self, english: str, *, key: str = "", **values: object) -> str:
        """A phrase of ours in the asker's tongue."""
        return say(self.tongue, english, key=key, **values)


@dataclass(frozen=True)
class Wanted:
    """Which practice, and which aspect of it, answers a question that wants ``intent``: None where the practice was
    named, of which no point is wanted more than others. ``tells`` knows the amount that it asks for; ``openly``:
    neither yes nor no would answer it.
    """

    question: str
    practice: str
    aspect: Aspect
    intent: Vectors | None
    tells: Tells | None
    openly: bool = False

    @classmethod
    def by(cls, question: str, practice: str, intent: Vectors) -> Wanted:
        asked = " ".join(asking(question))
        return cls(question, practice, aspect_of(asked), intent, amount_asked(asked), asks_openly(question))
