"""However teams and people press, what stands is the fold of what was said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.privacy import SecretKey
from bot.storage.adoptions import LESS_THAN_PROVEN, PROVEN, fold, holder_of
from bot.storage.unit import Storage, Unit
from tests.conftest import LendDatabase

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
STATES = ("considering", "trying", "adopted", "proven", "stopped", "not for us")
PRACTICES = ("pilot-charter", "sponsor")
PEOPLE = ("p1", "p2")

presses = st.tuples(st.sampled_from(PEOPLE), st.booleans(), st.sampled_from(PRACTICES), st.sampled_from(STATES))
joins = st.sampled_from(PEOPLE)
histories = st.lists(st.one_of(presses, joins), max_size=14)
Step = tuple[str, bool, str, str] | str


@given(st.lists(st.sampled_from(STATES), max_size=20))
def test_folding_ignores_repeats(states: list[str]) -> None:
    """The last state stands since the first of its unbroken run."""
    events = [(state, START + timedelta(days=day)) for day, state in enumerate(states)]
    folded = fold(events)
    if not states:
        assert folded is None
        return
    run = next((back for back, state in enumerate(reversed(states)) if state != states[-1]), len(states))
    assert folded == (states[-1], START + timedelta(days=len(states) - run))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_what_stands_is_the_fold_of_the_events(
    kind: str, history: list[Step], lent_database: LendDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any sequence of presses, repeats and joinings: projection and events agree, for every holder and practice."""
    with lent_database(kind, tmp_path_factory.mktemp("history")) as url:
        asyncio.run(_with_storage(url, lambda storage: _play(storage, history)))


async def _with_storage(url: str, play: Callable[[Storage], Awaitable[None]]) -> None:
    storage = Storage(url, SecretKey(bytes(32)))
    try:
        await play(storage)
    finally:
        await storage.close()


async def _play(storage: Storage, history: list[Step]) -> None:
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
    for day, step in enumerate(history):
        now = START + timedelta(days=day)
        async with storage.unit() as unit:
            if isinstance(step, str):
                await unit.adoptions.attach_person("T", step, team.id, now)
            else:
                await _press_twice(unit, step, team.id, now, f"event {day}")
    async with storage.view() as unit:
        for holder in (holder_of("", team.id), *(holder_of(person, None) for person in PEOPLE)):
            await _agree(unit, holder)


async def _press_twice(unit: Unit, step: tuple[str, bool, str, str], team_id: str, now: datetime, event: str) -> None:
    person, joined, practice, state = step
    place = ("T", practice, state, person, team_id if joined else None, None)
    first = await unit.adoptions.press(*place, now, event_key=event)
    again = await unit.adoptions.press(*place, now + timedelta(hours=1), event_key=event)
    stands = first.previous if first.previous == PROVEN and state in LESS_THAN_PROVEN else state
    assert (first.state, again.changed, again.state, again.since) == (stands, False, stands, first.since)
    assert first.changed is (first.previous != stands)


async def _agree(unit: Unit, holder: str) -> None:
    standing = await unit.adoptions.states("T", holder)
    for practice in PRACTICES:
        events = await unit.adoptions.history("T", holder, practice)
        folded = fold((event.state, event.at) for event in events)
        row = standing.get(practice)
        assert folded == ((row.state, row.since) if row else None)
