"""Turns a database driver's failures into one sentence with the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from bot.errors import StorageUnavailable

BUSY = "The database is busy because another program holds it. Try again in a moment."
_FULL = "The disk that holds the database is full. Free some space, then try again."
_READ_ONLY = "The database cannot be written. Check who owns the data folder and its files."
_DAMAGED = "The database file is damaged. Restore it from the latest backup."
_NOT_SET_UP = "The database has not been set up. Run `midway migrate`."
_AWAY = "The database cannot be reached. Check MIDWAY_DATABASE_URL and that the database is running."

# In the words of SQLite (https://www.sqlite.org/rescode.html) and PostgreSQL (appendix A, error codes).
_SIGNS: tuple[tuple[str, str], ...] = (
    ("database is locked", BUSY),
    ("database table is locked", BUSY),
    ("deadlock detected", BUSY),
    ("lock timeout", BUSY),
    ("too many clients", BUSY),
    ("database or disk is full", _FULL),
    ("no space left", _FULL),
    ("could not extend file", _FULL),
    ("readonly database", _READ_ONLY),
    ("read-only transaction", _READ_ONLY),
    ("malformed", _DAMAGED),
    ("not a database", _DAMAGED),
    ("no such table", _NOT_SET_UP),
    ("no such column", _NOT_SET_UP),
    ("does not exist", _NOT_SET_UP),
)


@contextmanager
def sentences() -> Iterator[None]:
    """Failures of the database leave as ``StorageUnavailable``; mistakes of ours leave as they are."""
    try:
        yield
    except exc.TimeoutError as error:
        raise StorageUnavailable(BUSY) from error
    except exc.DBAPIError as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise StorageUnavailable(sentence) from error


def _sentence(error: exc.DBAPIError) -> str | None:
    said = str(error.orig).casefold()
    if isinstance(error, exc.IntegrityError | exc.DataError):
        return None
    if isinstance(error, exc.ProgrammingError):
        return _NOT_SET_UP if "relation" in said and "does not exist" in said else None
    known = next((sentence for sign, sentence in _SIGNS if sign in said), None)
    return known or _AWAY
