"""What those who sign in are promised by storage: roles, one-time links, channels with a task, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select, update

from bot.messages import Conversation
from bot.storage.curation_tables import Post, SignInLink, SignOut
from bot.storage.people import SIGN_IN_LASTS
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
CHANNEL = Conversation("slack", "T", "C1", "C1", "channel", '{"team":"T","channel":"C1"}')


async def link(storage: Storage, token: str = "secret part", expires: datetime = LATER) -> bool:
    async with storage.unit() as unit:
        return await unit.people.link(token, "T", "p1", expires)


async def redeem(storage: Storage, token: str = "secret part", now: datetime = NOW) -> tuple[str, str] | None:
    async with storage.unit() as unit:
        return await unit.people.redeem(token, now)


async def test_a_role_is_given_once_and_taken_away_whole(storage: Storage) -> None:
    """Giving it again changes nothing; taking away takes every role of that person in that tenant, and no other's."""
    async with storage.unit() as unit:
        assert await unit.people.grant("T", "p1", "curator", "Chapter North", "admin", NOW) is True
        assert await unit.people.grant("T", "p1", "curator", "Another label", "admin", LATER) is False
        assert await unit.people.grant("T", "p1", "expert", "Chapter North", "admin", LATER) is True
        assert await unit.people.grant("T", "p2", "expert", "Law", "admin", LATER) is True
        assert await unit.people.grant("U", "p1", "admin", "Elsewhere", "admin", NOW) is True
    async with storage.unit() as unit:
        mine = await unit.people.grants("T", "p1")
        assert [(one.role, one.label, one.at) for one in mine] == [("curator", "Chapter North", NOW), ("expert", "Chapter North", LATER)]
        assert {one.person for one in await unit.people.grants("T")} == {"p1", "p2"}
        assert await unit.people.revoke("T", "p1") == 2
        assert await unit.people.revoke("T", "p1") == 0
    async with storage.view() as unit:
        assert [one.person for one in await unit.people.grants("T")] == ["p2"]
        assert [one.role for one in await unit.people.grants("U", "p1")] == ["admin"]


async def test_a_link_lets_in_once(storage: Storage) -> None:
    await link(storage)
    assert await redeem(storage) == ("T", "p1")
    assert await redeem(storage) is None


async def test_a_link_opens_while_it_lets_somebody_in_who_has_a_role(storage: Storage) -> None:
    """Asking does not use it up; one that is known is not made again."""

    async def opens(now: datetime = NOW, token: str = "secret part") -> bool:
        async with storage.view() as unit:
            return await unit.people.opens(token, now)

    assert (await link(storage), await link(storage, expires=LATER + timedelta(days=1)), await opens()) == (True, False, False)
    async with storage.unit() as unit:
        await unit.people.grant("T", "p1", "curator", "Chapter North", "admin", NOW)
    assert (await opens(), await opens(), await opens(LATER), await opens(token="a guess")) == (True, True, False, False)
    assert await redeem(storage) == ("T", "p1")
    assert not await opens()


async def test_a_link_waits_until_it_is_used_or_too_old(storage: Storage) -> None:
    """Whether or not a role stands behind it."""

    async def waits(now: datetime = NOW, token: str = "secret part") -> bool:
        async with storage.view() as unit:
            return await unit.people.waits(token, now)

    await link(storage)
    assert (await waits(), await waits(), await waits(LATER), await waits(token="a guess")) == (True, True, False, False)
    await redeem(storage)
    assert not await waits()


async def test_links_that_were_dropped_let_nobody_in(storage: Storage) -> None:
    """Those of this person in this tenant; one that was used stays known as used."""
    await link(storage, "used")
    assert await redeem(storage, "used") == ("T", "p1")
    await link(storage)
    async with storage.unit() as unit:
        await unit.people.link("of another", "T", "p2", LATER)
        await unit.people.link("elsewhere", "U", "p1", LATER)
        await unit.people.drop_links("T", "p1")
    assert [await redeem(storage, token) for token in ("secret part", "used")] == [None, None]
    assert await link(storage, "used") is False
    assert (await redeem(storage, "of another"), await redeem(storage, "elsewhere")) == (("T", "p2"), ("U", "p1"))


async def test_of_ten_at_once_a_link_lets_one_in(storage: Storage) -> None:
    await link(storage)
    found = await asyncio.gather(*(redeem(storage) for _ in range(10)))
    assert found.count(("T", "p1")) == 1 and found.count(None) == 9


async def test_a_link_runs_out(storage: Storage) -> None:
    """At its very end it is over; one that nobody made never began."""
    await link(storage)
    assert await redeem(storage, now=LATER) is None
    assert await redeem(storage, token="a guess") is None
    assert await redeem(storage, now=LATER - timedelta(seconds=1)) == ("T", "p1")


async def test_old_links_are_forgotten_and_their_secret_was_never_kept(storage: Storage) -> None:
    await link(storage, "old", NOW - timedelta(days=4))
    await link(storage, "new", LATER)
    async with storage.view() as unit:
        rows = list(await unit.session.exec(select(SignInLink)))
        assert not any({"old", "new"} & {row.mark, row.person, row.tenant} for row in rows)
    async with storage.unit() as unit:
        await unit.people.forget_links(NOW - timedelta(days=3))
    async with storage.view() as unit:
        assert len(list(await unit.session.exec(select(SignInLink)))) == 1
    assert await redeem(storage, "new") == ("T", "p1")


async def test_a_channel_that_cannot_be_read_any_more_hides_no_other(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = replace(CHANNEL, tenant="U")
    async with storage.unit() as unit:
        for where in (CHANNEL, elsewhere):
            await unit.people.assign(where.tenant, "curators", where, "admin", NOW)
        await unit.session.exec(update(Post).where(col(Post.tenant) == "T").values(address="broken"))
    async with storage.view() as unit:
        assert await unit.people.posts("curators") == [elsewhere]
        assert await unit.people.post("T", "curators") is None
    assert "curators here" in caplog.text


async def test_a_channel_has_a_task_until_another_gets_it(storage: Storage) -> None:
    """One channel for each task and tenant; its address is sealed."""
    other = replace(CHANNEL, channel="C2", address='{"team":"T","channel":"C2"}')
    elsewhere = replace(CHANNEL, tenant="U", address='{"team":"U","channel":"C1"}')
    async with storage.unit() as unit:
        assert await unit.people.post("T", "experts") is None
        for where in (CHANNEL, other, elsewhere):
            await unit.people.assign(where.tenant, "experts", where, "admin", NOW)
    async with storage.view() as unit:
        assert await unit.people.post("T", "experts") == other
        assert await unit.people.post("T", "curators") is None
        assert sorted(one.tenant for one in await unit.people.posts("experts")) == ["T", "U"]
        assert all('"' not in row.address for row in await unit.session.exec(select(Post)))


async def test_a_sign_in_counts_until_it_is_ended(storage: Storage) -> None:
    """Those until that very moment, of this person in this tenant; it is kept by a mark that names nobody."""

    async def counts(since: datetime, tenant: str = "T", person: str = "p1") -> bool:
        async with storage.view() as unit:
            return await unit.people.counts(tenant, person, since)

    assert await counts(NOW)
    for ended in (NOW, LATER):
        async with storage.unit() as unit:
            await unit.people.end_sign_ins("T", "p1", ended)
        assert (await counts(ended), await counts(ended + timedelta(microseconds=1))) == (False, True)
    assert await counts(NOW, tenant="U") and await counts(NOW, person="p2") and not await counts(NOW)
    async with storage.view() as unit:
        assert not any("p1" in row.mark for row in await unit.session.exec(select(SignOut)))


async def test_what_was_ended_is_kept_no_longer_than_a_sign_in_may_last(storage: Storage) -> None:
    long_ago = LATER - 2 * SIGN_IN_LASTS
    for person, at in (("p1", long_ago - timedelta(seconds=1)), ("p2", long_ago), ("p3", LATER)):
        async with storage.unit() as unit:
            await unit.people.end_sign_ins("T", person, at)
    async with storage.view() as unit:
        assert sorted(row.at for row in await unit.session.exec(select(SignOut))) == [long_ago, LATER]
