"""The index pointer: the database's and the one that tests use keep the same promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.storage.pointers import Pointers
from bot.storage.unit import Storage
from knowledge.ports import IndexPointers
from tests.fakes.pointers import FakePointers

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(params=["database", "fake"])
def pointers(request: pytest.FixtureRequest, storage: Storage) -> IndexPointers:
    return Pointers(storage) if request.param == "database" else FakePointers()


async def test_at_first_it_names_nothing(pointers: IndexPointers) -> None:
    assert await pointers.collection() is None


async def test_it_names_what_it_was_last_pointed_to_and_returns_what_before(pointers: IndexPointers) -> None:
    assert await pointers.point_to("midway-one", "hash", "model", NOW) is None
    assert await pointers.point_to("midway-two", "hash", "model", NOW) == "midway-one"
    assert await pointers.collection() == "midway-two"


async def test_pointing_to_the_same_again_changes_nothing(pointers: IndexPointers) -> None:
    await pointers.point_to("midway-one", "hash", "model", NOW)
    assert await pointers.point_to("midway-one", "hash", "model", NOW) == "midway-one"
    assert await pointers.collection() == "midway-one"
