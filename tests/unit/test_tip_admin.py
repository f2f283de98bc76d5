"""Weekly tips as admins see them: all of their tenant, none of another's, and what can be done about a delivery."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio

from bot.access import Role, Who
from bot.errors import NotAllowed
from bot.messages import Conversation
from bot.storage.ledger import Outcome
from bot.storage.subscriptions import KeptSubscription, delivery_key
from bot.storage.unit import Storage
from bot.subscription_keeping import BY_ADMIN
from bot.tip_admin import TipAdmin
from bot.tip_forms import FORM
from tests.fakes.answering import Someone
from tests.fakes.office import ADMIN, CURATOR, MEMBER
from tests.fakes.trying import TENANT, Asking
from tests.statements import statements

FILLED = {"weekday": "2", "hour": "9", "zone": "Europe/Berlin", "topics": "", "audience": ""}
OTHER_ADMIN = Who("W2", "admin", frozenset({Role.ADMIN}))
POST = Conversation("slack", TENANT, "C9", "C9/1", "channel", "address", "root")
WEEK = 202648


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


def tip_admin(world: Asking) -> TipAdmin:
    return world.parts.office.tip_admin


async def subscribed(world: Asking, user: str = "U1", **where: str) -> KeptSubscription:
    who: Someone = world.someone(user, **where)
    await who.fills(FORM, "", FILLED)
    async with world.storage.view() as unit:
        kept = await unit.subscriptions.of_place(who.where)
    assert kept
    return kept


async def delivered(world: Asking, outcome: Outcome) -> str:
    """This week's tip was planned, and its delivery ended so; its key."""
    world.pass_(days=1)
    await world.tips.send_due()
    async with world.storage.unit() as unit:
        found = await unit.ledger.next_planned(("slack",), world.now, world.now)
        assert found
        await unit.ledger.record(TENANT, found[0].key, outcome, world.now)
        await world.tips.told(unit, found[0], outcome)  # type: ignore[arg-type]
    return found[0].key


async def audited(world: Asking) -> list[tuple[str, str]]:
    async with world.storage.view() as unit:
        return [(entry.by, entry.what) for entry in await unit.audits.about(TENANT) if entry.what.startswith("tip") and entry.by == "admin"]


@pytest.mark.parametrize("act", [
    lambda tip_admin, by: tip_admin.listed(by), lambda tip_admin, by: tip_admin.cases(by),
    lambda tip_admin, by: tip_admin.send_again(by, delivery_key("s", WEEK)), lambda tip_admin, by: tip_admin.recall(by, "s", WEEK), lambda tip_admin, by: tip_admin.end(by, "s"),
])
@pytest.mark.parametrize("by", [MEMBER, CURATOR])
async def test_it_is_for_admins(world: Asking, act: Callable[[TipAdmin, Who], Awaitable[object]], by: Who) -> None:
    with pytest.raises(NotAllowed):
        await act(tip_admin(world), by)


async def test_a_list_asks_the_database_as_often_for_many_as_for_one(world: Asking) -> None:
    asked_for = list[int]()
    for number in range(3):
        who = world.someone(f"U{number}", channel=f"C{number}", kind="channel")
        await who.fills(FORM, "", FILLED)
        with statements(world.storage) as sent:
            assert len(await tip_admin(world).listed(ADMIN, TENANT)) == number + 1
        asked_for.append(len(sent))
    assert len(set(asked_for)) == 1


async def test_all_of_a_tenant_are_listed_with_their_last_week(world: Asking) -> None:
    """Of direct messages not even the team; of another tenant nothing."""
    channel = await subscribed(world, kind="channel", channel="C5")
    member = world.someone("U2", channel="D2")
    await member.says("my team is North")
    await world.someone("U2", channel="C5", kind="channel").presses("channel-team", "South")
    direct = await subscribed(world, "U2", channel="D2")
    theirs = await subscribed(world, "U1", tenant="W2")
    world.pass_(days=1)
    await world.tips.send_due()
    listed = {each.kept.id: (each.team, each.last and each.last.state, each.delivery) for each in await tip_admin(world).listed(ADMIN, TENANT)}
    assert listed == {channel.id: ("South", "planned", "planned"), direct.id: ("", "planned", "planned")}
    assert {each.kept.id for each in await tip_admin(world).listed(OTHER_ADMIN, "W2")} == {theirs.id}
    assert len(await tip_admin(world).listed(ADMIN)) == 3


async def test_before_the_first_week_there_is_no_last_one(world: Asking) -> None:
    await subscribed(world)
    [only] = await tip_admin(world).listed(ADMIN, TENANT)
    assert (only.last, only.delivery, only.reason) == (None, "", "")


async def test_what_was_given_up_is_a_case_and_can_be_sent_again(world: Asking) -> None:
    """By an admin of that tenant; then it counts as told again."""
    kept = await subscribed(world)
    key = await delivered(world, Outcome("rejected", reason="too often"))
    assert [(case.key, case.reason) for case in await tip_admin(world).cases(ADMIN, TENANT)] == [(key, "too often")]
    assert await tip_admin(world).cases(OTHER_ADMIN, "W2") == []
    [listed] = await tip_admin(world).listed(ADMIN, TENANT)
    assert listed.last and (listed.last.state, listed.delivery, listed.reason) == ("late", "rejected", "too often")
    assert await tip_admin(world).send_again(OTHER_ADMIN, key) is False
    assert await tip_admin(world).send_again(ADMIN, "answered:q1") is False
    assert [await tip_admin(world).send_again(ADMIN, key), await tip_admin(world).send_again(ADMIN, key)] == [True, False]
    [(again, _, _)] = await world.due()
    assert again == key and await tip_admin(world).cases(ADMIN, TENANT) == []
    async with world.storage.view() as unit:
        assert [tip.state for tip in await unit.subscriptions.tips(kept.id, 9)] == ["planned"]
    assert await audited(world) == [("admin", "tip sent again")]


async def test_a_tip_that_was_sent_can_be_taken_back(world: Asking) -> None:
    kept = await subscribed(world)
    await delivered(world, Outcome("sent", "m1"))
    assert await tip_admin(world).recall(OTHER_ADMIN, kept.id, WEEK) is False
    assert await tip_admin(world).recall(ADMIN, kept.id, WEEK + 1) is False
    assert [await tip_admin(world).recall(ADMIN, kept.id, WEEK) for _ in range(2)] == [True, False]
    assert await audited(world) == [("admin", "tip recalled")]


async def test_an_admin_ends_one_of_their_tenant(world: Asking) -> None:
    kept = await subscribed(world)
    assert await tip_admin(world).end(OTHER_ADMIN, kept.id) is False
    assert [await tip_admin(world).end(ADMIN, kept.id), await tip_admin(world).end(ADMIN, kept.id), await tip_admin(world).end(ADMIN, "nobody")] == [True, False, False]
    async with world.storage.view() as unit:
        ended = await unit.subscriptions.get(kept.id)
    assert ended and (ended.state, ended.due, ended.reason) == ("ended", None, BY_ADMIN)
    assert await audited(world) == [("admin", "tips ended")]
    world.pass_(days=30)
    assert await world.due() == []


async def test_admins_here_names_their_channel(world: Asking) -> None:
    """Outside its threads; only an admin may say it."""
    await world.parts.office.posts.name(ADMIN, "admins", POST)
    async with world.storage.view() as unit:
        post = await unit.people.post(TENANT, "admins")
        assert post and (post.thread, post.address) == ("C9", "root")
        assert await unit.people.post("W2", "admins") is None
    said = await world.someone("U5", kind="channel").says("admins here")
    assert "admin" in said.text
    async with world.storage.view() as unit:
        post = await unit.people.post(TENANT, "admins")
        assert post and post.channel == "C9"
