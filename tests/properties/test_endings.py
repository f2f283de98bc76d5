"""Whatever ends in whichever order, and whatever is begun in between: an event that comes again changes nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.messages import Conversation, Ending, IncomingMessage, PersonGone, PlacesClosed, Reach, Sender
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.subscriptions import Wish
from bot.storage.unit import Storage
from bot.subscription_keeping import Change
from bot.tip_times import Rhythm
from tests.conftest import LendDatabase
from tests.fakes.office import ADMIN, TENANT, World
from tests.whole_database import all_rows

PEOPLE, PLACES = ("U1", "U2"), ("D1", "C1", "C2")
REACHES = (Reach("slack", TENANT), *(Reach("slack", TENANT, name) for name in PLACES), Reach("slack", TENANT, within="North"))
Act = tuple[str, int, int]

begins = st.tuples(st.just("begin"), st.integers(0, len(PLACES) - 1), st.integers(0, 1))
ends = st.tuples(st.just("end"), st.integers(0, len(REACHES) - 1), st.integers(0, 1))
leaves = st.tuples(st.just("leave"), st.integers(0, 1), st.just(0))
repeats = st.tuples(st.just("again"), st.integers(0, 9), st.just(0))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.one_of(begins, begins, ends, leaves, repeats), min_size=3, max_size=9))
@example(history=[("begin", 0, 0), ("begin", 1, 0), ("end", 0, 0), ("begin", 1, 1), ("again", 0, 0), ("leave", 0, 0)])
def test_an_event_twice_is_as_once(
    kind: str, history: list[Act], lent_database: LendDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with lent_database(kind, tmp_path_factory.mktemp("history")) as url:
        asyncio.run(_play(url, history))


async def _play(url: str, history: list[Act]) -> None:
    storage = Storage(url, SecretKey(bytes(32)))
    try:
        world, heard = World(storage), list[Ending]()
        await world.office.posts.name(ADMIN, "admins", Conversation("slack", TENANT, "C9", "C9", "channel", "address"))
        for number, (what, one, other) in enumerate(history):
            world.pass_(minutes=1)
            if what == "begin":
                await _begin(world, PLACES[one], PEOPLE[other], f"e{number}")
            elif what != "again":
                heard.append(_ending(world, what, one, other, f"x{number}"))
                await world.office.endings.follow(heard[-1])
            if heard:
                before = await all_rows(storage)
                await world.office.endings.follow(heard[one % len(heard)] if what == "again" else heard[-1])
                assert await all_rows(storage) == before
    finally:
        await storage.close()


def _ending(world: World, what: str, one: int, other: int, event: str) -> Ending:
    if what == "leave":
        return PersonGone(event, "slack", TENANT, PEOPLE[one], world.now, "Switched off.")
    reach = REACHES[one]
    return PlacesClosed(event, reach, world.now, "Removed.", PEOPLE[other] if reach.channel == "D1" else "")


async def _begin(world: World, channel: str, user: str, event: str) -> None:
    where = Conversation("slack", TENANT, channel, channel, "direct" if channel == "D1" else "channel", "address")
    where = replace(where, within="North" if channel == "C2" else "")
    person = world.storage.secret.pseudonym(TENANT, user)
    await world.office.subscriptions.save(Change(where, person), Wish(Rhythm(2, 9, "Europe/Berlin")))
    async with world.storage.unit() as unit:
        await unit.check_ins.plan(TENANT, "team:1", f"practice {event}", person, where, world.now + timedelta(days=14))
        await unit.ledger.plan(TENANT, f"answered:{event}", where, Reply("words"), world.now, person=person)
        await unit.inbox.put(IncomingMessage(event, where, Sender(user), world.now, "words"), world.now)
