"""Which practice is the next tip: what is left, what counts, and what may be told as the reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import FLOOR
from bot.storage.subscriptions import Wish
from bot.tip_choice import FOR_THE_FEW, SETTLED, Chosen, Known, choose, topic_name
from bot.tip_times import Rhythm
from knowledge.practice import Practice, Stage
from tests.fakes.answering import shipped

TODAY = date(2026, 11, 24)
RHYTHM = Rhythm(2, 9, "Europe/Berlin")
ANY = Wish(RHYTHM)
ALL = list(shipped().practices.values())
ONE, OTHER = (practice for practice in ALL if practice.id in {"pilot-charter", "sponsor-search"})
IDS = [practice.id for practice in ALL]


def chosen(known: Known, wish: Wish = ANY, practices: list[Practice] | None = None, today: date = TODAY, place: str = "a place") -> Chosen:
    found = choose(place, wish, ALL if practices is None else practices, known, today)
    assert found
    return found


@pytest.mark.parametrize("state", sorted(SETTLED))
def test_what_is_settled_is_not_told(state: str) -> None:
    assert choose("p", ANY, [ONE], Known(stands={ONE.id: state}), TODAY) is None
    assert chosen(Known(stands={OTHER.id: state}), practices=[ONE, OTHER]).practice == ONE


def test_what_was_told_or_is_overdue_for_review_is_not_told() -> None:
    assert choose("p", ANY, [ONE], Known(got=frozenset({ONE.id})), TODAY) is None
    assert choose("p", ANY, [ONE], Known(), ONE.review_by + timedelta(days=1)) is None
    assert choose("p", ANY, [ONE], Known(), ONE.review_by) is not None
    assert choose("p", ANY, [], Known(), TODAY) is None


@given(
    st.dictionaries(st.sampled_from(IDS), st.sampled_from([*SETTLED, "considering"])), st.frozensets(st.sampled_from(IDS)),
    st.dictionaries(st.sampled_from(IDS), st.integers(1, 9)), st.dictionaries(st.sampled_from(IDS), st.integers(1, 9)),
    st.lists(st.sampled_from(sorted({practice.topic for practice in ALL})), max_size=2, unique=True),
    st.sampled_from(["", "legal", "frontline"]), st.booleans(),
)
def test_whatever_is_known_what_is_ruled_out_is_never_told(
    stands: dict[str, str], got: frozenset[str], asked: dict[str, int], alike: dict[str, int], topics: list[str], audience: str, alone: bool
) -> None:
    """And small counts are told to nobody; the same facts give the same tip."""
    known = Known(stands=stands, got=got, asked=asked, alike=alike, alone=alone)
    wish = Wish(RHYTHM, tuple(topics), audience)
    found = choose("place", wish, ALL, known, TODAY)
    assert found == choose("place", wish, list(reversed(ALL)), known, TODAY)
    if found is None:
        return
    practice = found.practice
    assert stands.get(practice.id) not in SETTLED and practice.id not in got
    assert not topics or practice.topic in topics
    assert not audience or audience in practice.audience
    assert topics or practice.topic not in FOR_THE_FEW or practice.id in asked
    if "your team asked" in found.because:
        assert asked[practice.id] >= FLOOR
    assert not alone or "your team" not in found.because
    assert str(asked.get(practice.id)) not in found.because or "teams like yours" in found.because


@pytest.mark.parametrize(("count", "because"), [
    (FLOOR - 1, "your team has not said anything about it yet"), (FLOOR, "your team asked about it"),
])
def test_few_questions_count_but_are_not_told(count: int, because: str) -> None:
    """Who asked would be known by it."""
    found = chosen(Known(asked={ONE.id: count}))
    assert (found.practice, found.because) == (ONE, because)


@pytest.mark.parametrize(("known", "because"), [
    (Known(stands={ONE.id: "considering"}, planned=frozenset({ONE.id})), "you kept it for later"),
    (Known(planned=frozenset({ONE.id}), asked={ONE.id: 9}), "it belongs to your pilot"),
    (Known(asked={ONE.id: 1}, alone=True, alike={ONE.id: 3}), "you asked about it"),
    (Known(asked={ONE.id: 1}, alike={ONE.id: 1}), "a team like yours took it up"),
    (Known(asked={ONE.id: 1}, alike={ONE.id: 3}), "3 teams like yours took it up"),
    (Known(alone=True), "you have not said anything about it"),
])
def test_the_strongest_reason_is_told(known: Known, because: str) -> None:
    assert chosen(known, practices=[ONE]).because == because


def test_a_chosen_topic_is_a_reason() -> None:
    found = chosen(Known(), Wish(RHYTHM, (ONE.topic,)), [ONE])
    assert found.because == f"you chose the topic “{topic_name(ONE.topic)}”"


@pytest.mark.parametrize("better", [
    {"asked": {ONE.id: 1}}, {"stands": {ONE.id: "considering"}}, {"planned": frozenset({ONE.id})}, {"stages": frozenset({ONE.stage})},
    {"alike": {ONE.id: 2}}, {"last_topic": OTHER.topic},
])
def test_each_fact_tips_the_scales(better: dict[str, Any]) -> None:
    """For whichever of two equals it speaks; without it the lot decides, not always alike."""
    apart = [ONE, OTHER.model_copy(update={"topic": "pilots-elsewhere", "stage": Stage.SUSTAIN, "relationships": ONE.relationships})]
    same = [ONE.model_copy(update={"stage": Stage.SUSTAIN}), apart[1]]
    if "last_topic" in better:
        better = {"last_topic": "pilots-elsewhere"}
    pair = apart if "stages" in better else same
    for number in range(30):
        assert chosen(Known(**{"stages": frozenset(), **better}), practices=pair, place=f"place {number}").practice.id == ONE.id
    assert len({chosen(Known(stages=frozenset()), practices=same, place=f"place {number}").practice.id for number in range(30)}) == 2


def test_topics_of_one_trade_are_for_who_asked_or_chose() -> None:
    [trade, *_] = [practice for practice in ALL if practice.topic in FOR_THE_FEW]
    assert choose("p", ANY, [trade], Known(), TODAY) is None
    assert chosen(Known(asked={trade.id: 1}), practices=[trade]).practice == trade
    assert chosen(Known(), Wish(RHYTHM, (trade.topic,)), [trade]).practice == trade


def test_topics_are_written_as_people_read_them() -> None:
    assert (topic_name("ai"), topic_name("paid-social")) == ("AI", "Paid social")
