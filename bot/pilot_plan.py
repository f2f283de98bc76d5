"""A pilot's plan as a frozen value: sheets, milestones, what it was built from. Any renderer can draw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know or do: what is drawn bold, then the rest. ``practice`` is the id of the practice it comes from;
    empty where it is the team's own.
    """

    lead: str
    text: str = ""
    practice: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """``numbered`` where the order matters."""

    key: str
    title: str
    lines: tuple[Line, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    key: str
    title: str
    on: date


@dataclass(frozen=True, slots=True)
class Used:
    """A practice that the plan was built from; ``number`` is its mark in the plan."""

    number: int
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class PilotPlan:
    """``facts`` are label and value. ``sheet`` is the page for everybody, ``team`` the one for those who take part.

    ``agreement`` is what to forward to the sponsor, paragraph by paragraph; empty where the blessing is firm.
    ``milestones`` are in order of their dates.
    """

    goal: str
    facts: tuple[tuple[str, str], ...]
    sheet: tuple[Section, ...]
    team: tuple[Section, ...]
    agreement: tuple[Line, ...]
    milestones: tuple[Milestone, ...]
    starts_on: date
    ends_on: date
    review_on: date
    used: tuple[Used, ...]

    def lines(self) -> Iterator[Line]:
        """Every line of every sheet."""
        for section in (*self.sheet, *self.team):
            yield from section.lines
        yield from self.agreement

    def used_by(self, lines: Iterable[Line]) -> tuple[Used, ...]:
        """The practices of these lines, by number."""
        ids = {line.practice for line in lines}
        return tuple(used for used in self.used if used.id in ids)

    def mark(self, line: Line) -> str:
        """`` [2]``: which practice a line is taken from; empty for the team's own words."""
        found = next((used.number for used in self.used if used.id == line.practice), None)
        return f" [{found}]" if found else ""
