"""A look into the database that loads no database library: for a command that answers within a second."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def may_have_own_versions(url: str) -> bool:
    """Whether the organization may have practices of its own; False is sure, True is to be looked into.

    ``url`` as in the settings. Only SQLite can be looked into cheaply.
    """
    return _may_hold(url, "practice_event", unknown=True)


def holds_questions(url: str) -> bool:
    """Whether somebody has asked something, so that a new secret key would make strangers of everybody; False where
    that cannot be told.
    """
    return _may_hold(url, "question", unknown=False)


def _may_hold(url: str, table: str, *, unknown: bool) -> bool:
    if not url.startswith("sqlite:///"):
        return unknown
    path = Path(url.removeprefix("sqlite:///"))
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608  # one of two names of ours
    except sqlite3.OperationalError as error:
        return unknown and "no such table" not in str(error)
    except sqlite3.DatabaseError:
        return unknown
