"""Turns a database driver's failures into one sentence with the remedy, and a word for programs that watch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import exc

from bot.errors import StorageUnavailable


@dataclass(frozen=True, slots=True)
class Failure:
    """``word`` says it to a program, ``sentence`` to a person."""

    word: str
    sentence: str

    def error(self) -> StorageUnavailable:
        return StorageUnavailable(self.sentence, self.word)


BUSY = Failure("busy", "The database is busy because another program holds it. Try again in a moment.")
FULL = Failure("full", "The disk that holds the database is full. Free some space, then try again.")
READ_ONLY = Failure("read-only", "The database cannot be written. Check who owns the data folder and its files.")
_STANDBY = Failure("read-only", "The database cannot be written, as a standby. Let MIDWAY_DATABASE_URL name another.")
DAMAGED = Failure("damaged", "The database file is damaged. Restore it from the latest backup.")
NO_TABLES = Failure("tables", "The database has not been set up. Run `midway migrate`.")
_REFUSED = Failure("refused", "Nothing listens where the database should. Start it, or correct MIDWAY_DATABASE_URL.")
_HOST = Failure("host", "The host in MIDWAY_DATABASE_URL is not known. Correct its name, or see to the name service.")
_PASSWORD = Failure("password", "The database refuses user or password in MIDWAY_DATABASE_URL. Correct them there.")
_ENTRY = Failure("entry", "The database server lets this machine or user not in. Add a line for it to its pg_hba.conf.")
_MISSING = Failure("missing", "There is no database of the name in MIDWAY_DATABASE_URL. Make it, or correct the name.")
_RIGHTS = Failure("rights", "The user in MIDWAY_DATABASE_URL lacks rights. Make it the owner of database and tables.")
_NO_FILE = Failure(
    "file", "The database file cannot be opened. Check MIDWAY_DATA_DIR or MIDWAY_DATABASE_URL, and who owns the folder."
)
_AWAY = Failure("away", "The database cannot be reached. Check MIDWAY_DATABASE_URL and that the database is running.")

# In the words of SQLite (https://www.sqlite.org/rescode.html), PostgreSQL (appendix A, error codes) and psycopg.
_SIGNS: tuple[tuple[str, Failure], ...] = (
    ("database (table )?is locked|deadlock detected|lock timeout", BUSY),
    ("too many clients|connection slots are reserved|database system is (starting up|shutting down)", BUSY),
    ("database or disk is full|no space left|could not extend file", FULL),
    ("readonly database", READ_ONLY),
    ("read-only transaction|during recovery", _STANDBY),
    ("malformed|not a database", DAMAGED),
    ("unable to open database file", _NO_FILE),
    ("failed to resolve host|could not translate host name", _HOST),
    ("authentication failed|no password supplied|role .* does not exist", _PASSWORD),
    (r"pg_hba\.conf", _ENTRY),
    ('database ".*" does not exist', _MISSING),
    ("permission denied|must be owner", _RIGHTS),
    ("connection refused", _REFUSED),
    ("no such table|no such column|relation .* does not exist", NO_TABLES),
)


@contextmanager
def sentences() -> Iterator[None]:
    """Failures of the database leave as ``StorageUnavailable``; mistakes of ours leave as they are."""
    try:
        yield
    except exc.TimeoutError as error:
        raise BUSY.error() from error
    except exc.DBAPIError as error:
        failure = _failure(error)
        if failure is None:
            raise
        raise failure.error() from error


def _failure(error: exc.DBAPIError) -> Failure | None:
    if isinstance(error, exc.IntegrityError | exc.DataError):
        return None
    found = named(str(error.orig))
    if isinstance(error, exc.ProgrammingError):
        return found if found in (NO_TABLES, _RIGHTS) else None
    return found or _AWAY


def named(said: str) -> Failure | None:
    """What a driver's words mean; None where they are of no kind that is known."""
    return next((failure for signs, failure in _SIGNS if re.search(signs, said.casefold())), None)
