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
from tests.databases import Server, postgresql_server

DATABASES = ("sqlite", "postgresql")
MakeDatabase = Callable[[str, Path], str]
_numbers = itertools.count()
SLOWEST_FIRST = ("integration", "dialogues", "properties")
"""Folders whose files take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``make test`` hands out whole files in this order: with the short ones last, all processes end at about the same
    time.
    """
    last = len(SLOWEST_FIRST)
    items.sort(key=lambda item: min((SLOWEST_FIRST.index(part) for part in item.nodeid.split("/") if part in SLOWEST_FIRST), default=last))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The run's server; started by the first test that needs it."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def empty_database(request: pytest.FixtureRequest) -> MakeDatabase:
    """``empty_database(kind, folder)`` is the address of a database without any table."""

    def make(kind: str, folder: Path) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder}/midway-{next(_numbers)}.db"
        server: Server = request.getfixturevalue("postgresql")
        return server.make()

    return make


@pytest.fixture(scope="session")
def migrated_database(
    request: pytest.FixtureRequest, empty_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory
) -> MakeDatabase:
    """``migrated_database(kind, folder)`` is the address of a fresh database with this version's tables."""
    templates: dict[str, str] = {}

    def make(kind: str, folder: Path) -> str:
        if kind not in templates:
            templates[kind] = empty_database(kind, tmp_path_factory.mktemp("template"))
            migrate(templates[kind])
        if kind == "sqlite":
            copy = folder / f"copy-{next(_numbers)}.db"
            shutil.copy(templates[kind].removeprefix("sqlite:///"), copy)
            return f"sqlite:///{copy}"
        server: Server = request.getfixturevalue("postgresql")
        return server.make(template=templates[kind])

    return make


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database, each test once for each."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database: str, migrated_database: MakeDatabase, tmp_path: Path
) -> Iterator[str]:
    """A fresh database with this version's tables."""
    made = migrated_database(database, tmp_path)
    yield made
    if database == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        server.drop(made)


@pytest.fixture
def secret() -> SecretKey:
    return SecretKey(bytes(range(32)))


@pytest_asyncio.fixture
async def storage(database_url: str, secret: SecretKey) -> AsyncIterator[Storage]:
    """Storage over a fresh database."""
    made = Storage(database_url, secret)
    yield made
    await made.close()
