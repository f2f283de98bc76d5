"""A command looks into the database for a moment: is there anything of the organization's own?"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.privacy import SecretKey
from bot.storage.glance import may_have_own_versions
from bot.storage.unit import Storage
from tests.databases import MakeDatabase


def test_without_a_database_there_is_nothing_and_none_is_made(tmp_path: Path) -> None:
    assert may_have_own_versions(f"sqlite:///{tmp_path}/midway.db") is False
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_an_earlier_version_has_nothing(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "midway.db").execute("CREATE TABLE question (id TEXT)")
    assert may_have_own_versions(f"sqlite:///{tmp_path}/midway.db") is False


async def test_it_is_seen_once_something_was_done(migrated_database: MakeDatabase, tmp_path: Path, secret: SecretKey) -> None:
    """Fresh tables are sure to have nothing; after the first line of history it is to be looked into."""
    url = migrated_database("sqlite", tmp_path)
    assert may_have_own_versions(url) is False
    storage = Storage(url, secret)
    async with storage.unit() as unit:
        await unit.versions.note("pilot-charter", 1, "published", "p1", datetime.now(UTC))
    await storage.close()
    assert may_have_own_versions(url) is True


@pytest.mark.parametrize("name", ["100%", "a#b"])
def test_a_folder_may_have_any_name(migrated_database: MakeDatabase, tmp_path: Path, name: str) -> None:
    """What means something in an address means nothing here."""
    folder = tmp_path / name
    folder.mkdir()
    file = Path(migrated_database("sqlite", tmp_path).removeprefix("sqlite:///"))
    moved = file.rename(folder / "midway.db")
    connection = sqlite3.connect(moved)
    connection.execute(
        "INSERT INTO practice_event (tenant, practice_id, version, what, note, at, by) VALUES ('*', 'a', 1, 'saved', '', 'now', 'p')"
    )
    connection.commit()
    connection.close()
    assert may_have_own_versions(f"sqlite:///{moved}") is True


def test_what_cannot_be_seen_is_to_be_looked_into(tmp_path: Path) -> None:
    """Another database, or a damaged file: no answer is not no."""
    (tmp_path / "midway.db").write_bytes(b"no database at all" * 100)
    assert may_have_own_versions(f"sqlite:///{tmp_path}/midway.db") is True
    assert may_have_own_versions("postgresql://127.0.0.1/midway") is True
