"""A database that is locked, full, away, damaged or not set up is one sentence with the remedy."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from anyio import CancelScope
from sqlalchemy import event, exc, make_url, text

from bot.errors import StorageUnavailable
from bot.privacy import SecretKey
from bot.storage.failures import sentences
from bot.storage.schema import migrate, revision_of
from bot.storage.unit import Storage
from tests.databases import MakeDatabase, without_rights


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.OperationalError("database is locked"), "busy"),
        (sqlite3.OperationalError("database or disk is full"), "disk"),
        (psycopg.errors.DiskFull('could not extend file "base/1": No space left on device'), "disk"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "data folder"),
        (sqlite3.DatabaseError("database disk image is malformed"), "backup"),
        (sqlite3.OperationalError("disk I/O error"), "cannot be reached"),
        (psycopg.OperationalError("connection timeout expired"), "cannot be reached"),
        (psycopg.OperationalError("connection to server failed: Connection refused"), "Nothing listens"),
        (psycopg.errors.DeadlockDetected("deadlock detected"), "busy"),
        (psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"), "busy"),
        (psycopg.OperationalError('failed: FATAL:  password authentication failed for user "midway"'), "user or password"),
        (psycopg.OperationalError("failed: fe_sendauth: no password supplied"), "user or password"),
        (psycopg.OperationalError('failed: FATAL:  role "midway" does not exist'), "user or password"),
        (psycopg.OperationalError('failed: FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "midway"'), "pg_hba.conf"),
        (psycopg.OperationalError("failed to resolve host 'db': [Errno -2] Name or service not known"), "host .* is not known"),
        (psycopg.OperationalError('failed: FATAL:  database "midway" does not exist'), "There is no database of the name"),
        (psycopg.OperationalError('failed: FATAL:  permission denied for database "midway"'), "lacks rights"),
        (psycopg.OperationalError("failed: FATAL:  the database system is starting up"), "busy"),
        (psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"), "cannot be written, as a standby"),
        (sqlite3.OperationalError("unable to open database file"), "cannot be opened"),
    ],
)
def test_each_failure_has_its_remedy(error: Exception, words: str) -> None:
    """In the words of either driver; the driver's own words stay in the trace."""
    with pytest.raises(StorageUnavailable, match=words), sentences():
        raise exc.OperationalError("INSERT INTO question …", {}, error)


@pytest.mark.parametrize(
    ("wrong", "words", "word"),
    [
        ({"database": "nowhere"}, "There is no database of the name", "missing"),
        ({"username": "nobody_at_all"}, "user or password", "password"),
        ({"port": 9}, "Nothing listens", "refused"),
    ],
)
async def test_each_fault_of_an_address_has_its_own_sentence(
    empty_database: MakeDatabase, tmp_path: Path, secret: SecretKey, wrong: dict[str, Any], words: str, word: str
) -> None:
    """As a real server says it; nothing of the address is repeated."""
    url = make_url(empty_database("postgresql", tmp_path)).set(**wrong)
    storage = Storage(url.render_as_string(hide_password=False), secret, patience=3)
    with pytest.raises(StorageUnavailable, match=words) as raised:
        await _write(storage)
    assert raised.value.word == word
    assert not any(part in str(raised.value) for part in (url.username, url.host, url.database) if part)
    await storage.close()


async def test_a_user_without_rights_is_told_so(migrated_database: MakeDatabase, empty_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """Who may connect and no more: where the tables are, and where they are still to be made."""
    with without_rights(migrated_database("postgresql", tmp_path)) as url:
        storage = Storage(url, secret, patience=3)
        with pytest.raises(StorageUnavailable, match="lacks rights"):
            await _write(storage)
        with pytest.raises(StorageUnavailable, match="lacks rights"):
            await revision_of(storage)
        await storage.close()
    with without_rights(empty_database("postgresql", tmp_path)) as url, pytest.raises(StorageUnavailable, match="lacks rights"):
        migrate(url)


def test_our_own_mistakes_stay_mistakes() -> None:
    """A broken rule of ours is not blamed on the database."""
    with pytest.raises(exc.IntegrityError), sentences():
        raise exc.IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))
    with pytest.raises(exc.ProgrammingError), sentences():
        raise exc.ProgrammingError("SELEC", {}, psycopg.errors.SyntaxError("syntax error"))


async def _write(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.places.first_time("T", "place")


async def test_a_locked_sqlite_is_busy_for_writers_only(migrated_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """Another program holds the file: writing says so after its patience, reading goes on, later both do."""
    url = migrated_database("sqlite", tmp_path)
    storage = Storage(url, secret, patience=0.2)
    await _write(storage)
    holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="busy"):
        await _write(storage)
    async with storage.view() as unit:
        assert await unit.teams.all("T") == []
    holder.execute("ROLLBACK")
    holder.close()
    await _write(storage)
    await storage.close()


async def test_a_locked_row_in_postgresql_is_busy(migrated_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """Another connection holds the row: after its patience the writer is told."""
    url = migrated_database("postgresql", tmp_path)
    storage = Storage(url, secret, patience=0.3)
    with psycopg.connect(url) as holder:
        holder.execute("INSERT INTO place (tenant, place, first_seen) VALUES ('T', 'place', now())")
        with pytest.raises(StorageUnavailable, match="busy"):
            await _write(storage)
        holder.rollback()
    await _write(storage)
    await storage.close()


async def test_a_full_disk_loses_nothing_that_was_there(migrated_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """SQLite meets its limit of pages as it meets a full disk: a sentence, the unit undone, what was before intact."""
    storage = Storage(migrated_database("sqlite", tmp_path), secret)
    await _write(storage)
    with pytest.raises(StorageUnavailable, match="disk"):
        async with storage.unit() as unit:
            pages = (await unit.session.exec(text("PRAGMA page_count"))).scalar()  # type: ignore[call-overload]
            await unit.session.exec(text(f"PRAGMA max_page_count={pages}"))  # type: ignore[call-overload]
            for number in range(2000):
                await unit.teams.get_or_make("T", f"Team {number} {'x' * 500}")
    async with storage.view() as unit:
        assert await unit.teams.all("T") == []
    await storage.close()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:9/none", "sqlite:////dev/null/midway.db"])
async def test_a_database_that_is_away_is_a_sentence(url: str, secret: SecretKey) -> None:
    """Nothing listens, or there is no such folder: the setting is named, the address and its password are not."""
    storage = Storage(url, secret, patience=1)
    with pytest.raises(StorageUnavailable, match="MIDWAY_DATABASE_URL") as raised:
        await _write(storage)
    assert "nobody" not in str(raised.value)
    await storage.close()


@pytest.mark.parametrize("url", ["", "midway.db", "mysql://localhost/x", "sqlite+other:///x.db", "postgresql://u:p@h:abc/d"])
def test_an_address_that_is_none_is_a_sentence(url: str, secret: SecretKey) -> None:
    """The setting is named and what it must begin with."""
    with pytest.raises(StorageUnavailable, match="MIDWAY_DATABASE_URL"):
        Storage(url, secret)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_a_database_needs_a_file(url: str, secret: SecretKey) -> None:
    """What is in memory is gone with the connection, and each connection has its own."""
    with pytest.raises(StorageUnavailable, match="MIDWAY_DATABASE_URL must name a file"):
        Storage(url, secret)


@pytest.mark.parametrize("url", ["postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d", "sqlite:///x.db"])
def test_usual_addresses_are_understood(url: str, secret: SecretKey) -> None:
    """As hosting companies write them."""
    assert Storage(url, secret).url == url


async def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path, secret: SecretKey) -> None:
    """Something else lies where the database should."""
    (tmp_path / "midway.db").write_bytes(b"not a database at all, by no means" * 100)
    url = f"sqlite:///{tmp_path}/midway.db"
    storage = Storage(url, secret)
    with pytest.raises(StorageUnavailable, match="backup"):
        await _write(storage)
    with pytest.raises(StorageUnavailable, match="backup"):
        migrate(url)
    await storage.close()


async def test_a_database_without_tables_names_the_command(database: str, empty_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """Not migrated yet: the command that does it."""
    storage = Storage(empty_database(database, tmp_path), secret)
    with pytest.raises(StorageUnavailable, match="midway migrate"):
        await _write(storage)
    await storage.close()


async def test_moments_come_back_in_utc(storage: Storage, secret: SecretKey) -> None:
    """Whatever zone they went in with; a naive one is refused."""
    with pytest.raises(exc.StatementError, match="time zone"):
        async with storage.unit() as unit:
            team, _ = await unit.teams.get_or_make("T", "North")
            await unit.teams.bind_person("T", "p1", team.id, datetime(2026, 11, 16, 9, 0))
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
    async with storage.view() as unit:
        stored = await unit.teams.named("T", "North")
        assert stored and stored.created_at == team.created_at and stored.created_at.tzinfo is UTC


@pytest.mark.parametrize("how", ["once", "at every step"])
@pytest.mark.parametrize("moment", ["begin", "before_cursor_execute", "commit"])
async def test_cancelled_units_leave_storage_usable(storage: Storage, moment: str, how: str) -> None:
    """A request that ends while its connection begins, runs any of its statements or commits leaves no lock and no half;
    neither does the page that somebody closes, which the web server goes on cancelling until it has ended.
    """
    engine = storage._engine.sync_engine
    left = 0
    leaving = CancelScope()

    def cancel_at_the_last(*_arguments: object) -> None:
        nonlocal left
        left -= 1
        task = asyncio.current_task()
        if left == 0 and task:
            leaving.cancel() if how == "at every step" else task.cancel()

    async def work(number: int) -> None:
        nonlocal leaving
        with CancelScope() as leaving:
            async with storage.unit() as unit:
                for part in range(5):
                    await unit.places.first_time("T", f"{number} {part}")

    for number in range(1, 13):
        left = number if moment == "before_cursor_execute" else 1
        event.listen(engine, moment, cancel_at_the_last)
        ended = await asyncio.gather(asyncio.create_task(work(number)), return_exceptions=True)
        event.remove(engine, moment, cancel_at_the_last)
        assert isinstance(ended[0], asyncio.CancelledError) == (left <= 0 and how == "once")
        await _write(storage)
    async with storage.view() as unit:
        places = (await unit.session.exec(text("SELECT count(*) FROM place"))).scalar()  # type: ignore[call-overload]
        assert places % 5 == 1
