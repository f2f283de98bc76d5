"""A follow-up that stays with its practice is told what was not said yet."""

from __future__ import annotations

from datetime import date

from knowledge.amounts import amount_asked
from knowledge.answers import Part
from knowledge.aspects import Aspect
from knowledge.excerpts import point_of
from knowledge.extractive import Composer
from knowledge.going_on import FEWEST, MOST, Told, told_in
from knowledge.library import load_shipped
from knowledge.points import SHORT, Closeness, Place, places, point_text

CHARTER = load_shipped().practices["pilot-charter"]
SHORTS = [Place(SHORT, at) for at in range(len(CHARTER.sections.short_answers))]
SOMEWHERE = dict.fromkeys([*places(CHARTER), *SHORTS], 0.1)


def part(
    aspect: Aspect = Aspect.HOW, said: Told = frozenset(), closest: Place | None = None, question: str = ""
) -> Part:
    closeness = SOMEWHERE | ({closest: 0.9} if closest else {})
    return Composer(date(2026, 6, 1)).part(CHARTER, aspect, closeness=closeness, tells=amount_asked(question), said=said)


def points(told: Part) -> list[str]:
    return [f"{point.lead} {point.text}" for listing in told.lists for point in listing.points]


SAID = told_in([part()])


def test_nothing_is_told_twice() -> None:
    more = part(said=SAID)
    assert [listing.heading for listing in more.lists] == ["More on this"] and more.lead == ""
    assert len(points(more)) == MOST
    assert not set(points(more)) & set(points(part()))
    assert not told_in([more]) & SAID


def test_what_another_practice_said_changes_nothing() -> None:
    others = frozenset(("another-practice", begins) for _, begins in SAID)
    assert part(said=others) == part()


def test_the_point_that_was_asked_for_is_told_again_before_the_others() -> None:
    step = Place("steps", 0)
    first = part(said=SAID, closest=step).lists[0].points[0]
    assert first.lead and first.lead in CHARTER.sections.steps[0]


def test_a_short_answer_that_opens_an_answer_is_not_told_again() -> None:
    """Neither below it nor by the next follow-up, where all but its question was said."""
    short = Place(SHORT, 0)
    near = SOMEWHERE | dict.fromkeys(SHORTS, 0.3)
    question = point_of(point_text(CHARTER, short)).lead

    def told(closeness: Closeness, said: Told) -> Part:
        return Composer(date(2026, 6, 1)).part(CHARTER, Aspect.HOW, closeness=closeness, said=said)

    opened = told(near | {short: 2.0}, SAID)
    assert opened.lead and opened.lists and question not in " ".join(points(opened))
    later = told(near | {short: 0.45}, SAID | told_in([opened]))
    assert later.lists and question not in " ".join(points(later))
    assert question in " ".join(points(told(near | {short: 0.45}, SAID))), "unless it was not said"


def test_a_mistake_that_was_asked_for_keeps_its_heading() -> None:
    headings = [listing.heading for listing in part(said=SAID, closest=Place("mistakes", 1)).lists]
    assert headings == ["What often goes wrong", "More on this"]


def test_a_list_that_is_asked_for_is_told_whole() -> None:
    more = part(Aspect.WHO, SAID)
    assert [listing.heading for listing in more.lists] == ["Who decides", "More on this"]
    assert len(more.lists[0].points) == len(CHARTER.sections.who_decides)
    assert len(more.lists[1].points) == FEWEST


def test_why_is_told_with_its_own_sentences() -> None:
    assert part(Aspect.WHY, SAID).lead


def test_an_amount_comes_before_the_others() -> None:
    tells = amount_asked("how long")
    assert tells and tells(points(part(said=SAID, question="how long"))[0])


def test_where_all_was_said_it_is_told_again() -> None:
    said = SAID
    for _ in range(len(SOMEWHERE)):
        said |= told_in([part(said=said)])
    assert part(said=said) == part()
