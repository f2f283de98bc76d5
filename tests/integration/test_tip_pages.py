"""Weekly tips over HTTP: whose an admin sees, that nobody is named, and that every act says what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.access import Role, Who
from bot.messages import Conversation
from bot.storage.ledger import Outcome
from bot.storage.subscriptions import KeptSubscription, Wish, delivery_key
from bot.storage.unit import Storage
from bot.subscription_keeping import Change
from bot.tip_times import Rhythm
from tests.fakes.office import ADMIN, CURATOR, TENANT, World
from tests.integration.desk_site import Visitor, grant, signed_in, visitor, world_with
from tests.on_sqlite import database

__all__ = ["database"]

HOSTILE = '<script>alert("x")</script>'
CHANNEL = Conversation("slack", TENANT, "C1", "C1", "channel", '{"team":"W1","channel":"C1"}')
DIRECT = Conversation("msteams", TENANT, "a:secret", "a:secret", "direct", '{"tenant":"W1"}')
BERLIN = Rhythm(2, 9, "Europe/Berlin")


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return await world_with(storage, ADMIN, CURATOR)


@pytest_asyncio.fixture
async def admin(world: World) -> AsyncIterator[Visitor]:
    async with signed_in(world, ADMIN) as somebody:
        yield somebody


async def subscribed(world: World, where: Conversation = CHANNEL, wish: Wish | None = None) -> KeptSubscription:
    kept, _ = await world.office.subscriptions.save(Change(where, "a member"), wish or Wish(BERLIN))
    return kept


async def came(world: World, kept: KeptSubscription, outcome: Outcome) -> int:
    """The week of a tip of which this came."""
    world.now = kept.due[1] if kept.due else world.now
    assert await world.office.tips.send_due() == 1
    later = world.now + timedelta(minutes=1)
    async with world.storage.unit() as unit:
        found = await unit.ledger.next_planned((kept.platform,), later, later + timedelta(days=1))
        assert found
        await unit.ledger.record(kept.tenant, found[0].key, outcome, later)
        await world.office.tips.told(unit, found[0], outcome)  # type: ignore[arg-type]  # what is planned is an entry
    world.now = later
    assert kept.due
    return kept.due[0]


async def audited(world: World) -> list[tuple[str, str]]:
    async with world.storage.view() as unit:
        found = await unit.audits.about(TENANT, None, 50)
    return [(entry.what, entry.by) for entry in found if entry.what != "signed in"]


async def test_nothing_yet_says_how_to_subscribe(admin: Visitor) -> None:
    page = (await admin.get("/tips")).text
    assert "Nobody has subscribed yet" in page and "subscribe" in page and "no tip is uncertain" in page


async def test_a_subscription_is_told_without_anybody_in_it(admin: Visitor, world: World) -> None:
    """A channel by its id, or by its team once there is one; direct messages by nothing."""
    channel = await subscribed(world, wish=Wish(BERLIN, ("launching-a-pilot",)))
    direct = await subscribed(world, DIRECT)
    page = (await admin.get("/tips")).text
    for words in ("C1", "Tuesdays, 09:00, Europe/Berlin", "Launching a pilot", "Tuesday, 24 November 2026, 09:00 (Europe/Berlin)",
                  "somebody&#39;s direct messages", "Slack, channel", "Teams", "nothing yet"):
        assert words in page, words
    assert "a:secret" not in page + (await admin.get(f"/tips/{direct.id}")).text
    assert (direct.person or "?")[:6] not in page
    async with world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, f"North {HOSTILE}")
        await unit.teams.bind_channel(TENANT, "slack", "C1", team.id)
    for path in ("/tips", f"/tips/{channel.id}"):
        page = (await admin.get(path)).text
        assert "North &lt;script&gt;" in page and HOSTILE not in page


async def test_another_tenants_is_not_there(admin: Visitor, world: World) -> None:
    """Neither shown nor changed, whatever the address or the form names; the shell looks at each in turn."""
    theirs = await subscribed(world, replace(CHANNEL, tenant="W2", channel="C2", thread="C2"))
    assert "C2" not in (await admin.get("/tips?tenant=W2")).text
    assert (await admin.get(f"/tips/{theirs.id}?tenant=W2")).status_code == 404
    assert (await admin.send(f"/tips/{theirs.id}", page="/people", then="end", tenant="W2")).status_code == 404
    async with visitor(world, client="127.0.0.1", address="http://127.0.0.1:8080") as shell:
        assert "C2" in (await shell.get("/tips?tenant=W2")).text and "C2" not in (await shell.get("/tips")).text
        assert (await shell.send(f"/tips/{theirs.id}", page="/people", then="end", tenant="W2")).status_code == 303
    async with world.storage.view() as unit:
        assert [entry.what for entry in await unit.audits.about("W2", None, 50)] == ["tips ended", "tips subscribed"]


@pytest.mark.parametrize("who", [CURATOR, Who(TENANT, "a member", frozenset({Role.EXPERT}))], ids=["curator", "expert"])
async def test_it_is_for_admins(world: World, who: Who) -> None:
    kept = await subscribed(world)
    await grant(world, who)
    async with visitor(world) as somebody:
        await somebody.sign_in(who)
        for path in ("/tips", f"/tips/{kept.id}"):
            assert (await somebody.get(path)).status_code == 403
            assert (await somebody.send(path, page="/my-data", then="end", key=delivery_key(kept.id, 202648))).status_code == 403


async def test_what_it_would_get_is_shown_without_buttons(admin: Visitor, world: World) -> None:
    """Of direct messages the reason is left out."""
    for where, reason in ((CHANNEL, True), (DIRECT, False)):
        page = (await admin.get(f"/tips/{(await subscribed(world, where)).id}")).text
        preview = page.partition("What it would get now")[2]
        assert "Tip of the week:" in preview and "We&#39;ll try it" not in preview
        assert ("You get this tip because" in preview) is reason


async def test_ending_it_says_so_once(admin: Visitor, world: World) -> None:
    kept = await subscribed(world)
    for said in ("The subscription ended.", "It had already ended."):
        done = await admin.send(f"/tips/{kept.id}", page="/people", then="end")
        page = (await admin.get(done.headers["location"])).text
        assert done.status_code == 303 and said in page and "ended: an admin ended it" in page
        assert "What it would get now" not in page
    assert await audited(world) == [("tips ended", ADMIN.person), ("tips subscribed", "a member")]
    assert "a subscription to tips" in (await admin.get("/audit")).text
    assert (await admin.send(f"/tips/{kept.id}", page="/people", then="dance")).status_code == 422


async def test_the_last_tip_is_taken_back(admin: Visitor, world: World) -> None:
    """Only once it was sent; a week skipped ahead is not the last one."""
    kept = await subscribed(world)
    assert "Take the last tip back" not in (await admin.get(f"/tips/{kept.id}")).text
    week = await came(world, kept, Outcome("sent", "1.1"))
    assert await world.office.subscriptions.skip(Change(CHANNEL, "a member"), world.now)
    page = (await admin.get(f"/tips/{kept.id}")).text
    assert "Take the last tip back" in page and "24 November 2026: sent" in page
    for said in ("is taken back where the platform can", "There is nothing to take back"):
        done = await admin.send(f"/tips/{kept.id}", page="/people", then="recall", week=str(week))
        page = (await admin.get(done.headers["location"])).text
        assert said in page and "being taken back" in page
    assert (await audited(world))[0] == ("tip recalled", ADMIN.person)


@pytest.mark.parametrize(("outcome", "words"), [
    (Outcome("uncertain", reason="no answer"), "uncertain, it may have been shown: no answer"),
    (Outcome("rejected", reason="archived", permanent=True), "given up: archived"),
])
async def test_exactly_one_delivery_is_sent_again(admin: Visitor, world: World, outcome: Outcome, words: str) -> None:
    kept = await subscribed(world)
    key = delivery_key(kept.id, await came(world, kept, outcome))
    page = (await admin.get("/tips")).text
    assert words in page and page.count("Send again</button>") == 1 and key in page
    for said in ("sent once more", "It was not sent again"):
        done = await admin.send("/tips", page="/people", key=key)
        page = (await admin.get(done.headers["location"])).text
        assert said in page and "waiting to be sent" in page and "Send again</button>" not in page
    assert (await audited(world))[0] == ("tip sent again", ADMIN.person)
    assert "It was not sent again" in (await admin.get((await admin.send("/tips", page="/people", key="nonsense")).headers["location"])).text


@pytest.mark.parametrize(("outcome", "words"), [
    (Outcome("sent", "1.1"), "24 November 2026: sent"), (Outcome("uncertain", reason="lost"), "24 November 2026: uncertain: lost"),
    (Outcome("rejected", reason="archived", permanent=True), "24 November 2026: refused: archived"),
    (Outcome("rejected", reason="over"), "24 November 2026: left out, it was too late: over"),
])
async def test_what_came_of_the_last_week_is_said(admin: Visitor, world: World, outcome: Outcome, words: str) -> None:
    await came(world, await subscribed(world), outcome)
    assert words in (await admin.get("/tips")).text
