"""The single points of practices, and how close each lies to a question: an answer says the closest one first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np

from knowledge.practice import Practice, plain
from knowledge.reading import Vectors

FIRST, DIFFERING = ("steps", "measure", "mistakes", "when_not", "who_decides"), ("conflicts",)
"""Sections whose points an answer may begin with, and where sources differ."""
FITS, CONCERNS = 0.5, 0.4
"""The cosine from which a point is to the point, and from which what sources differ on concerns the question. Chosen by
reading: of the open sets' questions a quarter have such a point, and five in six of those points say what was asked;
a fifth of those whose practice has sources that differ ask about that.
"""
WHOLE = 127
"""What one is kept as: eight bits a number are enough to tell points apart."""
Small = np.ndarray[Any, np.dtype[np.int8]]


class Place(NamedTuple):
    """Where a point stands: a section of the practice and the place in it, from 0."""

    section: str
    at: int


Closeness = Mapping[Place, float]


def places(practice: Practice) -> list[Place]:
    """Each point that is compared with questions."""
    return [Place(name, at) for name in FIRST + DIFFERING for at in range(len(getattr(practice.sections, name)))]


def point_text(practice: Practice, place: Place) -> str:
    """The point as it stands in the practice."""
    text: str = getattr(practice.sections, place.section)[place.at]
    return text


def texts(practice: Practice) -> list[str]:
    """What those points say, without the marks of their sources."""
    return [plain(point_text(practice, place)) for place in places(practice)]


@dataclass(frozen=True)
class Points:
    """Where the points of each practice lie, one row each, in the order of ``places``."""

    rows: Small
    spans: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, practices: Iterable[Practice], vectors: Vectors) -> Points:
        """``vectors`` are the unit vectors of the ``texts`` of these practices, one after the other."""
        return cls.kept(np.rint(vectors * WHOLE).astype(np.int8), {each.id: len(places(each)) for each in practices})

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

    def closeness(self, practice: Practice, question: Vectors) -> Closeness:
        """The cosine of each point of the practice to the question, a unit vector."""
        rows = self.rows[slice(*self.spans[practice.id])]
        return dict(zip(places(practice), (rows.astype(np.float32) @ question / WHOLE).tolist(), strict=True))


def closest(closeness: Closeness, sections: Sequence[str], least: float) -> Place | None:
    """The closest point of these sections, if it is close enough."""
    among = [place for place in closeness if place.section in sections and closeness[place] >= least]
    return max(among, key=closeness.__getitem__, default=None)
