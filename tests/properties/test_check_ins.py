"""However teams state, answer, join and keep silent: one question is open at most, and silence says nothing."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.privacy import SecretKey
from bot.storage.unit import Storage
from tests.conftest import LendDatabase
from tests.fakes.trying import CHARTER, TENANT, Asking

PEOPLE = ("U1", "U2")
states = st.tuples(st.just("state"), st.sampled_from(PEOPLE), st.sampled_from(("trying", "trying", "considering", "adopted")))
answers = st.tuples(st.just("answer"), st.sampled_from(PEOPLE), st.sampled_from(("worked", "did not work", "too early", "never")))
words = st.tuples(st.just("say"), st.sampled_from(PEOPLE), st.sampled_from((
    "it worked", "did not work", "too early", "check in after 3 weeks", "never ask us", "ask me again",
)))
waits = st.tuples(st.just("wait"), st.just(""), st.sampled_from((1, 14, 15)))
Act = tuple[str, str, str | int]
joins = st.tuples(st.just("say"), st.sampled_from(PEOPLE), st.just("my team is North"))
tries = st.tuples(st.just("state"), st.sampled_from(PEOPLE), st.just("trying"))
histories = st.tuples(
    st.lists(joins, max_size=2), tries, st.lists(st.one_of(states, answers, words, joins, waits), min_size=4, max_size=12)
).map(lambda parts: [*parts[0], parts[1], *parts[2]])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_one_question_is_open_at_most_and_silence_changes_nothing(
    kind: str, history: list[Act], lent_database: LendDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with lent_database(kind, tmp_path_factory.mktemp("history")) as url:
        asyncio.run(_play(url, history))


async def _play(url: str, history: list[Act]) -> None:
    storage = Storage(url, SecretKey(bytes(32)))
    try:
        world = Asking(storage)
        for act in history:
            await _act(world, act)
            await _holds(world)
    finally:
        await storage.close()


async def _act(world: Asking, act: Act) -> None:
    what, user, value = act
    who = world.someone(user, channel=f"D{user}")
    match what, value:
        case "state", str(state):
            await world.states(who, state)
        case "answer", str(answer):
            button = await _button(world, answer)
            for _ in range(2):
                await who.presses("check-in", button, f"{answer} {world.now}")
        case "say", str(said):
            await who.says(said)
        case "wait", int(days):
            await _wait(world, days)
    world.pass_(minutes=1)


async def _button(world: Asking, answer: str) -> str:
    """As on a card about a try that goes on, if one does."""
    async with world.storage.view() as unit:
        began = [row.since for row in await unit.adoptions.all(TENANT) if row.state == "trying"]
    return f"{answer}|{CHARTER}|{(began[0] if began else world.now).date()}"


async def _wait(world: Asking, days: int) -> None:
    """Time alone changes no state; what is asked is asked once."""
    async with world.storage.view() as unit:
        before = [(row.holder, row.state, row.since) for row in await unit.adoptions.all(TENANT)]
    world.pass_(days=days)
    keys = [key for key, _, _ in await world.due()]
    assert len(keys) == len(set(keys))
    assert await world.due() == []
    async with world.storage.view() as unit:
        assert [(row.holder, row.state, row.since) for row in await unit.adoptions.all(TENANT)] == before


async def _holds(world: Asking) -> None:
    rows = await world.rows()
    opened = Counter((row.holder, row.practice_id) for row in rows if row.state in ("waiting", "asked"))
    assert set(opened.values()) <= {1}
    assert all((row.address is not None) == (row.state == "waiting") for row in rows)
    assert all(row.place is None for row in rows if row.state not in ("waiting", "asked"))
    async with world.storage.view() as unit:
        trying = {(row.holder, row.practice_id) for row in await unit.adoptions.all(TENANT) if row.state == "trying"}
    assert set(opened) <= trying
