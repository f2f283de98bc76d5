"""A report as a value: the same for chat, page, paper and file, so that their figures cannot differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.report_periods import Period

SECTIONS = ("funnel", "outcomes", "tips", "teams", "practices", "results", "gaps", "actions")
TITLES = {
    "funnel": "From asked to proven", "outcomes": "What came of the questions", "tips": "Weekly tips",
    "teams": "Who asks", "practices": "Practices", "results": "Results and pilots", "gaps": "Gaps",
    "actions": "So I will…",
}


@dataclass(frozen=True, slots=True)
class Lead:
    """What a figure leads to on pages, in words: a pilot, the brief of a result, the report of a team, or the library's
    page of a practice. Whoever draws it leaves out what its reader may not open.
    """

    kind: Literal["pilot", "brief", "team", "practice", "gaps", "library"]
    words: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``value`` is None where there is none, or where it may not be told: then it is ``suppressed``.

    ``basis`` says of what it is a count, over which time and out of how many. ``before`` is the figure of the period
    before. ``leads`` are for pages alone.
    """

    key: str
    label: str
    value: float | None
    basis: str
    suppressed: bool = False
    before: float | None = None
    leads: tuple[Lead, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a team stands with a practice; ``team`` is what it wants to be called."""

    team: str
    state: str
    since: date


@dataclass(frozen=True, slots=True)
class Spreading:
    """A practice and the teams that took it up, in the order in which they did. ``counted`` more are only counted.
    ``by_itself`` is whether teams that are told of took it up though nobody could have ordered them to.
    """

    practice_id: str
    title: str
    teams: tuple[Standing, ...]
    counted: int
    by_itself: bool


@dataclass(frozen=True)
class Report:
    """``complete`` is whether the period is over; questions are counted to the day before ``counted_to``.

    ``team`` names the team that it is narrowed to, empty for all. ``trend`` are questions by week, oldest first.
    ``made_up`` is whether it is of the demo, which every form of it says.
    """

    tenant: str
    period: Period
    complete: bool
    counted_to: date | None
    made_at: datetime
    team: str = ""
    sections: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    trend: tuple[tuple[int, int | None], ...] = ()
    spread: tuple[Spreading, ...] = ()
    made_up: bool = False

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every figure with the name of its section."""
        for name in SECTIONS:
            for row in self.sections.get(name, ()):
                yield name, row

    def value(self, key: str) -> float | None:
        """The figure with this key; None where there is none or it may not be told."""
        return next((row.value for _, row in self.rows() if row.key == key), None)
