"""What follows where a platform says that places or a person are no more: sending stops, and what was theirs is free."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.messages import Conversation, IncomingMessage, PersonGone, PlacesClosed, Reach, Sender
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act, Actor
from bot.replies import Reply
from bot.storage.records import ERASED
from bot.storage.subscriptions import Wish
from bot.storage.unit import Storage
from bot.subscription_keeping import Change
from bot.tip_times import Rhythm
from tests.fakes.office import ADMIN, ASKED_IN, CURATORS, EXPERT, TENANT, World

DIRECT = Conversation("slack", TENANT, "D1", "D1", "direct", "address")
CHANNEL = Conversation("slack", TENANT, "C1", "C1/7", "channel", "address", within="North")
NEXT_DOOR = Conversation("slack", TENANT, "C2", "C2/7", "channel", "address", within="North")
ELSEWHERE = Conversation("slack", TENANT, "C3", "C3/7", "channel", "address", within="South")
TEAMS = Conversation("msteams", TENANT, "C1", "C1/7", "channel", "address")
ADMINS = Conversation("slack", TENANT, "C9", "C9", "channel", "address")
EVERYWHERE = (DIRECT, CHANNEL, NEXT_DOOR, ELSEWHERE, TEAMS)
WISH = Wish(Rhythm(2, 9, "Europe/Berlin"))
REASON, OFF = "The channel is archived.", "The person's account is switched off."
ANSWERS = Answers("More registrations", "Registrations a quarter", 8)
SLACK = Reach("slack", TENANT)
GONE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    """In each place a subscription, a check-in, a reply that is still to be given and a message that is planned."""
    made = World(storage)
    for where in EVERYWHERE:
        await begin(made, where)
    return made


def person_of(world: World, user: str = "U1") -> str:
    return world.storage.secret.pseudonym(TENANT, user)


async def begin(world: World, where: Conversation) -> None:
    """What was begun in the place by one person, whom the direct messages belong to."""
    person = person_of(world)
    change = Change(where.outside_threads(), person)
    await world.office.subscriptions.save(change, WISH)
    name = f"{where.platform}/{where.channel}"
    async with world.storage.unit() as unit:
        await unit.check_ins.plan(TENANT, "team:1", f"practice {name}", person, where, world.now + timedelta(days=14))
        await unit.ledger.plan(TENANT, f"answered:{name}", where, Reply("words"), world.now, person=person)
        await unit.inbox.put(IncomingMessage(f"e {name}", where, Sender("U1"), world.now, "words"), world.now)


async def open_in(world: World) -> dict[str, set[str]]:
    """Where something goes on, of each kind."""
    far = world.now + timedelta(days=400)
    found: dict[str, set[str]] = {"tips": set(), "check-ins": set(), "planned": set(), "replies": set()}
    async with world.storage.view() as unit:
        kept = [one for one in await unit.subscriptions.listed(TENANT) if one.state != "ended"]
        found["tips"] = {name_of(one.where) for one in kept if one.where}
        found["check-ins"] = {key.practice_id.removeprefix("practice ") for key in await unit.check_ins.due(far, 99)}
    found["planned"] = {name_of(where) for key, where, _ in await world.said() if key.startswith("answered:")}
    async with world.storage.unit() as unit:
        while claim := await unit.inbox.claim("w", far, far + timedelta(days=1), ["slack", "msteams"]):
            found["replies"].add(name_of(unit.inbox.open(claim).conversation))
    return found


def name_of(where: Conversation) -> str:
    return f"{where.platform}/{where.channel}"


def closed(reach: Reach, event: str = "x1", user: str = "") -> PlacesClosed:
    return PlacesClosed(event, reach, GONE, REASON, user)


@pytest.mark.parametrize(
    ("reach", "still_open"),
    [
        (Reach.of(CHANNEL), (DIRECT, NEXT_DOOR, ELSEWHERE, TEAMS)),
        (Reach("slack", TENANT, within="North"), (DIRECT, ELSEWHERE, TEAMS)),
        (SLACK, (TEAMS,)),
        (Reach("slack", "another tenant"), EVERYWHERE),
        (Reach("msteams", TENANT), (DIRECT, CHANNEL, NEXT_DOOR, ELSEWHERE)),
    ],
    ids=["a channel", "a team with its channels", "the app", "another tenant", "another platform"],
)
async def test_nothing_is_said_there_any_more_and_all_else_goes_on(
    world: World, reach: Reach, still_open: tuple[Conversation, ...]
) -> None:
    await world.office.endings.follow(closed(reach))
    names = {name_of(where) for where in still_open}
    assert await open_in(world) == {"tips": names, "check-ins": names, "planned": names, "replies": names}


async def test_admins_see_why_and_are_told(world: World) -> None:
    """As after a refusal for good: on the page, in the audit and in their channel."""
    await world.office.posts.name(ADMIN, "admins", ADMINS)
    await world.office.endings.follow(closed(Reach.of(CHANNEL)))
    rows = [row for row in await world.office.tip_admin.listed(ADMIN) if row.kept.state == "ended"]
    assert [row.kept.reason for row in rows] == [REASON]
    async with world.storage.view() as unit:
        [written] = [one for one in await unit.audits.about(TENANT) if one.what == "tips ended"]
    assert (written.by, written.note) == ("midway", REASON)
    [told] = [words for key, where, words in await world.said() if key.startswith("tips-ended:") and where == ADMINS]
    assert REASON in told


async def test_what_is_wished_anew_begins_anew(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """After the app is installed again nothing old is sent, and a late event about the old app ends nothing new."""
    await world.office.posts.name(ADMIN, "admins", ADMINS)
    await world.office.endings.follow(closed(SLACK))
    assert "slack ended this installation" in caplog.text
    assert [where for _, where, _ in await world.said() if where.platform == "slack"] == [], "nor to the admins, there"
    world.pass_(hours=1)
    await begin_again(world)
    await world.office.endings.follow(closed(SLACK, "the token was revoked, too"))
    names = {name_of(CHANNEL), name_of(TEAMS)}
    assert (found := await open_in(world))["tips"] == names and found["replies"] == names
    assert found["planned"] == {name_of(CHANNEL)}, "what waits in Teams was taken above"


async def begin_again(world: World) -> None:
    where = CHANNEL
    await world.office.subscriptions.save(Change(where.outside_threads(), person_of(world)), WISH)
    async with world.storage.unit() as unit:
        await unit.ledger.plan(TENANT, "answered:again", where, Reply("words"), world.now)
        await unit.inbox.put(IncomingMessage("again", where, Sender("U1"), world.now, "words"), world.now)


async def test_a_channel_that_is_closed_has_no_task(world: World) -> None:
    await world.office.posts.name(ADMIN, "curators", CURATORS)
    await world.office.posts.name(ADMIN, "admins", ADMINS)
    await world.office.endings.follow(closed(Reach.of(CURATORS)))
    async with world.storage.view() as unit:
        assert (await unit.people.posts("curators"), await unit.people.posts("admins")) == ([], [ADMINS])
    assert any(key.startswith("given-up:curators:") and where == ADMINS for key, where, _ in await world.said())


async def test_nobody_is_owed_an_answer_there(world: World) -> None:
    """Where a question was asked is forgotten with the place, and with no other."""
    question = await world.asks()
    for reach, owed in ((Reach.of(ELSEWHERE), [question]), (Reach.of(ASKED_IN), [])):
        await world.office.endings.follow(closed(reach, f"x {reach.channel}"))
        async with world.storage.view() as unit:
            assert [name for name, _ in await unit.escalations.owed(TENANT, [question])] == owed


async def looks_after(world: World, user: str, event: str) -> tuple[Actor, str]:
    """A pilot of North that this person looks after; its id."""
    person = person_of(world, user)
    async with world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, "North")
        await unit.teams.bind_person(TENANT, person, team.id, world.now)
        await unit.contacts.offer(TENANT, team.id, "ugc-rights", person, "whoever knows", world.now)
    actor = await world.office.pilots.actor(TENANT, person, team)
    return actor, (await world.office.pilots.make(actor, team, ANSWERS, Act(event, where=CHANNEL))).id


def left(event: str = "u1", user: str = "U1") -> PersonGone:
    return PersonGone(event, "slack", TENANT, user, GONE, OFF)


async def test_whoever_has_left_hears_nothing_and_what_they_looked_after_is_offered(world: World) -> None:
    """Channels go on without them; a colleague takes the pilot up, an expert the question; nobody is sent to them."""
    (_, pilot), (colleague, other) = await looks_after(world, "U1", "p1"), await looks_after(world, "U2", "p2")
    question, expert = await world.asks(person="member", owed=False), replace(EXPERT, person=person_of(world))
    async with world.storage.unit() as unit:
        await unit.escalations.open(TENANT, question, "member", "words", world.now)
    await world.office.experts.take(expert, question, "thread")
    await world.office.endings.follow(left())
    async with world.storage.view() as unit:
        free, kept = await unit.pilots.get(TENANT, pilot), await unit.pilots.get(TENANT, other)
        handed = await unit.escalations.get(TENANT, question)
        contacts = [one.person for one in await unit.contacts.all(TENANT)]
        written = {(one.what, one.subject): one.note for one in await unit.audits.about(TENANT) if one.by == "midway"}
    assert free and (free.person, free.is_free) == (ERASED, True) and kept and kept.person == colleague.person
    assert handed and (handed.state, handed.taken_by) == ("open", None)
    assert contacts == [person_of(world, "U2")]
    assert {("offered", f"pilot:{pilot}"), ("offered", f"question:{question}"), ("took back being asked", "person")} < written.keys()
    assert set(written.values()) == {OFF}
    assert (await world.office.pilots.take_over(colleague, pilot, Act("p3"))).person == colleague.person
    names = {name_of(where) for where in (CHANNEL, NEXT_DOOR, ELSEWHERE, TEAMS)}
    found = await open_in(world)
    assert (found["tips"], found["check-ins"], found["planned"]) == (names, names, names)


async def test_somebody_else_who_has_left_changes_nothing(world: World) -> None:
    await world.office.endings.follow(left(user="U7"))
    names = {name_of(where) for where in EVERYWHERE}
    assert await open_in(world) == {"tips": names, "check-ins": names, "planned": names, "replies": names}


async def test_whoever_removes_midway_from_their_chat_leaves_their_pilots_to_the_team(world: World) -> None:
    """As when their direct messages are refused for good; a channel that is closed takes nobody's away."""
    _, pilot = await looks_after(world, "U1", "p1")
    for ending, free in ((closed(Reach.of(CHANNEL)), False), (closed(Reach.of(DIRECT), "x2", user="U1"), True)):
        await world.office.endings.follow(ending)
        async with world.storage.view() as unit:
            kept = await unit.pilots.get(TENANT, pilot)
        assert kept and kept.is_free is free


async def test_an_event_that_fails_midway_happens_whole_the_next_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is remembered with what it did, not before."""
    async def fails(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(world.office.tips, "end", fails)
        with pytest.raises(OSError, match="disk full"):
            await world.office.endings.follow(closed(SLACK))
    await world.office.endings.follow(closed(SLACK))
    assert (await open_in(world))["tips"] == {name_of(TEAMS)}
