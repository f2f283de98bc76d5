"""How it stands with what waits, and a storage through which nothing can be changed: on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.errors import StorageUnavailable
from bot.messages import Conversation, IncomingMessage, Sender
from bot.privacy import SecretKey
from bot.replies import Paragraph, Reply
from bot.storage.health import Backlog, Trouble
from bot.storage.ledger import Outcome
from bot.storage.schema import REVISIONS, revision_of, sqlite_file
from bot.storage.unit import Storage
from tests.databases import MakeDatabase, without_rights

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOONER = NOW - timedelta(hours=1)
WHERE = Conversation("slack", "T", "C1", "t1", "channel", "address")
REPLY = Reply("hello", (Paragraph("hello"),))


@pytest_asyncio.fixture
async def reader(database_url: str, secret: SecretKey) -> AsyncIterator[Storage]:
    made = Storage(database_url, secret, reads_only=True)
    yield made
    await made.close()


def asked(event: str) -> IncomingMessage:
    return IncomingMessage(event, WHERE, Sender("U1"), NOW, "How?")


async def test_what_waits_is_counted(storage: Storage) -> None:
    async with storage.view() as unit:
        assert await unit.health.unanswered() == Backlog(0, None) == await unit.health.unsent(NOW)
    async with storage.unit() as unit:
        await unit.inbox.put(asked("e1"), SOONER)
        await unit.inbox.put(asked("e2"), NOW)
        await unit.ledger.plan("T", "now", WHERE, REPLY, SOONER)
        await unit.ledger.plan("T", "later", WHERE, REPLY, NOW + timedelta(days=1))
    async with storage.view() as unit:
        assert await unit.health.unanswered() == Backlog(2, SOONER)
        assert await unit.health.unsent(NOW) == Backlog(1, SOONER)


async def test_what_is_done_waits_no_more(storage: Storage) -> None:
    """An answer that failed is told of for itself."""
    async with storage.unit() as unit:
        await unit.inbox.put(asked("e1"), SOONER)
        claim = await unit.inbox.claim("me", NOW, NOW + timedelta(minutes=1), ["slack"])
        assert claim and await unit.inbox.finish(claim, NOW, failed=True)
    async with storage.view() as unit:
        assert await unit.health.unanswered() == Backlog(0, None)
        assert (await unit.health.given_up(SOONER), await unit.health.given_up(NOW + timedelta(seconds=1))) == (1, 0)


async def test_troubles_are_counted_by_reason(storage: Storage) -> None:
    """Whether they are tried again or not; what was sent is none."""
    outcomes = [Outcome("rejected", reason="archived")] * 2 + [Outcome("uncertain", reason="no answer"), Outcome("sent", "m1")]
    async with storage.unit() as unit:
        for number, outcome in enumerate(outcomes):
            await unit.ledger.plan("T", str(number), WHERE, REPLY, SOONER)
            await unit.ledger.record("T", str(number), outcome, NOW)
    async with storage.view() as unit:
        assert await unit.health.troubles(SOONER) == [Trouble("slack", "rejected", "archived", 2), Trouble("slack", "uncertain", "no answer", 1)]
        assert await unit.health.troubles(NOW) == []


async def test_another_key_does_not_fit(storage: Storage, database_url: str) -> None:
    other = Storage(database_url, SecretKey(bytes(32)))
    async with storage.view() as unit:
        assert await unit.health.key_fits() is None
    async with storage.unit() as unit:
        await unit.ledger.plan("T", "one", WHERE, REPLY, NOW)
    for each, fits in ((storage, True), (other, False)):
        async with each.view() as unit:
            assert await unit.health.key_fits() is fits
    await other.close()


async def test_a_reader_changes_nothing(reader: Storage, storage: Storage) -> None:
    """Not even by a unit that writes; what others write meanwhile it sees."""
    assert await revision_of(reader) == REVISIONS[-1]
    async with storage.unit() as unit:
        await unit.inbox.put(asked("e1"), SOONER)
    with pytest.raises(StorageUnavailable, match="cannot be written"):
        async with reader.view() as unit:
            await unit.inbox.put(asked("e2"), SOONER)
    async with reader.view() as unit:
        assert await unit.health.unanswered() == Backlog(1, SOONER)


async def test_a_reader_leaves_no_file_beside_the_database(reader: Storage, database_url: str) -> None:
    """Nobody else is at work on it, so SQLite would make a log and its index there."""
    file = sqlite_file(database_url)
    before = _files(file)
    assert await revision_of(reader) == REVISIONS[-1]
    await reader.close()
    assert _files(file) == before


def _files(file: Path | None) -> dict[str, int]:
    return {each.name: each.stat().st_mtime_ns for each in file.parent.iterdir()} if file else {}


@pytest.mark.parametrize(("found", "revision"), [("0003", "0003"), (None, None)])
async def test_the_revision_is_what_the_tables_say(storage: Storage, reader: Storage, found: str | None, revision: str | None) -> None:
    change = "UPDATE alembic_version SET version_num = '0003'" if found else "DROP TABLE alembic_version"
    async with storage.unit() as unit:
        await (await unit.session.connection()).execute(text(change))
    assert await revision_of(reader) == revision


async def test_a_trial_leaves_no_row(storage: Storage) -> None:
    """Once and again, and two at a time."""
    async with storage.unit() as unit:
        await unit.health.try_to_write(NOW)
        await unit.health.try_to_write(NOW)
    async with storage.view() as unit:
        rows = await (await unit.session.connection()).execute(text("SELECT count(*) FROM endpoint"))
        assert rows.scalar_one() == 0


async def test_a_trial_fails_where_nothing_may_be_written(reader: Storage) -> None:
    with pytest.raises(StorageUnavailable, match="cannot be written") as raised:
        async with reader.view() as unit:
            await unit.health.try_to_write(NOW)
    assert raised.value.word == "read-only"


async def test_a_trial_reaches_the_file_of_sqlite(migrated_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """What is taken back before it is written down would tell nothing of a full disk."""
    url = migrated_database("sqlite", tmp_path)
    storage, log = Storage(url, secret), Path(f"{url.removeprefix('sqlite:///')}-wal")
    async with storage.unit() as unit:
        await unit.inbox.put(asked("e1"), SOONER)
    before = _size(log)
    async with storage.unit() as unit:
        await unit.health.try_to_write(NOW)
    assert _size(log) > before
    await storage.close()


async def test_what_a_role_of_postgresql_may_do(migrated_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """The owner all; who may only read neither write nor make a schema, but use one that was made for it."""
    url = migrated_database("postgresql", tmp_path)
    with without_rights(url) as poor:
        owner, guest = Storage(url, secret), Storage(poor, secret)
        assert await _rights(owner) == (True, True)
        assert await _rights(guest) == (False, False)
        async with owner.unit() as unit:
            name = poor.split("//")[1].split(":")[0]
            await (await unit.session.connection()).execute(text(f"CREATE SCHEMA midway_timers AUTHORIZATION {name}"))
        assert await _rights(guest) == (False, True)
        async with owner.unit() as unit:
            await (await unit.session.connection()).execute(text("DROP SCHEMA midway_timers"))
        for each in (owner, guest):
            await each.close()


async def _rights(storage: Storage) -> tuple[bool, bool]:
    async with storage.view() as unit:
        return await unit.health.may_write(), await unit.health.may_make_schema("midway_timers")


def _size(file: Path) -> int:
    return file.stat().st_size
