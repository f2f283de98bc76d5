"""A look into the database that loads no database library: for a command that answers within a second."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def may_have_own_versions(url: str) -> bool:
    """Whether the organization may have practices of its own; False is sure, True is to be looked into.

    ``url`` as in the settings. Only SQLite can be looked into cheaply.
    """
    if not url.startswith("sqlite:///"):
        return True
    path = Path(url.removeprefix("sqlite:///"))
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            return connection.execute("SELECT 1 FROM practice_event LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError as error:
        return "no such table" not in str(error)
    except sqlite3.DatabaseError:
        return True
