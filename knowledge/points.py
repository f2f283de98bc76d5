"""The single points of practices, and how near each is to what a question wants: an answer says the nearest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np

from knowledge.practice import Practice, plain
from knowledge.reading import Vectors

STEPS = "steps"
ABOUT, FIRST, DIFFERING = (
    ("title", "summary"),
    (STEPS, "measure", "mistakes", "when_not", "who_decides"),
    ("conflicts",),
)
"""What a practice says of itself as a whole, sections whose points an answer may begin with, where sources differ."""
FITS, AHEAD, CONCERNS = 0.47, 0.08, 0.57
"""The cosine from which a point is to the point, and by how much it must be closer to the question than the practice as
a whole, as whoever asks in general asks for no point; the cosine from which what sources differ on concerns the
question. Chosen by reading: of the open sets' questions one in sixteen has such a point, and two in three of those
points say what was asked, of nearer ones half; a fifth of those whose practice has sources that differ ask about that.
"""
UNASKED, TELLS = 0.15, 0.4
"""By how much a mistake, a limit, a measure or who decides must be closer where nobody asked for it, as one that merely
shares the question's words answers nothing; the cosine from which a step tells the amount that is asked for, which is
known by its form, too. Chosen by reading eighty answers.
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
    """All that is compared with questions."""
    named = ((name, len(getattr(practice.sections, name))) for name in FIRST + DIFFERING)
    return [*(Place(name, 0) for name in ABOUT), *(Place(name, at) for name, count in named for at in range(count))]


def point_text(practice: Practice, place: Place) -> str:
    """What stands there."""
    if place.section == "title":
        return practice.title
    found: str | tuple[str, ...] = getattr(practice.sections, place.section)
    return found if isinstance(found, str) else found[place.at]


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

    def closeness(self, practice: Practice, question: Vectors) -> Closeness:
        """The cosine of each place of the practice to what the question wants, a unit vector."""
        rows = self.rows[slice(*self.spans[practice.id])]
        return dict(zip(places(practice), (rows.astype(np.float32) @ question / WHOLE).tolist(), strict=True))


def to_the_point(closeness: Closeness, asked: str = STEPS, sections: Sequence[str] = FIRST) -> Place | None:
    """The point of these sections that an answer begins with; None where none fits better than the practice as a whole.
    ``asked`` is the section that the question is after.
    """
    whole = max((closeness[place] for place in closeness if place.section in ABOUT), default=0.0)

    def fits(place: Place) -> bool:
        ahead = AHEAD if place.section in (STEPS, asked) else UNASKED
        return place.section in sections and closeness[place] >= max(FITS, whole + ahead)

    return max(filter(fits, closeness), key=closeness.__getitem__, default=None)


def concerned(closeness: Closeness) -> list[Place]:
    """What sources differ on, where that concerns the question, the closest first."""
    among = [place for place in closeness if place.section in DIFFERING and closeness[place] >= CONCERNS]
    return sorted(among, key=closeness.__getitem__, reverse=True)
