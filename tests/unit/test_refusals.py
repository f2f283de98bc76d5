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
from bot.storage.records import ERASED
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, CURATORS, TENANT, World

DIRECT = Conversation("slack", TENANT, "D1", "D1", "direct", "address")
CHANNEL = Conversation("slack", TENANT, "C1", "C1/7", "channel", "address")
ADMINS = Conversation("slack", TENANT, "C9", "C9", "channel", "address")
GONE = Outcome("rejected", reason="The account is switched off.", permanent=True)
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
    entry = Entry(TENANT, "slack", key, where, Reply("words"), 1, world.now, person="p1")
    for told in world.office.told:
        async with world.storage.unit() as unit:
            await told(unit, entry, outcome)


async def due(world: World) -> tuple[int, int]:
    """How many check-ins and how many reviews somebody is to be told of, long after."""
    later = world.now + timedelta(days=400)
    async with world.storage.view() as unit:
        return len(await unit.check_ins.due(later, 9)), len(await unit.pilots.due(later.date()))


async def test_whoever_is_gone_is_asked_nothing_and_their_pilots_are_the_teams(world: World) -> None:
    """A colleague takes them up; what is told elsewhere goes on."""
    _, pilot = await planned(world, DIRECT)
    colleague, other = await planned(world, CHANNEL, "p2", "e2")
    assert await due(world) == (2, 2)
    await hears(world, DIRECT, GONE)
    assert await due(world) == (1, 1)
    async with world.storage.view() as unit:
        free, kept = await unit.pilots.get(TENANT, pilot.id), await unit.pilots.get(TENANT, other.id)
        written = [(one.what, one.by, one.note) for one in await unit.audits.about(TENANT, f"pilot:{pilot.id}", limit=1)]
    assert free and (free.person, free.is_free) == (ERASED, True) and kept == other
    assert written == [("offered", "midway", GONE.reason)]
    assert (await world.office.pilots.take_over(colleague, pilot.id, Act("e3"))).person == "p2"


async def test_a_channel_that_is_closed_takes_nobodys_pilot_away(world: World) -> None:
    """Its people are there still; only that place is let be."""
    _, pilot = await planned(world, CHANNEL)
    await hears(world, CHANNEL, GONE)
    assert await due(world) == (0, 0)
    async with world.storage.view() as unit:
        kept = await unit.pilots.get(TENANT, pilot.id)
    assert kept and kept.person == "p1"


async def test_what_told_somebody_else_says_nothing_of_whom_it_names(world: World) -> None:
    """A question handed to an expert names who asked it, not who was to read it."""
    _, pilot = await planned(world, DIRECT)
    await hears(world, DIRECT, GONE, key="handed:x")
    async with world.storage.view() as unit:
        kept = await unit.pilots.get(TENANT, pilot.id)
    assert kept and kept.person == "p1"


async def test_a_channel_with_a_task_is_given_up_and_the_admins_are_told(world: World) -> None:
    await world.office.posts.name(ADMIN, "curators", CURATORS)
    await world.office.posts.name(ADMIN, "admins", ADMINS)
    await hears(world, CURATORS, GONE, key="review:x:y:z")
    async with world.storage.view() as unit:
        assert (await unit.people.posts("curators"), await unit.people.posts("admins")) == ([], [ADMINS])
    [(_, where, words)] = await world.said()
    assert where == ADMINS and "The channel for curators in slack" in words and "“curators here”" in words


async def test_a_refusal_for_now_ends_nothing(world: World) -> None:
    await planned(world, DIRECT)
    await hears(world, DIRECT, Outcome("rejected", reason="Busy.", retry_at=world.now))
    assert await due(world) == (1, 1)


async def test_who_is_cut_off_loses_nothing_and_the_admins_hear_of_it_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """As soon as anything can be said again."""
    await world.office.posts.name(ADMIN, "admins", ADMINS)
    await planned(world, DIRECT)
    refused = Outcome("rejected", reason="The bot token has expired.", retry_at=world.now, patience=900, everywhere=True)
    for _ in range(3):
        await hears(world, DIRECT, refused)
    assert await due(world) == (1, 1)
    [(key, where, words)] = await world.said()
    assert (key, where) == (f"cut-off:slack:{world.now.date()}", ADMINS) and "The bot token has expired." in words
    assert "refuses this installation" in caplog.text
