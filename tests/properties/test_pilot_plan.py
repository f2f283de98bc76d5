"""The rules of a pilot's plan, for any answers: cited advice only, dates in order, one page, a sponsor by consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.render import SHORTENED_NOTICE, render
from bot.errors import FieldWrong
from bot.pilot_answers import BLESSINGS, LABELS, LONGEST, Answers, read_answers
from bot.pilot_plan import PilotPlan
from bot.pilot_rules import PICKS, plan_of
from bot.pilot_views import plan_reply
from bot.storage.pilots import KeptPilot
from bot.storage.records import RELATIONSHIPS
from knowledge.excerpts import point_of
from knowledge.library import Library
from tests.fakes.answering import START, shipped

TODAY = START.date()
MOST_WORDS = 800
"""Of one page: what a sheet of A4 holds at a size that can be read."""
NAME = "Zebulon Quartermain"


def _text(most: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("aeinst AE.?é"), min_size=1, max_size=most).map(str.strip).filter(bool)


ANSWERS = st.builds(
    Answers, goal=_text(LONGEST["goal"]), metric=_text(LONGEST["metric"]), weeks=st.integers(1, 52),
    who=st.just("") | _text(LONGEST["who"]), blessing=st.none() | st.sampled_from(BLESSINGS),
    relationship=st.sampled_from(RELATIONSHIPS), channels=st.just("") | _text(100),
    starts_on=st.none() | st.dates(TODAY, TODAY + timedelta(days=366)), baseline=st.just("") | _text(100),
    enough=st.just("") | _text(100), stop=st.just("") | _text(100), money=st.just("") | _text(60),
    hours=st.none() | st.floats(0.5, 1000),
)
GONE = st.sets(st.sampled_from(sorted({pick.practice for pick in PICKS})))


def without(gone: set[str]) -> Library:
    return Library.of(one for one in shipped().practices.values() if one.id not in gone)


def words(plan: PilotPlan) -> int:
    said = [f"{line.lead} {line.text}" for section in plan.sheet for line in section.lines]
    said += [f"{label} {value}" for label, value in plan.facts] + [one.title for one in (*plan.milestones, *plan.used)]
    return len(" ".join(said).split())


@settings(deadline=None)
@given(ANSWERS, GONE)
def test_every_citation_is_of_a_practice_in_force_that_fits(answers: Answers, gone: set[str]) -> None:
    """However many were withdrawn: each mark leads to one, with its title, and none is listed that nothing uses."""
    library = without(gone)
    plan = plan_of(answers, library, TODAY)
    cited = {line.practice for line in plan.lines() if line.practice}
    assert cited == {used.id for used in plan.used}
    for used in plan.used:
        practice = library.practices[used.id]
        assert used.title == practice.title and answers.relationship in practice.relationships
    assert [used.number for used in plan.used] == list(range(1, len(plan.used) + 1))


@settings(deadline=None)
@given(ANSWERS)
def test_advice_is_in_the_words_of_its_practice(answers: Answers) -> None:
    """What is not says only what the team said itself."""
    library = shipped()
    for section in (*(plan := plan_of(answers, library, TODAY)).sheet, *plan.team):
        for line in section.lines:
            if line.practice and line.lead != "State the hypothesis.":
                items = [point_of(item) for text in ("steps", "measure") for item in getattr(library.practices[line.practice].sections, text)]
                assert any(line.lead == item.lead for item in items), line
            elif not line.practice:
                assert line.lead.rstrip(":") in LABELS.values()


@settings(deadline=None)
@given(ANSWERS)
def test_dates_are_in_order(answers: Answers) -> None:
    """Nothing before the day it was planned, the review after the last day and on a working day."""
    plan = plan_of(answers, shipped(), TODAY)
    assert TODAY <= plan.starts_on <= plan.ends_on < plan.review_on and plan.review_on.weekday() < 5
    assert (plan.ends_on - plan.starts_on).days == 7 * answers.weeks - 1
    assert (plan.review_on - plan.ends_on).days <= 10
    dates = [one.on for one in plan.milestones]
    assert dates == sorted(dates) and dates[0] >= TODAY and dates[-1] == plan.review_on


@settings(deadline=None)
@given(ANSWERS)
def test_it_is_never_more_than_one_page(answers: Answers) -> None:
    assert words(plan_of(answers, shipped(), TODAY)) <= MOST_WORDS


@settings(deadline=None)
@given(ANSWERS)
def test_words_to_forward_stand_there_unless_the_blessing_is_firm(answers: Answers) -> None:
    plan = plan_of(answers, shipped(), TODAY)
    assert bool(plan.agreement) == (answers.blessing not in ("formal", "spoken"))
    assert ("agreed" in {one.key for one in plan.milestones}) == bool(plan.agreement)


@settings(deadline=None)
@given(ANSWERS)
def test_outside_the_hierarchy_both_sides_give_and_get(answers: Answers) -> None:
    outside = answers.relationship in {"chapter", "dealer", "agent", "franchise"}
    assert outside == any(used.id == "give-get-agreement" for used in plan_of(answers, shipped(), TODAY).used)


@settings(deadline=None)
@given(ANSWERS, st.sampled_from(["", "no", "NO"]))
def test_no_sponsor_is_named_without_their_word(answers: Answers, agreed: str) -> None:
    try:
        read_answers({"sponsor": NAME, "sponsor_agreed": agreed}, answers, TODAY)
    except FieldWrong as wrong:
        assert NAME not in str(wrong)
    else:
        raise AssertionError("the name was taken")
    assert NAME not in repr(plan_of(answers, shipped(), TODAY))


@settings(deadline=None)
@given(ANSWERS, st.sampled_from(["goal", "who", "channels", "baseline", "stop"]))
def test_a_sponsor_who_steps_back_is_gone_everywhere(answers: Answers, also: str) -> None:
    """From every field, however it was written; what else was said stays."""
    named = read_answers({"sponsor": NAME, "sponsor_agreed": "yes", also: f"as {NAME.upper()} wants"}, answers, TODAY)
    assert named.sponsor_agreed == TODAY and NAME in repr(plan_of(named, shipped(), TODAY).facts)
    left = named.without_sponsor()
    assert NAME.casefold() not in repr((left, plan_of(left, shipped(), TODAY))).casefold()
    assert getattr(left, also) == "as the sponsor wants" and left.weeks == answers.weeks


@settings(deadline=None)
@given(ANSWERS)
def test_what_was_typed_is_read_back_the_same(answers: Answers) -> None:
    """A form that is opened and sent again changes nothing."""
    whole = replace(answers, hours=None if answers.hours is None else round(answers.hours, 1))
    clean = read_answers({name: value for name, value in whole.typed().items() if value}, None, TODAY)
    assert read_answers(clean.typed(), clean, TODAY) == clean


@settings(deadline=None)
@given(ANSWERS)
def test_it_fits_into_one_message_of_slack_in_full(answers: Answers) -> None:
    pilot = KeptPilot("p" * 32, "T", "t", "p", answers, (), date(2027, 1, 1), START, START)
    drawn = render(plan_reply(pilot, plan_of(answers, shipped(), TODAY), "n" * 80, "https://midway.example/pilots/p", TODAY))
    assert SHORTENED_NOTICE not in repr(drawn)


def test_every_item_is_found_in_the_shipped_library() -> None:
    """By how it begins; should a practice be worded anew, this tells."""
    for pick in PICKS:
        items = [point_of(item) for item in getattr(shipped().practices[pick.practice].sections, pick.part)]
        assert any(f"{item.lead}{item.text}".startswith(pick.begins) for item in items), pick
