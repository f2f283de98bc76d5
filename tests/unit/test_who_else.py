"""Other teams are told of as visible as each chose to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.storage.tables import Adoption, Team
from bot.who_else import others

START = datetime(2026, 11, 1, tzinfo=UTC)
VISIBILITIES = ("named", "counted", "anonymous")
STATES = ("considering", "trying", "adopted", "proven", "stopped", "not for us")
members = st.lists(st.tuples(st.sampled_from(VISIBILITIES), st.sampled_from(STATES), st.booleans()), max_size=12)


def team(number: int, visibility: str, left: bool) -> Team:
    return Team(
        id=f"t{number}", tenant="T", name=f"Team {number}", name_key=f"team {number}", visibility=visibility,
        relationship="dealer", created_at=START, left_at=START if left else None,
    )


@given(members, st.integers(0, 12))
def test_nobody_is_named_who_did_not_choose_to_be(given_: list[tuple[str, str, bool]], own: int) -> None:
    """Every team that took it up is told of or counted, exactly once; the asking team is not among them."""
    teams = {f"t{number}": team(number, visibility, left) for number, (visibility, _, left) in enumerate(given_)}
    adoptions = [
        Adoption(tenant="T", holder=f"team:t{number}", practice_id="p", team_id=f"t{number}", state=state, since=START + timedelta(days=number))
        for number, (_, state, _) in enumerate(given_)
    ]
    found = others(adoptions, teams, [], f"t{own}")
    taken = [n for n, (_, state, _) in enumerate(given_) if state in {"trying", "adopted", "proven"} and n != own]
    assert len(found.told) + found.counted == len(taken)
    named = {f"Team {n}" for n in taken if given_[n][0] == "named" and not given_[n][2]}
    assert {other.name for other in found.told if other.name} == named
    assert found.counted == sum(given_[n][0] == "counted" for n in taken)


def test_what_a_person_alone_stated_is_nobodys_example() -> None:
    alone = Adoption(tenant="T", holder="person:x", practice_id="p", person="x", state="adopted", since=START)
    assert others([alone], {}, [], None).told == ()


def test_those_with_most_to_tell_come_first() -> None:
    teams = {f"t{number}": team(number, "named", False) for number in range(3)}
    states = ("trying", "proven", "adopted")
    rows = [Adoption(tenant="T", holder=f"team:t{n}", practice_id="p", team_id=f"t{n}", state=state, since=START) for n, state in enumerate(states)]
    assert [other.state for other in others(rows, teams, [], None).told] == ["proven", "adopted", "trying"]
