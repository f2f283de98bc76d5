"""Other teams are told of as visible as each chose to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.pilot_answers import Answers
from bot.storage.pilots import KeptPilot, State
from bot.storage.tables import Adoption, Team
from bot.who_else import Sponsor, others, sponsors

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


def pilot(team_id: str, state: State = "running") -> KeptPilot:
    answers = Answers("More sign-ups", "Sign-ups", 8, sponsor="Head of Courses", sponsor_agreed=START.date(), sponsor_listed=START.date())
    return KeptPilot("x", "T", team_id, "p", answers, ("charter",), START.date(), START, START, state=state)


def test_of_a_sponsors_pilot_is_told_what_its_team_shows() -> None:
    """Named: the team and what it is for; without its name: what it is to the centre; counted: nothing of it."""
    teams = {f"t{number}": team(number, visibility, False) for number, visibility in enumerate(VISIBILITIES)}
    assert sponsors([pilot("t0"), pilot("t1", "ended"), pilot("t2")], teams) == (
        Sponsor("Head of Courses", False, "Team 0", "dealer", "More sign-ups"),
        Sponsor("Head of Courses", True, None, None, None),
        Sponsor("Head of Courses", False, None, "dealer", None),
    )


def test_the_sponsor_of_a_team_that_withdrew_or_asks_is_not_told_of() -> None:
    teams = {"t0": team(0, "named", True), "t1": team(1, "named", False)}
    assert sponsors([pilot("t0"), pilot("t1"), pilot("gone")], teams, "t1") == ()


def test_a_merged_teams_sponsor_is_told_of_as_the_team_that_stays_shows_itself() -> None:
    teams = {"t0": team(0, "named", False), "t1": team(1, "counted", False)}
    teams["t0"].merged_into = "t1"
    assert [one.team for one in sponsors([pilot("t0")], teams)] == [None]
    assert sponsors([pilot("t0")], teams, "t1") == ()
