"""Bringing a database to the tables of this version, and knowing cheaply whether it is there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from bot.errors import DatabaseTooNew, StorageUnavailable
from bot.storage.engine import database_url, make_migration_engine
from bot.storage.failures import NO_TABLES, sentences
from bot.storage.unit import Storage

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010")
"""Every revision of the tables, oldest first; the last is what this version needs."""

_PATIENCE_SECONDS = 60.0
_ADVISORY_LOCK = 0x4D696477  # "Midw"; any number that nobody else uses in this database


def migrate(url: str) -> None:
    """Bring the database to this version's tables; an up-to-date one is left alone. Blocking.

    Of several processes at once, one works and the others wait. ``DatabaseTooNew`` if a newer Midway wrote it.
    """
    _make_folder(url)
    engine = make_migration_engine(url, _PATIENCE_SECONDS)
    try:
        with sentences(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            _upgrade(connection)
    finally:
        engine.dispose()


async def schema_is_current(storage: Storage) -> bool:
    """Whether ``migrate`` would change nothing. ``DatabaseTooNew`` if a newer Midway wrote it."""
    return await revision_of(storage) == REVISIONS[-1]


async def revision_of(storage: Storage) -> str | None:
    """At which revision the tables are, None where there are none. ``DatabaseTooNew`` if a newer Midway wrote it."""
    if _is_missing_file(storage.url):
        return None
    try:
        async with storage.view() as unit:
            connection = await unit.session.connection()
            found: str | None = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    except StorageUnavailable as error:
        if error.word == NO_TABLES.word:
            return None
        raise
    return _known(found)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    if _known(MigrationContext.configure(connection).get_current_revision()) == REVISIONS[-1]:
        return
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _known(revision: str | None) -> str | None:
    if revision is not None and revision not in REVISIONS:
        raise DatabaseTooNew("This database was written by a newer Midway. Start that version, or restore a backup.")
    return revision


def sqlite_file(url: str) -> Path | None:
    """The file behind an address; None where the database is not SQLite."""
    address = database_url(url)
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None


def _is_missing_file(url: str) -> bool:
    file = sqlite_file(url)
    return file is not None and not file.exists()


def _make_folder(url: str) -> None:
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
