"""However teams press, join and are merged: no statement is lost, and what stands is the fold of what was said."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.access import Role, Who
from bot.errors import TeamChangeRefused
from bot.privacy import SecretKey
from bot.storage.adoptions import fold, holder_of
from bot.storage.tables import AdoptionEvent
from bot.storage.unit import Storage
from bot.team_rules import VISIBILITIES, By
from tests.conftest import LendDatabase
from tests.fakes.office import World

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
STATES = ("considering", "trying", "adopted", "stopped", "not for us")
PRACTICES = ("pilot-charter", "sponsor")
TEAMS = ("North", "South", "East", "West")
ADMIN = By(Who("T", "admin", frozenset({Role.ADMIN})), reason="they are one")

presses = st.tuples(st.just("press"), st.sampled_from(TEAMS), st.sampled_from(PRACTICES), st.sampled_from(STATES))
merges = st.tuples(st.just("merge"), st.sampled_from(TEAMS), st.sampled_from(TEAMS), st.just(""))
joins = st.tuples(st.just("join"), st.sampled_from(TEAMS), st.sampled_from(("p1", "p2")), st.just(""))
Step = tuple[str, str, str, str]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.one_of(presses, merges, joins), max_size=16), visible=st.lists(st.sampled_from(VISIBILITIES), min_size=4, max_size=4))
def test_merging_keeps_every_statement(
    kind: str, history: list[Step], visible: list[str], lent_database: LendDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with lent_database(kind, tmp_path_factory.mktemp("merging")) as url:
        asyncio.run(_played(url, history, visible))


async def _played(url: str, history: list[Step], visible: list[str]) -> None:
    storage = Storage(url, SecretKey(bytes(32)))
    try:
        world = World(storage)
        async with storage.unit() as unit:
            for name, visibility in zip(TEAMS, visible, strict=True):
                team, _ = await unit.teams.get_or_make("T", name)
                team.visibility = visibility
        stated = 0
        for day, step in enumerate(history):
            stated += await _step(world, step, START + timedelta(days=day))
        await _agrees(storage, stated, dict(zip(TEAMS, visible, strict=True)))
    finally:
        await storage.close()


async def _step(world: World, step: Step, now: datetime) -> int:
    """How many statements it wrote."""
    kind, team, other, state = step
    if kind == "merge":
        await _merge_twice(world, team, other)
        return 0
    async with world.storage.unit() as unit:
        found = await unit.teams.named("T", team)
        assert found
        if kind == "join":
            await unit.teams.bind_person("T", other, found.id, now)
            return 0
        return int((await unit.adoptions.press("T", other, state, "p", found.id, None, now)).changed)


async def _merge_twice(world: World, source: str, target: str) -> None:
    """The second time changes nothing; what would be a circle is refused both times."""
    try:
        await world.care.merge(ADMIN, source, target)
    except TeamChangeRefused:
        with pytest.raises(TeamChangeRefused):
            await world.care.merge(ADMIN, source, target)
        return
    again = await world.care.merge(ADMIN, source, target)
    assert not again.changed


async def _agrees(storage: Storage, stated: int, visible: dict[str, str]) -> None:
    async with storage.view() as unit:
        teams = await unit.teams.all("T")
        standing = {team.id for team in teams if team.merged_into is None}
        assert standing, "some team is left to stand"
        for team in teams:
            end = await unit.teams.get("T", team.id)
            assert end and end.id in standing
            assert VISIBILITIES.index(end.visibility) >= VISIBILITIES.index(visible[team.name])
        events = list(await unit.session.exec(select(AdoptionEvent)))
        assert len(events) == stated and {event.team_id for event in events} <= standing
        adoptions = await unit.adoptions.all("T")
        assert {(row.team_id, row.practice_id) for row in adoptions} == {(event.team_id, event.practice_id) for event in events}
        for row in adoptions:
            said = await unit.adoptions.history("T", holder_of("", row.team_id), row.practice_id)
            assert fold((event.state, event.at) for event in said) == (row.state, row.since)
