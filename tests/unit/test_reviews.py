"""Curators are reminded of practices before their date: oldest first, a few a week, each once a week."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.errors import NotAllowed
from bot.reviews import AHEAD, AT_ONCE
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, CURATOR, CURATORS, World
from tests.on_sqlite import database

__all__ = ["database"]


@pytest_asyncio.fixture
async def world(storage: Storage) -> AsyncIterator[World]:
    made = World(storage)
    first = min(practice.review_by for practice in made.library.practices.values())
    made.pass_(days=(first - AHEAD - made.now.date()).days)
    yield made


async def test_a_practice_is_due_a_month_before_its_date(world: World) -> None:
    """Not a day earlier; the oldest date first."""
    first = min(practice.review_by for practice in world.library.practices.values())
    assert {practice.review_by for practice in world.office.reviews.due()} == {first}
    world.pass_(days=-1)
    assert world.office.reviews.due() == []
    world.pass_(days=1000)
    dates = [practice.review_by for practice in world.office.reviews.due()]
    assert len(dates) == len(world.library.practices) and dates == sorted(dates)


async def test_without_a_channel_nobody_is_reminded(world: World) -> None:
    assert await world.office.reviews.remind() == 0
    assert await world.said() == []


async def test_each_practice_once_a_week_and_only_a_few(world: World) -> None:
    """However often the timer runs; in the next week again, until somebody looked."""
    world.pass_(days=60)
    await world.office.posts.name(ADMIN, "curators", CURATORS)
    world.now -= timedelta(days=world.now.weekday())
    assert await world.office.reviews.remind() == AT_ONCE
    for day in range(6):
        world.pass_(days=1)
        assert await world.office.reviews.remind() == 0, day
    said = await world.said()
    assert len({key for key, _, _ in said}) == AT_ONCE
    assert all(where == CURATORS and "is due for review on" in words for _, where, words in said)
    world.pass_(days=1)
    assert await world.office.reviews.remind() == AT_ONCE


async def test_who_confirmed_a_practice_is_not_reminded_of_it(world: World) -> None:
    """The next ones have their turn."""
    await world.office.posts.name(ADMIN, "curators", CURATORS)
    world.pass_(days=60)
    first = world.office.reviews.due()[0]
    await world.office.curation.still_true(CURATOR, first)
    await world.office.reviews.remind()
    assert not any(f"review:{first.id}:" in key for key, _, _ in await world.said())


async def test_who_confirms_some_gets_no_others_in_the_same_week(world: World) -> None:
    await world.office.posts.name(ADMIN, "curators", CURATORS)
    world.pass_(days=60)
    world.now -= timedelta(days=world.now.weekday())
    assert await world.office.reviews.remind() == AT_ONCE
    for practice in world.office.reviews.due()[:2]:
        await world.office.curation.still_true(CURATOR, practice)
    assert await world.office.reviews.remind() == 0
    world.pass_(days=7)
    assert await world.office.reviews.remind() == AT_ONCE


async def test_only_an_admin_names_the_channel(world: World) -> None:
    with pytest.raises(NotAllowed):
        await world.office.posts.name(CURATOR, "curators", CURATORS)
