"""What follows where a platform refuses: a place, for good, or the whole installation until it is put in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
import pytest_asyncio

from bot.messages import Conversation
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act, Actor
from bot.replies import Reply
from bot.storage.ledger import Entry, Outcome
from bot.storage.pilots import KeptPilot
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, TENANT, World

DIRECT = Conversation("slack", TENANT, "D1", "D1", "direct", "address")
ADMINS = Conversation("slack", TENANT, "C9", "C9", "channel", "address")
ANSWERS = Answers("More registrations", "Registrations a quarter", 8)


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return World(storage)


async def planned(world: World, where: Conversation, person: str = "p1", event: str = "e1") -> tuple[Actor, KeptPilot]:
    """A pilot of North, and a check-in, both of this person and told of there."""
    async with world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, "North")
        await unit.teams.bind_person(TENANT, person, team.id, world.now)
        due = world.now + timedelta(days=14)
        await unit.check_ins.plan(TENANT, f"team:{team.id}", f"practice-{person}", person, where, due)
    actor = await world.office.pilots.actor(TENANT, person, team)
    return actor, await world.office.pilots.make(actor, team, ANSWERS, Act(event, where=where))


async def hears(world: World, where: Conversation, outcome: Outcome, key: str = "check-in:x:y:1") -> None:
    entry = Entry(TENANT, "slack", key, where, Reply("words"), 1, person="p1")
    for told in world.office.told:
        async with world.storage.unit() as unit:
            await told(unit, entry, outcome)


async def due(world: World) -> tuple[int, int]:
    """How many check-ins and how many reviews somebody is to be told of, long after."""
    later = world.now + timedelta(days=400)
    async with world.storage.view() as unit:
        return len(await unit.check_ins.due(later, 9)), len(await unit.pilots.due(later.date()))


async def test_a_refusal_for_now_ends_nothing(world: World) -> None:
    await planned(world, DIRECT)
    await hears(world, DIRECT, Outcome("rejected", reason="Busy.", retry_at=world.now))
    assert await due(world) == (1, 1)


async def test_who_is_cut_off_loses_nothing_and_the_admins_hear_of_it_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """As soon as anything can be said again."""
    await world.office.tip_desk.named_post(ADMIN, ADMINS)
    await planned(world, DIRECT)
    refused = Outcome("rejected", reason="The bot token has expired.", retry_at=world.now, patience=900, everywhere=True)
    for _ in range(3):
        await hears(world, DIRECT, refused)
    assert await due(world) == (1, 1)
    [(key, where, words)] = await world.said()
    assert (key, where) == (f"cut-off:slack:{world.now.date()}", ADMINS) and "The bot token has expired." in words
    assert "refuses this installation" in caplog.text
