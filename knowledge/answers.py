"""An answer as a value: what was made of a question, with its citations. Words only, no layout of any platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.gate import Desk
from knowledge.practice import Source


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    DECLINED = "declined"
    ROUTED = "routed"
    REFUSED = "refused"
    FAILED = "failed"


TURNED_AWAY = frozenset({Outcome.DECLINED, Outcome.ROUTED, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class Point:
    """One item of a list: what is drawn bold, then the rest."""

    lead: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list under a heading; numbered where the order matters. ``of`` is how many points there are in all, where it
    may be that some are left out.
    """

    heading: str
    points: tuple[Point, ...]
    numbered: bool = False
    of: int = 0

    @property
    def cut(self) -> bool:
        return len(self.points) < self.of


@dataclass(frozen=True, slots=True)
class Part:
    """The answer to one question: which practice it is from, a lead that answers, and lists."""

    practice: str
    title: str
    lead: str
    lists: tuple[Listing, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A practice that the answer rests on, with those of its sources that the words used cite."""

    id: str
    title: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A practice that lies nearby but is not what the question is answered from; ``gist`` says what it is about."""

    id: str
    title: str
    gist: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def words(self) -> int:
        return len(f"{self.title} {self.gist}".split())


@dataclass(frozen=True, slots=True)
class Answer:
    """``message`` is what is said when there are no parts, or before them. Marks ``[n]`` in the words count through
    the sources of all citations in order. ``see_also`` may be what was meant instead, as likely as not where the
    question is ``ambiguous``; ``nearest`` is what the library does know nearby where it has no answer. What is refused
    and ``may_be_honest`` is answered as well. ``desk`` is the one that ``route`` names, as the asker knows it.
    ``tongue`` is how Midway speaks to the asker: ``lang``, or a way of
    speaking it (``knowledge/frames.py``).
    """

    outcome: Outcome
    message: str = ""
    parts: tuple[Part, ...] = ()
    citations: tuple[Citation, ...] = ()
    route: str | None = None
    confidence: float = 0.0
    lang: str = "en"
    tongue: str = "en"
    nearest: tuple[Near, ...] = ()
    see_also: tuple[Near, ...] = ()
    ambiguous: bool = False
    may_be_honest: bool = False
    offer_expert: bool = False
    ai_generated: bool = False
    desk: Desk | None = None
    small_talk: str | None = field(default=None)

    @property
    def declined(self) -> bool:
        return self.outcome in TURNED_AWAY

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources in the order of their marks."""
        return tuple(source for citation in self.citations for source in citation.sources)
