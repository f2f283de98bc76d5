"""What curators are promised by storage: versions of practices with their history, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.storage.curation_tables import PracticeVersion
from bot.storage.unit import Storage
from bot.storage.versions import IN_FORCE, OPEN, State

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def add(storage: Storage, state: State, body: str = "text", practice: str = "pilot-charter", base: int = 0) -> int | None:
    async with storage.unit() as unit:
        return await unit.versions.add(practice, body, state, base, "p1", NOW)


async def states(storage: Storage, practice: str = "pilot-charter") -> dict[int, str]:
    async with storage.view() as unit:
        rows = await unit.session.exec(select(PracticeVersion).where(PracticeVersion.practice_id == practice))
        return {row.version: row.state for row in rows}


async def test_a_library_as_shipped_has_no_versions(storage: Storage) -> None:
    """Number 0 stands for the shipped practice, and for none."""
    async with storage.view() as unit:
        assert (await unit.versions.newest("pilot-charter"), await unit.versions.in_force("pilot-charter")) == (0, 0)
        assert await unit.versions.stamp() == 0
        assert await unit.versions.get("pilot-charter", 0) is None
        assert await unit.versions.history("pilot-charter") == []


async def test_versions_are_numbered_for_each_practice(storage: Storage) -> None:
    """Numbers begin at 1 and are never given twice; another practice has its own."""
    assert [await add(storage, "draft", f"text {number}") for number in (1, 2, 3)] == [1, 2, 3]
    assert await add(storage, "draft", practice="sponsor-search") == 1
    async with storage.view() as unit:
        found = await unit.versions.get("pilot-charter", 3)
        assert found and (found.body, found.state, found.base, found.by, found.at) == ("text 3", "draft", 0, "p1", NOW)
        assert await unit.versions.newest("pilot-charter") == 3


async def test_a_new_draft_stands_in_the_place_of_the_one_before(storage: Storage) -> None:
    """The older one is kept as replaced; what is in force stays in force."""
    await add(storage, "published")
    await add(storage, "draft")
    await add(storage, "draft")
    assert await states(storage) == {1: "published", 2: "replaced", 3: "draft"}
    async with storage.view() as unit:
        assert [(one.practice_id, one.version) for one in await unit.versions.in_states(OPEN)] == [("pilot-charter", 3)]
        assert await unit.versions.in_force("pilot-charter") == 1


async def test_what_was_ever_written_is_known(storage: Storage) -> None:
    """To the letter, whatever became of it, and for its own practice only."""
    await add(storage, "draft", "first")
    await add(storage, "draft", "second")
    async with storage.view() as unit:
        assert await unit.versions.ever("pilot-charter", "first") and await unit.versions.ever("pilot-charter", "second")
        assert not await unit.versions.ever("pilot-charter", "First") and not await unit.versions.ever("sponsor-search", "first")


async def test_what_is_put_in_force_leaves_a_draft_alone(storage: Storage) -> None:
    """A new date beside an open draft replaces what was in force and no more."""
    await add(storage, "published")
    await add(storage, "draft", "somebody's work")
    await add(storage, "published", "a new date")
    assert await states(storage) == {1: "replaced", 2: "draft", 3: "published"}


async def test_one_version_is_in_force_whatever_is_done(storage: Storage) -> None:
    """Publishing and withdrawing move the one in force on; there are never two."""
    await add(storage, "draft")
    async with storage.unit() as unit:
        assert await unit.versions.move("pilot-charter", 1, OPEN, "review") is True
        assert await unit.versions.move("pilot-charter", 1, OPEN, "published") is True
    await add(storage, "draft", base=1)
    async with storage.unit() as unit:
        assert await unit.versions.move("pilot-charter", 2, OPEN, "published") is True
    assert await states(storage) == {1: "replaced", 2: "published"}
    await add(storage, "withdrawn", base=2)
    assert await states(storage) == {1: "replaced", 2: "replaced", 3: "withdrawn"}
    async with storage.view() as unit:
        assert [one.version for one in await unit.versions.in_states(IN_FORCE)] == [3]
        assert await unit.versions.in_force("pilot-charter") == 3


@pytest.mark.parametrize(("version", "before"), [(1, ("review",)), (2, OPEN)])
async def test_a_version_is_moved_only_from_where_it_is_thought_to_be(storage: Storage, version: int, before: tuple[str, ...]) -> None:
    """Not from another state, and not where there is none."""
    await add(storage, "draft")
    async with storage.unit() as unit:
        assert await unit.versions.move("pilot-charter", version, before, "published") is False
    assert await states(storage) == {1: "draft"}


async def test_ten_at_once_save_one_draft_each_on_its_number(storage: Storage) -> None:
    """Who wrote at the same moment is told so; no number is given twice and one draft is open."""
    begun, all_in = [0], asyncio.Event()

    async def save(number: int) -> int | None:
        begun[0] += 1
        if begun[0] == 10:
            all_in.set()
        await all_in.wait()
        return await add(storage, "draft", f"text {number}")

    numbers = [number for number in await asyncio.gather(*map(save, range(10))) if number is not None]
    assert numbers and len(set(numbers)) == len(numbers)
    standing = await states(storage)
    assert sorted(standing) == sorted(numbers)
    assert list(standing.values()).count("draft") == 1


async def test_ten_at_once_publish_one_version(storage: Storage) -> None:
    await add(storage, "draft")

    async def publish() -> bool:
        async with storage.unit() as unit:
            return await unit.versions.move("pilot-charter", 1, OPEN, "published")

    assert sorted(await asyncio.gather(*(publish() for _ in range(10)))) == [False] * 9 + [True]


async def test_the_stamp_grows_with_everything_that_is_done(storage: Storage) -> None:
    """That is how other processes notice; the history tells what, who and when, newest first."""
    await add(storage, "draft")
    stamps = []
    for minute, what in enumerate(("saved", "published", "withdrawn")):
        async with storage.unit() as unit:
            await unit.versions.note("pilot-charter", 1, what, "p1", NOW + timedelta(minutes=minute), f"because {minute}")
        async with storage.view() as unit:
            stamps.append(await unit.versions.stamp())
    assert stamps == sorted(set(stamps)) and stamps[0] > 0
    async with storage.view() as unit:
        history = await unit.versions.history("pilot-charter")
        assert [(one.what, one.note, one.by, one.at) for one in history] == [
            ("withdrawn", "because 2", "p1", NOW + timedelta(minutes=2)),
            ("published", "because 1", "p1", NOW + timedelta(minutes=1)),
            ("saved", "because 0", "p1", NOW),
        ]
        assert await unit.versions.history("sponsor-search") == []


async def test_a_practice_is_called_by_another_id_with_all_that_was_done(storage: Storage) -> None:
    """What it was called leads to it, over several names, until somebody else has that name."""
    await add(storage, "draft", "one", "first")
    async with storage.unit() as unit:
        await unit.versions.note("first", 1, "saved", "p1", NOW)
        await unit.versions.rename("first", "second", "p2", NOW)
        assert await unit.versions.add("second", "two", "draft", 0, "p1", NOW) == 2
        await unit.versions.rename("second", "third", "p2", NOW)
    async with storage.view() as unit:
        assert [await unit.versions.now_called(name) for name in ("first", "second", "third", "never")] == ["third", "third", "third", "never"]
        assert (await unit.versions.newest("first"), await unit.versions.newest("third")) == (0, 2)
        found = await unit.versions.get("third", 1)
        assert found and (found.body, found.state) == ("one", "replaced")
        told = [(one.what, one.note) for one in await unit.versions.history("third")]
        assert told == [("renamed", "before: second"), ("renamed", "before: first"), ("saved", "")]
    await add(storage, "draft", practice="first")
    async with storage.view() as unit:
        assert await unit.versions.now_called("first") == "first"


async def test_history_is_told_of_a_span_of_time(storage: Storage) -> None:
    async with storage.unit() as unit:
        for day in range(4):
            await unit.versions.note("pilot-charter", 1, f"day {day}", "p1", NOW + timedelta(days=day))
        found = await unit.versions.history(since=NOW + timedelta(days=1), until=NOW + timedelta(days=3))
        assert [one.what for one in found] == ["day 2", "day 1"]
