"""Fixtures of the whole suite: every storage test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.privacy import SecretKey
from bot.storage.schema import migrate
from bot.storage.unit import Storage
from tests.databases import LendDatabase, MakeDatabase, Pool, Server, postgresql_server

DATABASES = ("sqlite", "postgresql")
_numbers = itertools.count()
SLOWEST_FIRST = ("integration", "dialogues", "properties")
"""Folders whose files take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``make test`` hands out whole files in this order: with the short ones last, all processes end at about the same
    time.
    """
    last = len(SLOWEST_FIRST)
    items.sort(key=lambda item: min((SLOWEST_FIRST.index(part) for part in item.nodeid.split("/") if part in SLOWEST_FIRST), default=last))


def pytest_collection_finish() -> None:
    """What is imported stays to the end, so it is not looked through for garbage again and again; what a module
    of tests works with is looked through seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


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
def pool(postgresql: Server) -> Iterator[Pool]:
    """The run's PostgreSQL databases with this version's tables."""
    template = postgresql.make()
    migrate(template)
    made = Pool(postgresql, template)
    yield made
    made.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with this version's tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "midway.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_database(request: pytest.FixtureRequest) -> MakeDatabase:
    """``migrated_database(kind, folder)`` is the address of a database with this version's tables and no rows."""

    def make(kind: str, folder: Path) -> str:
        if kind == "postgresql":
            lent: Pool = request.getfixturevalue("pool")
            return lent.take()
        copy = folder / f"copy-{next(_numbers)}.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), copy)
        return f"sqlite:///{copy}"

    return make


@pytest.fixture(scope="session")
def lent_database(request: pytest.FixtureRequest, migrated_database: MakeDatabase) -> LendDatabase:
    """``with lent_database(kind, folder) as url``: as ``migrated_database``, for one that is used no more afterwards."""

    @contextmanager
    def lend(kind: str, folder: Path) -> Iterator[str]:
        made = migrated_database(kind, folder)
        yield made
        if kind == "postgresql":
            lent: Pool = request.getfixturevalue("pool")
            lent.give_back(made)

    return lend


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database, each test once for each."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database: str, lent_database: LendDatabase, tmp_path: Path) -> Iterator[str]:
    """A database with this version's tables and no rows."""
    with lent_database(database, tmp_path) as made:
        yield made


@pytest.fixture
def secret() -> SecretKey:
    return SecretKey(bytes(range(32)))


@pytest_asyncio.fixture
async def storage(database_url: str, secret: SecretKey) -> AsyncIterator[Storage]:
    """Storage over a database without rows."""
    made = Storage(database_url, secret)
    yield made
    await made.close()
