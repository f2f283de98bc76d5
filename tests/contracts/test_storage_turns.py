"""A workspace's turn to be spoken to is shared by all senders: what storage promises, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.messages import Conversation
from bot.replies import Reply
from bot.storage.ledger import Entry, Recall
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOLD, LEASE, SECOND = timedelta(seconds=2), timedelta(minutes=1), timedelta(seconds=1)


async def plan(storage: Storage, *keys: str) -> None:
    async with storage.unit() as unit:
        for key in keys:
            await unit.ledger.plan("T", key, Conversation("slack", "T", "C1", "t1", "channel", "address"), Reply(key), NOW)


async def take(storage: Storage, after: timedelta) -> Entry | Recall | None:
    now = NOW + after
    async with storage.unit() as unit:
        found = await unit.ledger.next_planned(("slack",), now, now + LEASE, HOLD)
    return found[0] if found else None


async def free(storage: Storage, at: timedelta, held: timedelta) -> None:
    async with storage.unit() as unit:
        await unit.ledger.free("T", "slack", NOW + at, NOW + held)


async def test_who_is_done_soon_lets_the_next_one_speak_soon(storage: Storage) -> None:
    await plan(storage, "a", "b", "c")
    assert await take(storage, 0 * SECOND)
    await free(storage, SECOND, held=HOLD)
    assert await take(storage, SECOND - timedelta(milliseconds=1)) is None
    assert await take(storage, SECOND)


async def test_who_is_done_late_does_not_cut_short_a_silence_that_was_asked_for(storage: Storage) -> None:
    """The answer to the first comes after the second was told to wait for twenty seconds."""
    await plan(storage, "slow", "refused", "next")
    assert await take(storage, 0 * SECOND)
    assert await take(storage, 2 * SECOND)
    await free(storage, 22 * SECOND, held=2 * SECOND + HOLD)
    await free(storage, 4 * SECOND, held=HOLD)
    assert await take(storage, 21 * SECOND) is None
    assert await take(storage, 22 * SECOND)


async def test_who_is_done_late_does_not_end_the_turn_of_the_one_after(storage: Storage) -> None:
    await plan(storage, "slow", "second", "next")
    assert await take(storage, 0 * SECOND)
    assert await take(storage, 2 * SECOND)
    await free(storage, 3 * SECOND, held=HOLD)
    assert await take(storage, 3 * SECOND) is None
    assert await take(storage, 4 * SECOND)


async def test_a_silence_is_kept_by_who_holds_the_turn_meanwhile(storage: Storage) -> None:
    """The platform asked the first for twenty seconds while the second was on its way."""
    await plan(storage, "refused", "second", "next")
    assert await take(storage, 0 * SECOND)
    assert await take(storage, 2 * SECOND)
    await free(storage, 22 * SECOND, held=HOLD)
    await free(storage, 3 * SECOND, held=2 * SECOND + HOLD)
    assert await take(storage, 21 * SECOND) is None
