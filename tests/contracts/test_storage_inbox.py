"""Whom we last answered in a thread of a channel is known for a week, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.messages import ButtonPress, Conversation, Incoming, IncomingMessage, Sender
from bot.storage.retention import REPEATS_DAYS, purge
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
THREAD = Conversation("slack", "T", "C1", "C1/1.0", "channel", "address")
DIRECT = Conversation("slack", "T", "D1", "D1/1.0", "direct", "address")


def words(event: str, user: str, where: Conversation = THREAD) -> IncomingMessage:
    return IncomingMessage(event, where, Sender(user), NOW, "help")


async def answered(storage: Storage, incoming: Incoming, note: str = "sent") -> None:
    async with storage.unit() as unit:
        await unit.inbox.put(incoming, NOW)
        claim = await unit.inbox.claim("me", NOW, NOW + timedelta(minutes=1), ["slack"])
        assert claim and await unit.inbox.finish(claim, NOW, note=note, answered=note == "sent")


async def last(storage: Storage, where: Conversation = THREAD) -> str | None:
    async with storage.view() as unit:
        return await unit.inbox.last_answered(where)


async def test_whoever_wrote_last_and_was_answered(storage: Storage) -> None:
    """Not who was met with silence, nor who pressed a button; in this thread alone."""
    first, second = (storage.secret.pseudonym("T", user) for user in ("U1", "U2"))
    await answered(storage, words("e1", "U1"))
    await answered(storage, words("e2", "U2"), note="silent")
    await answered(storage, ButtonPress("e3", THREAD, Sender("U2"), NOW, "more", "a1|x"))
    assert await last(storage) == first
    await answered(storage, words("e4", "U2"))
    assert await last(storage) == second
    elsewhere = Conversation("slack", "T", "C1", "C1/2.0", "channel", "address")
    assert await last(storage, elsewhere) is None


async def test_of_direct_messages_nothing_is_kept(storage: Storage) -> None:
    """There every word is for us."""
    await answered(storage, words("e1", "U1", DIRECT))
    assert await last(storage, DIRECT) is None


@pytest.mark.parametrize("forgotten", [True, False])
async def test_it_goes_with_the_person_or_after_a_week(storage: Storage, forgotten: bool) -> None:
    await answered(storage, words("e1", "U1"))
    if forgotten:
        async with storage.unit() as unit:
            await unit.personal.forget("T", storage.secret.pseudonym("T", "U1"))
    else:
        await purge(storage, NOW + timedelta(days=REPEATS_DAYS), 30)
        assert await last(storage)
        await purge(storage, NOW + timedelta(days=REPEATS_DAYS, seconds=1), 30)
    assert await last(storage) is None
