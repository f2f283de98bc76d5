"""Fixtures of the whole suite: every storage test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.privacy import SecretKey
from bot.storage.schema import migrate
from bot.storage.unit import Storage
from tests.databases import postgresql_server, run_sql

DATABASES = ("sqlite", "postgresql")
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of the run's server; started by the first test that needs it."""
    with postgresql_server() as address:
        yield address


@pytest.fixture(scope="session")
def empty_database(request: pytest.FixtureRequest, worker_id: str) -> Callable[[str, Path], str]:
    """``empty_database(kind, folder)`` is the address of a database without any table."""

    def make(kind: str, folder: Path) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder}/midway-{next(_numbers)}.db"
        server = request.getfixturevalue("postgresql")
        name = f"empty_{worker_id}_{next(_numbers)}"
        run_sql(server, f"CREATE DATABASE {name}")
        return f"{server}/{name}"

    return make


@pytest.fixture(scope="session")
def migrated_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Path], str]:
    """``migrated_database(kind, folder)`` is the address of a fresh database with this version's tables."""
    templates: dict[str, str] = {}

    def make(kind: str, folder: Path) -> str:
        if kind not in templates:
            empty = request.getfixturevalue("empty_database")
            templates[kind] = empty(kind, tmp_path_factory.mktemp("template"))
            migrate(templates[kind])
        return _copy(request, templates[kind], folder, f"copy_{worker_id}_{next(_numbers)}")

    return make


def _copy(request: pytest.FixtureRequest, template: str, folder: Path, name: str) -> str:
    if template.startswith("sqlite"):
        shutil.copy(template.removeprefix("sqlite:///"), folder / f"{name}.db")
        return f"sqlite:///{folder}/{name}.db"
    server = request.getfixturevalue("postgresql")
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {template.rsplit('/', 1)[1]}")
    return f"{server}/{name}"


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database, each test once for each."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database: str, migrated_database: Callable[[str, Path], str], tmp_path: Path) -> str:
    """A fresh database with this version's tables."""
    return migrated_database(database, tmp_path)


@pytest.fixture
def secret() -> SecretKey:
    return SecretKey(bytes(range(32)))


@pytest_asyncio.fixture
async def storage(database_url: str, secret: SecretKey) -> AsyncIterator[Storage]:
    """Storage over a fresh database."""
    made = Storage(database_url, secret)
    yield made
    await made.close()
