"""Forgotten at once and for good: whatever dies in between, and whichever backup is restored; on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.erasure import FORGOT, OFFERED, Erased, Erasure
from bot.errors import StorageUnavailable
from bot.privacy import SecretKey
from bot.storage.records import ERASED
from bot.storage.retention import purge
from bot.storage.unit import Storage
from tests.databases import Pool
from tests.fakes.clock import Clock
from tests.fakes.erasures import MemoryErasureNotes
from tests.fakes.history import TENANT, asks, leaves_something_everywhere
from tests.whole_database import all_rows, places_of, rows_with

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def ticking() -> Clock:
    return Clock(NOW, timedelta(microseconds=1))


@pytest.fixture
def notes() -> MemoryErasureNotes:
    return MemoryErasureNotes()


@pytest.fixture
def copy_of(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Callable[[str], str]:
    """``copy_of(url)`` backs the database up as it is and restores it somewhere else; it must be closed."""

    def copy(url: str) -> str:
        if database == "sqlite":
            return f"sqlite:///{shutil.copy(url.removeprefix('sqlite:///'), tmp_path / 'backup.db')}"
        lent: Pool = request.getfixturevalue("pool")
        return lent.copy(url)

    return copy


def is_on_postgresql(storage: Storage) -> bool:
    return storage.url.startswith("postgresql")


def log_of(storage: Storage) -> Path:
    return Path(storage.url.removeprefix("sqlite:///") + "-wal")


def bytes_of(storage: Storage) -> bytes:
    """The database and its log as they lie on the disk."""
    if is_on_postgresql(storage):
        return b""
    return Path(storage.url.removeprefix("sqlite:///")).read_bytes() + log_of(storage).read_bytes()


async def left_of(storage: Storage, person: str) -> list[str]:
    return places_of(await all_rows(storage), person)


async def test_a_restored_backup_does_not_bring_anybody_back(
    database_url: str, secret: SecretKey, copy_of: Callable[[str], str], notes: MemoryErasureNotes
) -> None:
    """Saved before *forget me*, restored after it: at the next start the person is gone again, and nobody else."""
    storage = Storage(database_url, secret)
    person, other = await leaves_something_everywhere(storage, "U1"), await leaves_something_everywhere(storage, "U2")
    await storage.close()
    backup = copy_of(database_url)
    storage = Storage(database_url, secret)
    assert await Erasure(storage, notes, ticking()).forget(TENANT, person) is True
    assert await left_of(storage, person) == []
    await storage.close()
    restored = Storage(backup, secret)
    before = rows_with(await all_rows(restored), other)
    assert await left_of(restored, person) != []
    again = Erasure(restored, notes, ticking())
    assert (await again.replay(), await again.replay()) == (1, 0)
    assert await left_of(restored, person) == []
    assert rows_with(await all_rows(restored), other) == before
    await restored.close()


async def test_no_file_holds_what_was_forgotten(storage: Storage, notes: MemoryErasureNotes) -> None:
    """Neither the database nor the log beside it, while the process goes on. Of PostgreSQL we see no file."""
    person, other = await leaves_something_everywhere(storage, "U1"), await leaves_something_everywhere(storage, "U2")
    assert await Erasure(storage, notes, ticking()).forget(TENANT, person) is True
    assert person.encode() not in bytes_of(storage)
    assert is_on_postgresql(storage) or other.encode() in bytes_of(storage)


async def test_a_purge_empties_the_log(storage: Storage) -> None:
    await leaves_something_everywhere(storage, "U1")
    assert is_on_postgresql(storage) or log_of(storage).stat().st_size > 0
    await purge(storage, NOW, 30)
    assert is_on_postgresql(storage) or log_of(storage).stat().st_size == 0


async def test_who_reads_meanwhile_does_not_stop_it(database_url: str, secret: SecretKey, notes: MemoryErasureNotes) -> None:
    """The person is forgotten; what the log holds goes with the next purge."""
    storage = Storage(database_url, secret, patience=0.1)
    person = await leaves_something_everywhere(storage, "U1")
    async with storage.view() as reader:
        await reader.audits.about(TENANT)
        assert await Erasure(storage, notes, ticking()).forget(TENANT, person) is True
        assert await storage.empty_log() is is_on_postgresql(storage)
    await purge(storage, NOW, 30)
    assert person.encode() not in bytes_of(storage)
    assert await left_of(storage, person) == []
    await storage.close()


async def test_what_is_deleted_is_overwritten(storage: Storage) -> None:
    """Said to SQLite, as not every one does so by itself."""
    async with storage.view() as unit:
        connection = await unit.session.connection()
        said = None if is_on_postgresql(storage) else await connection.scalar(text("PRAGMA secure_delete"))
    assert said in {None, 1}


async def test_dying_between_the_note_and_the_database_loses_nothing(storage: Storage) -> None:
    """The note is there first; the next start makes it whole."""
    person = await leaves_something_everywhere(storage, "U1")
    notes = MemoryErasureNotes(died=StorageUnavailable("away"))
    with pytest.raises(StorageUnavailable):
        await Erasure(storage, notes, ticking()).forget(TENANT, person)
    assert await left_of(storage, person) != []
    assert await Erasure(storage, notes, ticking()).replay() == 1
    assert await left_of(storage, person) == []


async def test_a_note_that_cannot_be_made_changes_nothing(storage: Storage) -> None:
    """Better kept and said than forgotten here and brought back by a backup."""
    person = await leaves_something_everywhere(storage, "U1")
    before = await all_rows(storage)

    class Full(MemoryErasureNotes):
        def note(self, erased: Erased) -> None:
            raise StorageUnavailable("full")

    with pytest.raises(StorageUnavailable):
        await Erasure(storage, Full(), ticking()).forget(TENANT, person)
    assert await all_rows(storage) == before


async def test_who_comes_back_is_not_forgotten_again(storage: Storage, notes: MemoryErasureNotes) -> None:
    """What is asked after an erasure that the database knows of stays at every start, also beside a note that was cut off."""
    person = await leaves_something_everywhere(storage, "U1")
    cut_off = Erased(TENANT, person, NOW - timedelta(hours=1))
    notes.note(cut_off)
    erasure = Erasure(storage, notes, ticking())
    await erasure.forget(TENANT, person)
    async with storage.unit() as unit:
        await asks(unit, TENANT, "U1", "I am back")
    assert await erasure.replay() == 0
    assert await left_of(storage, person) == ["question.person"]


async def test_forgetting_twice_is_once(storage: Storage, notes: MemoryErasureNotes) -> None:
    """One note, one entry; whoever was never there leaves neither."""
    person = await leaves_something_everywhere(storage, "U1")
    erasure = Erasure(storage, notes, ticking())
    assert [await erasure.forget(TENANT, person), await erasure.forget(TENANT, person)] == [True, False]
    assert await erasure.forget(TENANT, "nobody") is False
    assert len(notes.noted) == 1
    async with storage.view() as unit:
        assert [entry.what for entry in await unit.audits.about(TENANT)].count(FORGOT) == 1


async def test_the_entry_names_nobody(storage: Storage, notes: MemoryErasureNotes) -> None:
    """Only that somebody was forgotten and when, who did it where it was not the person, and which pilots are free."""
    person, other = await leaves_something_everywhere(storage, "U1"), await leaves_something_everywhere(storage, "U2")
    erasure = Erasure(storage, notes, ticking())
    await erasure.forget(TENANT, person)
    await erasure.forget(TENANT, other, "the local shell")
    async with storage.view() as unit:
        entries = await unit.audits.about(TENANT)
    said = [(entry.what, entry.by) for entry in reversed(entries) if entry.what in {FORGOT, OFFERED}]
    assert said == [(OFFERED, ERASED), (FORGOT, ERASED), (OFFERED, ERASED), (FORGOT, "the local shell")]
    assert not any(person in entry.subject or other in entry.subject for entry in entries)


async def test_not_wanting_to_be_tracked_is_nothing_to_forget(storage: Storage, notes: MemoryErasureNotes) -> None:
    """It stays, so that there is no note of it either."""
    person = storage.secret.pseudonym(TENANT, "U1")
    async with storage.unit() as unit:
        await unit.choices.track(TENANT, person, False, NOW)
    assert await Erasure(storage, notes, ticking()).forget(TENANT, person) is False
    async with storage.view() as unit:
        assert (await unit.choices.of(TENANT, person)).tracked is False
    assert notes.noted == []
