"""What is said of sources that differ: what concerns the question, with every side of it."""

from __future__ import annotations

from knowledge.differing import differing
from knowledge.points import Place

POINTS = ("Tone: one wants warmth, one distance.", "Length: a page, or ten.", "Others say that it depends.", "When: today.")


def told(*concern: int, most: int = 100) -> str:
    return differing(POINTS, [Place("conflicts", at) for at in concern], most)


def test_only_what_concerns_the_question_is_told_the_closest_first() -> None:
    assert told(3) == "When: today."
    assert told(3, 0) == "When: today. Tone: one wants warmth, one distance."
    assert told() == ""


def test_a_point_that_does_not_say_what_it_is_about_stays_with_the_one_before_it() -> None:
    assert told(1) == "Length: a page, or ten. Others say that it depends."
    assert told(2) == told(1) == told(2, 1)


def test_where_not_all_of_it_fits_what_concerns_the_question_comes_first() -> None:
    assert told(2, most=7) == "Others say that it depends."


def test_what_does_not_fit_is_left_out_whole() -> None:
    assert told(3, 0, most=5) == "When: today."


def test_where_no_point_says_what_it_is_about_all_belong_together() -> None:
    assert differing(("Some say yes.", "Some say no."), [Place("conflicts", 1)], 100) == "Some say yes. Some say no."
