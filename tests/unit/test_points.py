"""The point of a practice that fits a question best."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.library import load_shipped
from knowledge.points import (
    AHEAD,
    CONCERNS,
    DIFFERING,
    FIRST,
    FITS,
    OVERLAP,
    STEPS,
    UNASKED,
    Place,
    Points,
    concerned,
    places,
    point_text,
    texts,
    to_the_point,
)
from knowledge.practice import Practice
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


def best(points: Points, practice: Practice, row: int, share: float = 1.0) -> Place | None:
    return to_the_point(points.closeness(practice, toward(row, share), nothing_shared(practice)))


def nothing_shared(practice: Practice) -> Vectors:
    return np.zeros(len(places(practice)), dtype=np.float32)


def test_each_practice_has_its_own_points(points: Points) -> None:
    begin = len(places(ONE))
    for row in range(SIZE):
        practice, place = (ONE, places(ONE)[row]) if row < begin else (OTHER, places(OTHER)[row - begin])
        assert best(points, practice, row) == (place if place.section in FIRST else None)
        assert best(points, OTHER if practice is ONE else ONE, row) is None


def test_a_point_must_fit_well(points: Points) -> None:
    assert best(points, ONE, 3, FITS + 0.01) == places(ONE)[3]
    assert best(points, ONE, 3, FITS - 0.01) is None


def test_points_and_what_sources_differ_on_are_told_apart() -> None:
    near = {Place("steps", 0): 0.3, Place("steps", 4): 0.7, Place("conflicts", 0): 0.9}
    assert to_the_point(near) == Place("steps", 4)
    assert concerned({**near, Place("conflicts", 1): 0.95}) == [Place("conflicts", 1), Place("conflicts", 0)]
    assert concerned({Place("conflicts", 0): CONCERNS - 0.01}) == []
    assert to_the_point({}) is None
    assert concerned({}) == []


def among_others(point: Place, value: float, usual: float = 0.6) -> dict[Place, float]:
    """A practice's points at this closeness on the whole, one of them at that one."""
    others = {Place(STEPS, at): usual for at in range(1000, 1400)}
    return {**others, point: value}


def test_who_asks_in_general_asks_for_no_point() -> None:
    point = Place(STEPS, 4)
    assert to_the_point(among_others(point, 0.6 + AHEAD + 0.01)) == point
    assert to_the_point(among_others(point, 0.6 + AHEAD - 0.01)) is None


@pytest.mark.parametrize("section", [section for section in FIRST if section != STEPS])
def test_a_point_of_a_section_that_nobody_asked_for_must_fit_much_better(section: str) -> None:
    point = Place(section, 0)
    assert to_the_point(among_others(point, 0.6 + UNASKED - 0.01)) is None
    assert to_the_point(among_others(point, 0.6 + UNASKED - 0.01), section) == point
    assert to_the_point(among_others(point, 0.6 + UNASKED + 0.01)) == point
    assert to_the_point(among_others(point, 1.2), sections=(STEPS,)) is None


def test_shared_words_bring_a_point_nearer(points: Points) -> None:
    shared = nothing_shared(ONE)
    shared[5] = 0.5
    found = points.closeness(ONE, toward(3, 0.2), shared)
    assert found[places(ONE)[5]] == pytest.approx(OVERLAP * 0.5)
    assert found[places(ONE)[3]] == pytest.approx(0.2, abs=0.01)


def test_each_point_is_compared() -> None:
    found = [*places(ONE), *places(OTHER)]
    assert {place.section for place in found} == {*FIRST, *DIFFERING}
    assert point_text(OTHER, Place(STEPS, 1)) == OTHER.sections.steps[1]


def test_what_is_read_of_a_point_has_neither_marks_nor_bold() -> None:
    said = [text for practice in LIBRARY.values() for text in texts(practice)]
    assert len(said) == sum(len(places(practice)) for practice in LIBRARY.values())
    assert not [text for text in said if "**" in text or "[^" in text]


def test_rows_that_do_not_fit_are_refused(points: Points) -> None:
    assert Points.kept(points.rows, points.counts).spans == points.spans
    with pytest.raises(ValueError, match="do not fit"):
        Points.kept(points.rows[1:], points.counts)
