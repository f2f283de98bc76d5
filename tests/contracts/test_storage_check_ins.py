"""What storage promises of check-ins: one open at a time, addresses gone when not owed, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.messages import Conversation
from bot.privacy import SecretKey
from bot.storage.adoption_tables import CheckIn
from bot.storage.check_ins import Key
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=14)
HERE = Conversation("slack", "T", "D1", "D1", "direct", '{"team":"T","channel":"D1"}')
KEY = Key("T", "team:A", "pilot-charter", 1)


async def plan(
    storage: Storage, holder: str = "team:A", practice: str = "pilot-charter", person: str = "p1", due: datetime = DUE
) -> bool:
    async with storage.unit() as unit:
        return await unit.check_ins.plan("T", holder, practice, person, HERE, due)


async def rows(storage: Storage) -> list[CheckIn]:
    order = col(CheckIn.holder), col(CheckIn.practice_id), col(CheckIn.number)
    async with storage.view() as unit:
        return list(await unit.session.exec(select(CheckIn).order_by(*order)))


async def test_of_ten_who_plan_at_once_one_does(storage: Storage) -> None:
    """And no second question while one is open; after it has ended, the next is the second."""
    assert sorted(await asyncio.gather(*(plan(storage) for _ in range(10)))) == [False] * 9 + [True]
    async with storage.unit() as unit:
        await unit.check_ins.asked(KEY, DUE)
    assert await plan(storage) is False
    async with storage.unit() as unit:
        await unit.check_ins.answer("T", "team:A", "pilot-charter", "too early", DUE)
    assert await plan(storage) is True
    assert [(row.number, row.state, row.answer) for row in await rows(storage)] == [
        (1, "answered", "too early"), (2, "waiting", None),
    ]


async def test_what_is_due_is_taken_by_one(storage: Storage) -> None:
    """Not before its time; of two processes that see it, the second finds it asked."""
    await plan(storage)

    async def ask() -> bool:
        async with storage.unit() as unit:
            if found := await unit.check_ins.take(KEY):
                assert (found.person, found.where) == ("p1", HERE)
                await unit.check_ins.asked(KEY, DUE)
            return found is not None

    async with storage.view() as unit:
        assert await unit.check_ins.due(DUE - timedelta(seconds=1), 10) == []
        assert await unit.check_ins.due(DUE, 10) == [KEY]
    assert sorted(await asyncio.gather(*(ask() for _ in range(5)))) == [False] * 4 + [True]


@pytest.mark.parametrize("end", ["answer", "cancel", "silence"])
async def test_the_address_is_sealed_and_goes_when_it_was_used(storage: Storage, end: str) -> None:
    """Once it is asked nothing but a mark of the place is left, and with the end not even that."""
    await plan(storage)
    [row] = await rows(storage)
    assert row.address and '"' not in row.address and row.place == storage.secret.place_key("T", "slack", "D1")
    async with storage.unit() as unit:
        await unit.check_ins.asked(KEY, DUE)
        assert await unit.check_ins.awaited("T", "p1", HERE) == ["pilot-charter"]
    [row] = await rows(storage)
    assert row.address is None and row.place is not None
    later = DUE + timedelta(days=1)
    async with storage.unit() as unit:
        match end:
            case "answer":
                await unit.check_ins.answer("T", "team:A", "pilot-charter", "worked", later)
            case "cancel":
                assert await unit.check_ins.cancel("T", later, person="p1") == 1
            case _:
                assert await unit.check_ins.fall_silent(later, later) == 1
    [row] = await rows(storage)
    assert (row.address, row.place, row.ended_at) == (None, None, later)
    assert row.state == {"answer": "answered", "cancel": "cancelled", "silence": "silent"}[end]


async def test_words_are_awaited_only_where_they_were_asked_for(storage: Storage) -> None:
    await plan(storage)
    async with storage.unit() as unit:
        assert await unit.check_ins.awaited("T", "p1", HERE) == []
        await unit.check_ins.asked(KEY, DUE)
        elsewhere = Conversation("slack", "T", "D2", "D1", "direct", HERE.address)
        assert await unit.check_ins.awaited("T", "p1", elsewhere) == []
        assert await unit.check_ins.awaited("T", "p2", HERE) == []
        assert await unit.check_ins.awaited("U", "p1", HERE) == []


async def test_a_cancellation_reaches_no_further_than_it_says(storage: Storage) -> None:
    """One practice of one holder; everything of one person; nothing of another tenant."""
    for holder, practice, person in (("team:A", "one", "p1"), ("team:A", "two", "p1"), ("team:B", "one", "p2")):
        await plan(storage, holder, practice, person)
    async with storage.unit() as unit:
        assert await unit.check_ins.cancel("U", NOW, holder="team:A") == 0
        assert await unit.check_ins.cancel("T", NOW, holder="team:A", practice_id="one") == 1
        assert await unit.check_ins.cancel("T", NOW, person="p1") == 1
    assert [row.state for row in await rows(storage)] == ["cancelled", "cancelled", "waiting"]


async def test_only_those_asked_long_ago_fall_silent(storage: Storage) -> None:
    await plan(storage)
    await plan(storage, practice="two")
    async with storage.unit() as unit:
        await unit.check_ins.asked(KEY, DUE)
        assert await unit.check_ins.fall_silent(DUE, DUE) == 0
        assert await unit.check_ins.fall_silent(DUE + timedelta(seconds=1), DUE) == 1
    assert [row.state for row in await rows(storage)] == ["silent", "waiting"]


async def test_what_a_person_is_asked_becomes_the_teams(storage: Storage) -> None:
    """With its date, its place and its count; where the team is asked already, that question stands alone."""
    await plan(storage, "person:p1", "one")
    await plan(storage, "person:p1", "two")
    await plan(storage, "team:A", "two", "p2", DUE + timedelta(days=1))
    async with storage.unit() as unit:
        await unit.check_ins.move("T", "person:p1", "team:A", NOW)
        found = await unit.check_ins.take(Key("T", "team:A", "one", 1))
        assert found and (found.person, found.due_at, found.where) == ("p1", DUE, HERE)
    assert [(row.holder, row.practice_id, row.person, row.state) for row in await rows(storage)] == [
        ("person:p1", "one", "p1", "cancelled"), ("person:p1", "two", "p1", "cancelled"),
        ("team:A", "one", "p1", "waiting"), ("team:A", "two", "p2", "waiting"),
    ]
    assert all(row.address is None for row in await rows(storage) if row.state == "cancelled")


async def test_what_waits_moves_but_not_into_the_past(storage: Storage) -> None:
    await plan(storage)
    async with storage.unit() as unit:
        await unit.check_ins.shift("T", "team:A", timedelta(days=7), NOW)
        await unit.check_ins.shift("T", "team:B", timedelta(days=7), NOW)
    assert [row.due_at for row in await rows(storage)] == [DUE + timedelta(days=7)]
    async with storage.unit() as unit:
        await unit.check_ins.shift("T", "team:A", timedelta(days=-300), NOW)
    assert [row.due_at for row in await rows(storage)] == [NOW]


async def test_an_address_under_another_key_is_nowhere(storage: Storage) -> None:
    """It is not guessed at and stops nothing."""
    await plan(storage)
    other = Storage(storage.url, SecretKey(bytes(32)))
    async with other.unit() as unit:
        found = await unit.check_ins.take(KEY)
    await other.close()
    assert found is not None and found.where is None
