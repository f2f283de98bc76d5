"""Where a platform wants to be spoken to: the newest address of each place, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.messages import Conversation, Reach
from bot.storage.platform_tables import Endpoint
from bot.storage.unit import Storage
from tests.whole_database import all_rows, places_of

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
AMER, EMEA = "https://smba.example/amer/", "https://smba.example/emea/"
CHANNEL = Conversation("msteams", "T", "19:plans", "19:plans;messageid=1", "channel", "address", within="19:north")
NEXT_DOOR = replace(CHANNEL, channel="19:ideas", thread="19:ideas")
ELSEWHERE = replace(CHANNEL, channel="19:other", thread="19:other", within="19:south")
DIRECT = Conversation("msteams", "T", "a:1", "a:1", "direct", "address")
FOREIGN = replace(CHANNEL, tenant="U")
OTHER_PLATFORM = replace(CHANNEL, platform="other")
EVERYWHERE = (CHANNEL, NEXT_DOOR, ELSEWHERE, DIRECT, FOREIGN, OTHER_PLATFORM)


async def named(storage: Storage, where: Conversation, url: str = AMER, at: datetime = AT, user: str = "U1") -> bool:
    async with storage.unit() as unit:
        return await unit.endpoints.named(where, url, user, at)


async def newest(storage: Storage, where: Conversation) -> str | None:
    async with storage.view() as unit:
        return await unit.endpoints.newest(where.tenant, where.platform, where.channel)


async def known(storage: Storage) -> list[Conversation]:
    return [where for where in EVERYWHERE if await newest(storage, where)]


async def forget(storage: Storage, reach: Reach, happened: datetime = AT) -> None:
    async with storage.unit() as unit:
        await unit.endpoints.forget(reach, happened)


async def test_the_newest_wins_in_its_place_alone(storage: Storage) -> None:
    """In whichever thread; the same ids in another tenant or platform are another place."""
    assert await newest(storage, CHANNEL) is None
    for where in EVERYWHERE:
        assert await named(storage, where) is True
    assert await named(storage, replace(CHANNEL, thread="19:plans;messageid=2"), EMEA, LATER) is True
    assert [await newest(storage, where) for where in EVERYWHERE] == [EMEA, *[AMER] * 5]


async def test_what_is_known_is_not_written_again(storage: Storage) -> None:
    await named(storage, CHANNEL)
    assert await named(storage, CHANNEL, at=LATER) is False
    async with storage.view() as unit:
        [row] = await unit.session.exec(select(Endpoint))
    assert (row.url, row.at) == (AMER, AT)


async def test_many_at_once_leave_one(storage: Storage) -> None:
    urls = [f"https://smba.example/{number}/" for number in range(8)]
    await asyncio.gather(*(named(storage, CHANNEL, url) for url in urls))
    assert await newest(storage, CHANNEL) in urls
    assert len((await all_rows(storage))["endpoint"]) == 1


async def test_no_id_of_a_platform_is_stored_and_a_person_only_of_their_own_chat(storage: Storage) -> None:
    """Who spoke in a channel last is nobody's business."""
    for where in EVERYWHERE:
        await named(storage, where)
    rows = await all_rows(storage)
    assert places_of(rows, "19:", "a:1", "U1") == []
    assert [row["person"] for row in rows["endpoint"] if row["person"]] == [storage.secret.pseudonym("T", "U1")]


@pytest.mark.parametrize(
    ("reach", "left"),
    [
        (Reach.of(CHANNEL), EVERYWHERE[1:]), (Reach.of(DIRECT), (*EVERYWHERE[:3], FOREIGN, OTHER_PLATFORM)),
        (Reach("msteams", "T", within="19:north"), EVERYWHERE[2:]), (Reach("msteams", "T"), (FOREIGN, OTHER_PLATFORM)),
    ],
)
async def test_of_places_that_are_no_more_nothing_is_known(storage: Storage, reach: Reach, left: tuple[Conversation, ...]) -> None:
    for where in EVERYWHERE:
        await named(storage, where)
    await forget(storage, reach)
    assert await known(storage) == list(left)


async def test_what_was_named_after_the_end_stays(storage: Storage) -> None:
    """Installed again before it was heard that the app had been removed."""
    await named(storage, CHANNEL, at=LATER)
    await forget(storage, Reach.of(CHANNEL))
    assert await known(storage) == [CHANNEL]


async def test_with_a_person_goes_the_address_of_their_chat(storage: Storage) -> None:
    """It is shown to them before, and is known again once they speak again."""
    for where in EVERYWHERE:
        await named(storage, where)
    person = storage.secret.pseudonym("T", "U1")
    async with storage.unit() as unit:
        kept = await unit.personal_records.everything("T", person)
        await unit.personal.forget("T", person)
    assert kept == {"endpoints": [{"at": AT.isoformat(), "platform": "msteams", "url": AMER}]}
    assert await known(storage) == [where for where in EVERYWHERE if where != DIRECT]
    assert await named(storage, DIRECT) is True
