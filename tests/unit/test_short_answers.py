"""Direct questions, and what settles them: in the practice, in the checks, and first in an answer."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.ahead import settled_by
from knowledge.amounts import amount_asked
from knowledge.answers import Part
from knowledge.aspects import Aspect
from knowledge.errors import PracticeInvalid
from knowledge.excerpts import sentences_of, unsaid
from knowledge.extractive import LONGEST_LEAD, MOST_WORDS, Composer
from knowledge.library import load_shipped
from knowledge.points import ELSEWHERE, RESEMBLES, SETTLES, SHORT, STEPS, TELLS, Place, asked_so, point_text
from knowledge.practice import parse_practice
from knowledge.prose import LONGEST_SHORT_ANSWER, findings_in
from tests.unit.test_practice import GOOD

LIBRARY = load_shipped().practices
RIGHTS = LIBRARY["ugc-rights"]
ASKED = Place(SHORT, 1)
QUESTION, _, SETTLED = point_text(RIGHTS, ASKED).removeprefix("**").partition("** ")
SHORT_ONE = "\n## Short answers\n\n- **May guests join?** Yes, if a cup is free [^tea-2019].\n"


def part(closeness: dict[Place, float], budget: int = MOST_WORDS, question: str = "") -> Part:
    composer = Composer(date(2026, 6, 1))
    return composer.part(RIGHTS, Aspect.HOW, budget, closeness, amount_asked(question))


def unmarked(text: str) -> str:
    return text.split(" [")[0]


def test_they_are_carried_and_every_shipped_practice_has_some() -> None:
    assert parse_practice(GOOD + SHORT_ONE, name="tea").sections.short_answers == ("**May guests join?** Yes, if a cup is free [^tea-2019].",)
    assert {name for name, practice in LIBRARY.items() if not 9 <= len(practice.sections.short_answers) <= 15} == set()


@pytest.mark.parametrize("item", ["Yes, if a cup is free.", "**Guests.** Yes, if a cup is free.", "**May guests join?**"])
def test_an_item_without_a_question_or_an_answer_is_refused(item: str) -> None:
    with pytest.raises(PracticeInvalid, match="begins with a question in bold, then what settles it"):
        parse_practice(f"{GOOD}\n## Short answers\n\n- {item}\n", name="tea")


def test_a_long_one_is_a_finding() -> None:
    sections = RIGHTS.sections
    for words, found in ((LONGEST_SHORT_ANSWER, 0), (LONGEST_SHORT_ANSWER + 1, 1)):
        long = f"**May we?** {' '.join(['no'] * words)} [^cjeu-2018]"
        changed = RIGHTS.model_copy(update={"sections": sections.model_copy(update={"short_answers": (long,)})})
        assert sum("a short answer is longer" in finding for finding in findings_in(changed)) == found


def test_the_one_that_was_asked_comes_first_of_all() -> None:
    """Also before a step that would lead otherwise, and an amount."""
    told = part({ASKED: SETTLES, Place(STEPS, 4): 0.9}, question="how long may we use it")
    assert unmarked(told.lead).startswith(unmarked(SETTLED))
    assert told.lists[0].heading == "Steps" and len(told.lists[0].points) > 3
    assert unmarked(settled_by(RIGHTS, {ASKED: SETTLES})) == unmarked(SETTLED)
    assert not settled_by(RIGHTS, {ASKED: SETTLES - 0.01})


def test_neither_yes_nor_no_answers_who_or_how() -> None:
    """What would begin so is told beside its own question, which says what the yes is to."""
    yes = next(Place(SHORT, at) for at, text in enumerate(RIGHTS.sections.short_answers) if text.partition("** ")[2].startswith(("Yes", "No,", "No.")))
    other = next(Place(SHORT, at) for at, text in enumerate(RIGHTS.sections.short_answers) if not text.partition("** ")[2].startswith(("Yes", "No")))
    assert settled_by(RIGHTS, {yes: SETTLES}) and not settled_by(RIGHTS, {yes: SETTLES}, openly=True)
    assert settled_by(RIGHTS, {other: SETTLES}, openly=True)
    told = Composer(date(2026, 6, 1)).part(RIGHTS, Aspect.HOW, closeness={yes: SETTLES}, openly=True)
    assert told.lists[0].heading == "A question like this"


def test_what_it_says_the_first_sentences_do_not_say_again() -> None:
    whose, ask, naming, *_ = sentences_of(RIGHTS.sections.summary)
    settled = settled_by(RIGHTS, {Place(SHORT, 0): SETTLES})
    assert unsaid(f"{whose} {ask} {naming}", settled) == whose
    assert unsaid(f"{whose} {ask}", "") == f"{whose} {ask}"
    lead = part({Place(SHORT, 0): SETTLES}).lead
    assert whose in lead and ask not in lead and naming not in lead


def test_of_two_the_closer_one_settles_it() -> None:
    closer = Place(SHORT, 2)
    assert unmarked(part({ASKED: SETTLES, closer: SETTLES + 0.1}).lead).startswith(unmarked(settled_by(RIGHTS, {closer: SETTLES})))


def test_one_that_leads_the_others_need_not_be_as_close() -> None:
    """Nor is the closest told where the next is nearly as close and both lie off."""
    behind = Place(SHORT, 2)
    assert settled_by(RIGHTS, {ASKED: SETTLES - 0.1, behind: SETTLES - 0.2}) == settled_by(RIGHTS, {ASKED: SETTLES})
    assert not settled_by(RIGHTS, {ASKED: SETTLES - 0.1, behind: SETTLES - 0.13})
    assert asked_so({Place(STEPS, 0): 2.0}, 0.0) is None


def test_one_that_is_as_near_elsewhere_settles_nothing() -> None:
    """What leads neither the practice's others nor those of other practices."""
    near = {ASKED: SETTLES - 0.1, Place(SHORT, 2): SETTLES - 0.2}
    assert settled_by(RIGHTS, near)
    assert settled_by(RIGHTS, {**near, Place(ELSEWHERE, 0): 0.0})
    assert not settled_by(RIGHTS, {**near, Place(ELSEWHERE, 0): SETTLES + 0.1})


def test_an_answer_that_may_lie_near_only_begins_with_none() -> None:
    """Beside its own question whoever reads it sees what it was an answer to."""
    composer = Composer(date(2026, 6, 1))
    told = composer.part(RIGHTS, Aspect.HOW, closeness={ASKED: SETTLES}, unsure=True)
    assert told.lists[0].heading == "A question like this" and not told.lead.startswith(unmarked(SETTLED))


def test_what_ages_still_says_when_it_was_checked() -> None:
    for practice in LIBRARY.values():
        usual = Composer(date(2026, 6, 1)).part(practice, Aspect.HOW).lead
        told = Composer(date(2026, 6, 1)).part(practice, Aspect.HOW, closeness={Place(SHORT, 0): SETTLES}).lead
        assert ("ast checked" in told) is ("ast checked" in usual)
        assert len(told.split()) <= LONGEST_LEAD + LONGEST_SHORT_ANSWER


def test_one_that_resembles_the_question_is_told_with_its_question() -> None:
    """So that whoever meant something else sees it; below the usual beginning."""
    told = part({ASKED: RESEMBLES})
    first = told.lists[0]
    assert (first.heading, first.points[0].lead) == ("A question like this", QUESTION)
    assert not told.lead.startswith(unmarked(SETTLED)) and told.lists[1].heading == "Steps"
    assert "A question like this" not in [listing.heading for listing in part({ASKED: RESEMBLES - 0.01}).lists]


def test_of_a_point_and_a_question_like_this_the_closer_one_is_told() -> None:
    step = Place(STEPS, 4)
    headings = [listing.heading for listing in part({ASKED: RESEMBLES, step: RESEMBLES + 0.1}).lists]
    assert headings[0] == "Most to the point" and "A question like this" not in headings
    told = part({ASKED: RESEMBLES + 0.05, step: RESEMBLES + 0.02})
    assert told.lists[0].heading == "A question like this"
    assert "Most to the point" not in [listing.heading for listing in told.lists]


def test_an_amount_in_the_first_sentences_hides_no_question_like_this() -> None:
    told = part({ASKED: RESEMBLES}, question="how long may we use it")
    assert told.lists[0].heading == "A question like this"


def test_one_that_tells_the_amount_need_not_be_as_close() -> None:
    place = next(Place(SHORT, at) for at, text in enumerate(RIGHTS.sections.short_answers) if "Within a day" in text)
    assert part({place: TELLS}, question="how fast is that?").lists[0].heading == "A question like this"
    assert part({place: TELLS}, question="is that so?").lists[0].heading == "Steps"


def test_all_of_them_stand_in_the_whole_practice() -> None:
    whole = Composer(date(2026, 6, 1)).everything(RIGHTS)
    [listing] = [each for each in whole.lists if each.heading == "Short answers"]
    assert listing.points[ASKED.at].lead == QUESTION
    assert len(listing.points) == len(RIGHTS.sections.short_answers)
