"""What happens in the demo: the same for the same seed and day, plausible, and without anybody's name."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from adapters.demo import stories, words
from adapters.demo.chance import Dealt
from adapters.demo.happenings import Asked, Happening, Measured, Piloted, Stated, Tipped
from adapters.demo.plan import happenings
from tests.fakes.answering import shipped

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FIRST_NAMES = ["anna", "maria", "peter", "paul", "john", "jane", "mary", "thomas", "michael", "susan", "anja", "eva", "lena", "laura", "marco", "luca", "sara", "julia", "david", "daniel", "martin", "andreas", "stefan", "claudia", "sandra", "petra", "james", "robert", "linda", "karen", "emma", "noah", "mia", "ben", "tom", "lisa", "max", "felix", "nina"]


def planned(seed: int = 7, now: datetime = NOW) -> list[Happening]:
    return happenings(shipped(), seed, now, 26)


def test_the_same_seed_and_day_give_the_same() -> None:
    assert planned() == planned()
    assert planned() != planned(seed=8)


def test_everything_is_in_order_and_over() -> None:
    found = planned()
    assert all(one.at <= other.at for one, other in pairwise(found))
    assert found[-1].at < NOW and found[0].at > NOW - timedelta(weeks=27)


@pytest.mark.parametrize("now", [datetime(2027, 1, 4, 9, tzinfo=UTC), datetime(2028, 3, 1, 0, 1, tzinfo=UTC), NOW])
def test_there_is_enough_of_everything_on_any_day(now: datetime) -> None:
    found = planned(now=now)
    kinds = Counter(type(one) for one in found)
    assert 2_000 <= kinds[Asked] <= 4_000
    assert kinds[Measured] == len(stories.RESULTS)
    assert {one.state for one in found if isinstance(one, Tipped)} == {"planned", "skipped", "late"}
    steps = Counter(one.step for one in found if isinstance(one, Piloted))
    assert steps == {"plan": 7, "start": 6, "go": 1, "adapt": 1, "stop": 1}
    assert {one.state for one in found if isinstance(one, Stated)} == {"considering", "trying", "adopted", "not for us"}


def test_it_begins_in_one_unit_and_spreads() -> None:
    asked = [one for one in planned() if isinstance(one, Asked) and one.who.tenant != words.OTHER_TENANT]
    first = {one.who.team.name for one in asked if one.who.team and one.at < asked[0].at + timedelta(days=7)}
    last = {one.who.team.name for one in asked if one.who.team and one.at > NOW - timedelta(days=20)}
    assert first == {"Customer Service"}
    assert len(last) == sum(team.begins is not None for team in words.TEAMS if team.tenant != words.OTHER_TENANT)


def test_holidays_are_quiet() -> None:
    """Questions of the last week of December and of the week before Advent."""
    weeks = Counter(one.at.isocalendar().week for one in planned(now=datetime(2027, 2, 1, tzinfo=UTC)) if isinstance(one, Asked))
    assert weeks[53] < weeks[48] / 2 and weeks[4] > weeks[53] * 2


def test_nobody_is_named() -> None:
    told = " ".join(
        str(value) for module in (words, stories) for name, value in vars(module).items() if name.isupper()
    )
    assert not set(FIRST_NAMES) & set(re.findall(r"[a-z]+", told.casefold()))


def test_practices_are_those_of_the_library() -> None:
    named = {*words.EVERYBODY_ASKS, *words.OUTSIDE_ASKS, *words.TAKEN_UP, *words.TIPS, *words.NEAR, words.ALONE}
    assert named <= shipped().practices.keys()
    assert not {"roi-calculation"} & {*words.TAKEN_UP, *words.TIPS}


def test_shares_are_dealt_out() -> None:
    """Of a hundred, two percent are two."""
    from random import Random

    dealt = Dealt[str](Random(1))
    assert Counter(dealt.next({"rare": 2, "often": 98}) for _ in range(1000)) == {"rare": 20, "often": 980}
