"""Which point an answer says before the others."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.ahead import best_point, closest_steps, measures, section, telling_step
from knowledge.amounts import amount_asked
from knowledge.answers import Part
from knowledge.aspects import Aspect
from knowledge.excerpts import points_of
from knowledge.extractive import Composer
from knowledge.library import load_shipped
from knowledge.points import FITS, STEPS, TELLS, UNASKED, Place
from knowledge.prose import CHECKED

LIBRARY = load_shipped().practices
PILOT, CARD = LIBRARY["pilot-charter"], LIBRARY["monthly-scorecard"]
END = Place("steps", 5)
"""The step that says how long a pilot takes."""
MISTAKE = Place("mistakes", 4)


def part(question: str, closeness: dict[Place, float], practice: str = "pilot-charter") -> Part:
    return Composer(date(2026, 6, 1)).part(
        LIBRARY[practice], Aspect.HOW, closeness=closeness, tells=amount_asked(question)
    )


def test_the_step_that_tells_the_amount_comes_before_what_lies_closer() -> None:
    first = part("How long should a pilot last?", {END: TELLS, MISTAKE: 0.9}).lists[0]
    assert (first.heading, len(first.points)) == ("Most to the point", 1)
    assert "six to twelve weeks" in first.points[0].text


@pytest.mark.parametrize(("closest", "kept"), [((), [0, 1, 2, 3, 4, 5]), ((6,), [0, 1, 2, 3, 4, 6]), ((6, 3), [0, 1, 2, 3, 4, 6])])
def test_of_more_steps_than_there_is_room_for_the_closest_later_ones_stay_in_their_order(closest: tuple[int, ...], kept: list[int]) -> None:
    """What to do when it has happened often comes last."""
    steps = points_of(PILOT.sections.steps)
    [listing] = closest_steps(PILOT, [section(PILOT, STEPS)], {Place(STEPS, at): 0.1 for at in closest})
    assert len(steps) == listing.of == 7
    assert listing.points == tuple(steps[at] for at in kept)


def test_an_amount_comes_first_even_from_among_the_first_steps() -> None:
    closeness = {Place("steps", 0): TELLS}
    first = part("what does it cost", closeness, "advocacy-launch").lists[0]
    assert (first.heading, first.points[0].text[:27]) == ("Most to the point", "We suggest two paid hours a")
    assert part("how do we start", closeness, "advocacy-launch").lists[0].heading == "Steps"


def test_of_several_steps_that_tell_the_amount_the_closest_is_taken() -> None:
    tells = amount_asked("how long")
    assert tells
    practice = LIBRARY["test-and-learn"]
    assert telling_step(practice, {Place("steps", 4): 0.4}, tells) == Place("steps", 4)
    assert telling_step(practice, {Place("steps", 4): 0.4}, lambda sentence: False) is None


def test_a_step_far_from_the_question_stays_in_its_place() -> None:
    assert [each.heading for each in part("How long?", {END: FITS - 0.01}).lists] == ["Steps", "What to watch"]


def test_a_question_for_an_amount_is_not_answered_by_a_mistake_or_a_limit() -> None:
    assert part("How many people?", {MISTAKE: 0.9}).lists[0].heading == "Steps"


def test_where_the_lead_tells_the_amount_no_step_needs_to() -> None:
    steps = {Place("steps", at): 0.9 for at in range(6)}
    assert part("how often should we post", steps, "editorial-calendar").lists[0].heading == "Steps"


def test_a_mistake_that_nobody_asked_for_must_fit_much_better() -> None:
    whole = Place("steps", 0)
    assert best_point(PILOT, Aspect.HOW, {whole: 0.5, MISTAKE: 0.5 + UNASKED - 0.01}) is None
    assert best_point(PILOT, Aspect.HOW, {whole: 0.5, MISTAKE: 0.5 + UNASKED + 0.01}) == MISTAKE
    assert best_point(PILOT, Aspect.MISTAKES, {whole: 0.5, MISTAKE: 0.5 + UNASKED - 0.01}) == MISTAKE


def test_what_to_measure_is_in_the_steps_of_a_practice_about_measuring() -> None:
    assert measures(CARD) and measures(LIBRARY["link-tracking"]) and not measures(PILOT)
    made = Composer(date(2026, 6, 1)).part(CARD, Aspect.MEASURE, closeness={Place("measure", 2): 0.9})
    assert [each.heading for each in made.lists] == ["Steps", "What to measure"]


@pytest.mark.parametrize("practice", ["healthcare-privacy", "x-account"])
def test_a_shorter_lead_still_says_when_it_was_last_checked(practice: str) -> None:
    closeness = {Place("steps", 3): 1.0}
    beside, alone = part("", closeness, practice), part("", {}, practice)
    assert beside.lists[0].heading == "Most to the point"
    assert len(beside.lead.split()) <= len(alone.lead.split())
    assert CHECKED.search(beside.lead)
