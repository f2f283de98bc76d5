"""Migrations: both databases get the same tables, once, whoever comes first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

import bot.storage.adoption_tables
import bot.storage.curation_tables  # registers its tables
import bot.storage.platform_tables
import bot.storage.report_tables
import bot.storage.tables
import bot.storage.tip_tables
from bot.errors import DatabaseTooNew
from bot.privacy import SecretKey
from bot.storage import schema
from bot.storage.engine import make_migration_engine
from bot.storage.schema import REVISIONS, migrate, schema_is_current
from bot.storage.unit import Storage
from tests.databases import MakeDatabase


@pytest.fixture
def empty_url(database: str, empty_database: MakeDatabase, tmp_path: Path) -> str:
    return empty_database(database, tmp_path)


def test_the_migrations_make_exactly_the_tables(empty_url: str) -> None:
    """After migrating, comparing the tables with the database finds no difference."""
    migrate(empty_url)
    engine = make_migration_engine(empty_url, 5)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_every_table_carries_the_tenant() -> None:
    """No table is without it, so that no data has to be re-read when a second tenant comes."""
    tables = SQLModel.metadata.tables
    assert [name for name, table in tables.items() if "tenant" not in table.columns] == []
    assert bot.storage.tables.Team.__tablename__ in tables


def test_the_known_revisions_are_the_migrations() -> None:
    """The constant that start-up compares with is the head of the migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == REVISIONS
    assert scripts.get_current_head() == REVISIONS[-1]


async def test_current_is_told_from_missing(empty_url: str, secret: SecretKey) -> None:
    """An empty database is not current, a migrated one is, and migrating again changes nothing."""
    storage = Storage(empty_url, secret)
    assert await schema_is_current(storage) is False
    migrate(empty_url)
    assert await schema_is_current(storage) is True
    migrate(empty_url)
    assert await schema_is_current(storage) is True
    await storage.close()


async def test_asking_makes_no_file(tmp_path: Path, secret: SecretKey) -> None:
    """Looking whether the tables are there leaves no database behind."""
    storage = Storage(f"sqlite:///{tmp_path}/sub/midway.db", secret)
    assert await schema_is_current(storage) is False
    assert not (tmp_path / "sub").exists()


async def test_a_newer_database_is_left_alone(database_url: str, secret: SecretKey) -> None:
    """A revision that this version does not know means a newer Midway: one sentence, nothing changed."""
    engine = make_migration_engine(database_url, 5)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    storage = Storage(database_url, secret)
    with pytest.raises(DatabaseTooNew, match="newer Midway"):
        await schema_is_current(storage)
    with pytest.raises(DatabaseTooNew, match="newer Midway"):
        migrate(database_url)
    await storage.close()


def test_processes_that_migrate_at_once_do_not_collide(empty_url: str) -> None:
    """Four processes start on an empty database: all succeed, the tables are made once."""
    command = [sys.executable, "-c", "import sys; from bot.storage.schema import migrate; migrate(sys.argv[1])", empty_url]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate(timeout=90)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0, 0], errors
    engine = make_migration_engine(empty_url, 5)
    with engine.begin() as connection:
        assert len(inspect(connection).get_table_names()) == len(SQLModel.metadata.tables) + 1
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [(REVISIONS[-1],)]
    engine.dispose()


def test_storage_imports_no_migration_library() -> None:
    """The running program never pays for Alembic, and no driver is loaded before it is needed."""
    script = "import sys, bot.storage.unit, bot.storage.schema; print([m for m in ('alembic', 'psycopg', 'pydantic_settings') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
