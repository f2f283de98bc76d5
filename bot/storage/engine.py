"""Database engines from an address: SQLite in the data folder, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import StorageUnavailable

PATIENCE_SECONDS = 5.0
"""How long the database is waited for (another writer, a lock, a connection) before it counts as unavailable."""

READS_ONLY = "midway_reads_only"
"""Execution option: begin without asking for the write lock."""

NO_TRANSACTION = "midway_no_transaction"
"""Execution option: begin nothing, for what SQLite does outside of transactions alone."""

READ_ONLY = "-c default_transaction_read_only=on"
"""Option of a connection to PostgreSQL, which then refuses whatever would change something."""

_SILENT: dict[str, Any] = {"hide_parameters": True}
"""An error that a statement raises may come into a log: it names the statement, never pseudonyms or words."""

_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}
_SQLITE = {"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"}


def database_url(text: str) -> URL:
    """The address as SQLAlchemy reads it, without a driver's name for SQLite, with psycopg for PostgreSQL."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the second where the port is no number
        raise StorageUnavailable("MIDWAY_DATABASE_URL is not a database address.") from None
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in _SQLITE:
        if not url.database or ":memory:" in url.database:
            raise StorageUnavailable("MIDWAY_DATABASE_URL must name a file, as in sqlite:////var/lib/midway/midway.db.")
        return url.set(drivername="sqlite")
    raise StorageUnavailable("MIDWAY_DATABASE_URL must begin with sqlite:/// or postgresql://.")


def make_async_engine(text: str, patience: float = PATIENCE_SECONDS, *, reads_only: bool = False) -> AsyncEngine:
    """The engine that the running program works with, or one by which nothing can be changed."""
    url = database_url(text)
    if url.get_backend_name() == "postgresql":
        return _make_postgresql_engine(url, patience, READ_ONLY if reads_only else "")
    if reads_only:
        return _make_reading_sqlite_engine(url, patience)
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"), connect_args={"timeout": patience}, pool_timeout=patience, **_SILENT
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "invalidate", _roll_back_sqlite)
    return engine


def make_migration_engine(text: str, patience: float) -> Engine:
    """A blocking engine for one migration: on SQLite it takes the write lock at once, so that two never mix."""
    url = database_url(text)
    if url.get_backend_name() == "postgresql":
        return create_engine(url, poolclass=NullPool, **_SILENT)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": patience}, **_SILENT)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_reading_sqlite_engine(url: URL, patience: float) -> AsyncEngine:
    """Changes nothing in the folder either: SQLite, left to itself, makes two files beside a database that nobody has
    open, and leaves them there. Where they are, somebody is at work on it, or was killed.
    """
    file = Path(url.database or "").absolute()
    read = URL.create("sqlite+aiosqlite", database=file.as_uri(), query={"uri": "true", "mode": "ro"})
    engine = create_async_engine(read, poolclass=NullPool, connect_args={"timeout": patience}, **_SILENT)

    def leave_no_file(_dialect: Any, _record: Any, address: list[str], _options: Any) -> None:
        if not file.with_name(f"{file.name}-wal").exists():
            address[0] += "&immutable=1"

    event.listen(engine.sync_engine, "do_connect", leave_no_file)
    return engine


def _make_postgresql_engine(url: URL, patience: float, more: str) -> AsyncEngine:
    options = f"-c lock_timeout={round(patience * 1000)} {more}"
    # A connection that fell silent, as after a failover, is given up within half a minute.
    silent = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
    waits = {"connect_timeout": max(2, round(patience)), "options": options, **silent}
    return create_async_engine(
        url, connect_args=waits, pool_size=10, max_overflow=10, pool_pre_ping=True, pool_timeout=patience, **_SILENT
    )


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _prepare_sqlite(connection: Any, record: Any) -> None:
    _leave_transactions_to_us(connection, record)
    cursor = connection.cursor()
    # What is deleted is overwritten: not every SQLite is built to do so by itself.
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(NO_TRANSACTION, False):
        # A transaction that begins as a reader and then writes fails at once when another has written in between.
        connection.exec_driver_sql("BEGIN" if options.get(READS_ONLY, False) else "BEGIN IMMEDIATE")


def _roll_back_sqlite(connection: Any, _record: Any, _error: BaseException | None) -> None:
    # A connection that is cut off is closed; with a statement still open, SQLite would keep its transaction, and the
    # lock with it, until that statement is garbage.
    connection.rollback()
