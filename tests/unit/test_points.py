"""The point of a practice that fits a question best."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.library import load_shipped
from knowledge.points import FITS, Place, Points, places, point_text, texts
from knowledge.reading import Vectors

LIBRARY = load_shipped().practices
ONE, OTHER = (LIBRARY[name] for name in ("pilot-charter", "engagement-rate"))
SIZE = len(places(ONE)) + len(places(OTHER))


@pytest.fixture(scope="module")
def points() -> Points:
    """Each point lies in a direction of its own."""
    return Points.of((ONE, OTHER), np.eye(SIZE, dtype=np.float32))


def toward(row: int, share: float = 1.0) -> Vectors:
    """A question with this cosine to the point of one row and to no other."""
    vector = np.zeros(SIZE, dtype=np.float32)
    vector[row] = share
    return vector


def test_each_practice_has_its_own_points(points: Points) -> None:
    found = [points.best(ONE, toward(row)) for row in range(SIZE)]
    assert found == [*places(ONE), *[None] * len(places(OTHER))]
    begin = len(places(ONE))
    assert [points.best(OTHER, toward(begin + row)) for row in range(len(places(OTHER)))] == places(OTHER)


def test_a_point_must_fit_well(points: Points) -> None:
    assert points.best(ONE, toward(3, FITS + 0.02)) == places(ONE)[3]
    assert points.best(ONE, toward(3, FITS - 0.02)) is None


def test_steps_measures_mistakes_limits_and_deciders_are_points() -> None:
    found = places(ONE)
    assert Place("steps", 0) in found
    assert {place.section for place in found} == {"steps", "measure", "mistakes", "when_not", "who_decides"}
    assert point_text(ONE, Place("steps", 1)) == ONE.sections.steps[1]


def test_what_is_read_of_a_point_has_neither_marks_nor_bold() -> None:
    said = [text for practice in LIBRARY.values() for text in texts(practice)]
    assert len(said) == sum(len(places(practice)) for practice in LIBRARY.values())
    assert not [text for text in said if "**" in text or "[^" in text]


def test_rows_that_do_not_fit_are_refused(points: Points) -> None:
    assert Points.kept(points.rows, points.counts).spans == points.spans
    with pytest.raises(ValueError, match="do not fit"):
        Points.kept(points.rows[1:], points.counts)
