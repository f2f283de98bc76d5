"""Copies of an SQLite database, as files: made while others write, checked before they are trusted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from bot.errors import BotError, DatabaseTooNew, StorageUnavailable
from bot.storage.engine import database_url
from bot.storage.failures import FULL, named
from bot.storage.schema import REVISIONS

BUSY_SECONDS = 10.0
IN_USE = "Midway is running on this data folder. Stop it first, then restore."


class CopyUnusable(BotError):
    """A copy of a database is damaged, or is none."""


def pg_dump_command(url: str) -> str:
    """What backs up a PostgreSQL database; the password is asked for, not written here."""
    known_as = database_url(url)
    shown = URL.create("postgresql", known_as.username, None, known_as.host, known_as.port, known_as.database)
    shown = shown.update_query_dict(known_as.query)
    return f"pg_dump --format=custom --file=midway.dump '{shown.render_as_string()}'"


def copy_sqlite(source: Path, target: Path) -> None:
    """A whole copy as of one moment, in one file. Raises StorageUnavailable if there is nothing that can be copied."""
    if not source.exists():
        raise StorageUnavailable("There is no database yet, so there is nothing to back up.")
    try:
        with closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            # Alone in one file: the copy must not look for a log beside it.
            new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        failure = named(str(error))
        if failure in (None, FULL):  # which disk is full only the caller knows
            raise
        raise failure.error() from error


def checked_revision(copy: Path) -> str:
    """The revision of the tables in a copy that is whole.

    Raises CopyUnusable where it is damaged, DatabaseTooNew where a newer Midway made it.
    """
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            whole = connection.execute("PRAGMA quick_check").fetchone()
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        whole = found = None
    if found is None or whole != ("ok",):
        raise CopyUnusable("The database in this backup is damaged. Take another backup.")
    known(str(found[0]))
    return str(found[0])


def known(revision: str) -> None:
    """Raises DatabaseTooNew for a revision that this version does not know."""
    if revision not in REVISIONS:
        raise DatabaseTooNew("This backup was made by a newer Midway. Install that version, then restore.")


def put_in_place(copy: Path, target: Path) -> None:
    """The copy takes the place of the database, in one step. Raises StorageUnavailable while somebody works on it."""
    if target.exists():
        _settle(target)
    for beside in ("-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    copy.replace(target)


def _settle(database: Path) -> None:
    """Ends the log of a database, which SQLite does for the last one at work only."""
    try:
        with closing(sqlite3.connect(database, timeout=0.2)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise StorageUnavailable(IN_USE) from None
    except sqlite3.DatabaseError:
        return  # Damaged, which may be why it is replaced.
