"""The single points of practices, and how near each is to what a question wants: an answer says the nearest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from knowledge.practice import Practice, plain
from knowledge.reading import Vectors

STEPS = "steps"
FIRST, DIFFERING = (STEPS, "measure", "mistakes", "when_not", "who_decides"), ("conflicts",)
"""Sections whose points an answer may begin with; where sources differ."""
SHORT = "short_answers"
"""Questions with what settles each: how near they are is told in ``knowledge/shorts.py``."""
ELSEWHERE = "elsewhere"
"""Where the nearest short answer of all other practices stands among the places of one."""
OVERLAP = 1.5
"""What the cosine of words counts beside that of wants: whoever asks for one thing mostly names it."""
FITS, AHEAD, UNASKED = 0.4, 0.3, 0.5
"""The closeness from which a point is to the point; by how much it must be closer than the practice's other points are
on the whole, as whoever asks in general asks for none; the same in a section that nobody asked for (steps are asked for
unless a question says otherwise). Chosen with the 200 questions of ``bench/points.py``: of 108 that a point answers, 31
get one and 22 the right one; of 83 general ones three get one.
"""
CONCERNS, TELLS = 0.55, 0.5
"""The closeness from which what sources differ on concerns the question (of those 200 one in four, nine of the
twenty that readers noted), and from which a step tells the amount that is asked for, which is known by its form, too.
"""
SETTLES, RESEMBLES = 1.01, 0.93
"""How near a short answer's question must be (``knowledge/shorts.py``), with that by which it leads the practice's next
and that by which it leads all others, to be taken for the one that was asked, and to be told with its question. Of 313
questions of the open sets (``bench/short_answers.py``) 91 begin with one, 71 of them rightly and nine wrongly, and 39
are told one, 22 rightly and 12 wrongly.
"""
WHOLE = 127
"""What one is kept as: eight bits a number are enough to tell points apart."""
Small = np.ndarray[Any, np.dtype[np.int8]]


class Place(NamedTuple):
    """Where a point stands: a section of the practice and the place in it, from 0."""

    section: str
    at: int


Closeness = Mapping[Place, float]
NOWHERE: Closeness = MappingProxyType({})
"""Where it is not known how close the points lie."""


def places(practice: Practice) -> list[Place]:
    """All that is compared with questions by what it says."""
    named = ((name, len(getattr(practice.sections, name))) for name in (*FIRST, *DIFFERING))
    return [Place(name, at) for name, count in named for at in range(count)]


def point_text(practice: Practice, place: Place) -> str:
    """What stands there."""
    found: tuple[str, ...] = getattr(practice.sections, place.section)
    return found[place.at]


def texts(practice: Practice) -> list[str]:
    """What those points say, without the marks of their sources."""
    return [plain(point_text(practice, place)) for place in places(practice)]


@dataclass(frozen=True)
class Points:
    """Where the points of each practice lie, a row each, in the order of ``places``."""

    rows: Small
    spans: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, practices: Iterable[Practice], intents: Vectors) -> Points:
        """``intents`` are what the ``texts`` of these practices want, one after the other, unit vectors."""
        return cls.kept(np.rint(intents * WHOLE).astype(np.int8), {each.id: len(places(each)) for each in practices})

    @classmethod
    def kept(cls, rows: Small, counts: Mapping[str, int]) -> Points:
        """From the rows and how many of them each practice has. Raises ValueError where they do not fit together."""
        bounds = list(accumulate(counts.values(), initial=0))
        if bounds[-1] != len(rows):
            raise ValueError("the points of the snapshot do not fit together")
        return cls(rows, dict(zip(counts, pairwise(bounds), strict=True)))

    @property
    def counts(self) -> dict[str, int]:
        return {name: end - begin for name, (begin, end) in self.spans.items()}

    def closeness(self, practice: Practice, question: Vectors, overlap: Vectors) -> Closeness:
        """How close each place of the practice is to a question: the cosine to what it wants, a unit vector, and the
        ``overlap`` of their words, one number a place.
        """
        rows = self.rows[slice(*self.spans[practice.id])]
        near = rows.astype(np.float32) @ question / WHOLE + OVERLAP * overlap
        return dict(zip(places(practice), near.tolist(), strict=True))


def to_the_point(closeness: Closeness, asked: str = STEPS, sections: Sequence[str] = FIRST) -> Place | None:
    """The point of these sections that an answer begins with; None where none stands out among the practice's points.
    ``asked`` is the section that the question is after.
    """
    among = [value for place, value in closeness.items() if place.section in FIRST]
    total, beside = sum(among), max(1, len(among) - 1)

    def fits(place: Place) -> bool:
        ahead = AHEAD if place.section == asked else UNASKED
        others = (total - closeness[place]) / beside
        return place.section in sections and closeness[place] >= max(FITS, others + ahead)

    return max(filter(fits, closeness), key=closeness.__getitem__, default=None)


def asked_so(closeness: Closeness, least: float) -> Place | None:
    """The short answer whose question is closest to this one, if that, how far it leads the practice's next, and how
    far it leads all others of the library, come to this together.
    """
    among = sorted((place for place in closeness if place.section == SHORT), key=closeness.__getitem__)
    if not among:
        return None
    best = closeness[among[-1]]
    next_one = closeness[among[-2]] if among[1:] else best
    ahead = best - next_one, best - max(next_one, closeness.get(Place(ELSEWHERE, 0), next_one))
    return among[-1] if best + sum(ahead) >= least else None


def concerned(closeness: Closeness) -> list[Place]:
    """What sources differ on, where that concerns the question, the closest first."""
    among = [place for place in closeness if place.section in DIFFERING and closeness[place] >= CONCERNS]
    return sorted(among, key=closeness.__getitem__, reverse=True)
