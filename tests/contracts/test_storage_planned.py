"""What is said unasked is planned with what it tells of, and sent by one: what storage promises, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.messages import Conversation
from bot.replies import Paragraph, Reply
from bot.storage.ledger import Entry, Outcome, Recall
from bot.storage.tables import Delivery
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)
WHERE = Conversation("slack", "T", "C1", "t1", "channel", "address")
REPLY = Reply("An expert answers", (Paragraph("Ask them first."),))


class ChangedItsMind(Exception):
    pass


async def plan(storage: Storage, key: str = "answered:q1", where: Conversation = WHERE, at: datetime = NOW) -> bool:
    async with storage.unit() as unit:
        return await unit.ledger.plan("T", key, where, REPLY, at)


async def take(storage: Storage, now: datetime = NOW, platforms: tuple[str, ...] = ("slack",)) -> tuple[Entry | Recall, bool] | None:
    async with storage.unit() as unit:
        return await unit.ledger.next_planned(platforms, now, now + LEASE)


async def record(storage: Storage, key: str, outcome: Outcome, now: datetime = NOW) -> None:
    async with storage.unit() as unit:
        await unit.ledger.record("T", key, outcome, now)


async def test_it_is_planned_once_with_what_it_tells_of(storage: Storage) -> None:
    """If what it tells of did not happen, nothing is said; the same plan again is no second message."""
    with pytest.raises(ChangedItsMind):
        async with storage.unit() as unit:
            assert await unit.ledger.plan("T", "answered:q1", WHERE, REPLY, NOW) is True
            raise ChangedItsMind
    assert await take(storage) is None
    assert [await plan(storage), await plan(storage)] == [True, False]
    assert await take(storage) == (Entry("T", "slack", "answered:q1", WHERE, REPLY, 1, NOW), True)


async def test_one_of_several_senders_takes_it(storage: Storage) -> None:
    """Of ten at once, each message goes to one."""
    for key in ("a", "b", "c"):
        await plan(storage, key)
    took = [found for found in await asyncio.gather(*(take(storage) for _ in range(10))) if found]
    more = [found for found in [await take(storage) for _ in range(3)] if found]
    keys = sorted(entry.key for entry, _ in [*took, *more])
    assert keys == ["a", "b", "c"]


async def test_the_oldest_that_is_due_goes_first_and_only_to_whom_can_send_it(storage: Storage) -> None:
    elsewhere = Conversation("msteams", "T", "C1", "t1", "channel", "address")
    await plan(storage, "teams", elsewhere)
    await plan(storage, "later", at=NOW + LEASE)
    await plan(storage, "first")
    await plan(storage, "second")
    found = [await take(storage) for _ in range(3)]
    assert [one[0].key if one else None for one in found] == ["first", "second", None]
    other = await take(storage, platforms=("msteams", "web"))
    assert other and other[0].key == "teams"


async def test_a_sender_who_died_is_followed_by_another_who_looks_first(storage: Storage) -> None:
    """Not before the time has run out; then it may have been shown, so it is not fresh."""
    await plan(storage)
    assert await take(storage) is not None
    assert await take(storage, NOW + LEASE - timedelta(seconds=1)) is None
    again = await take(storage, NOW + LEASE)
    assert again and (again[0].attempts, again[1]) == (2, False)


async def test_what_the_platform_refused_for_now_is_tried_again_as_new(storage: Storage) -> None:
    """Rejected means certainly not shown; with no time to try again it is over."""
    await plan(storage)
    await take(storage)
    await record(storage, "answered:q1", Outcome("rejected", reason="rate limit", retry_at=NOW + 2 * LEASE))
    assert await take(storage, NOW + LEASE) is None
    again = await take(storage, NOW + 2 * LEASE)
    assert again and again[1] is True
    await record(storage, "answered:q1", Outcome("rejected", reason="archived"))
    assert await take(storage, NOW + 9 * LEASE) is None
    async with storage.view() as unit:
        assert [(case.key, case.state, case.reason) for case in await unit.ledger.cases()] == [("answered:q1", "rejected", "archived")]


async def test_what_may_still_be_on_its_way_is_looked_for(storage: Storage) -> None:
    await plan(storage)
    await take(storage)
    await record(storage, "answered:q1", Outcome("intent", reason="time-out", retry_at=NOW + LEASE))
    again = await take(storage, NOW + LEASE)
    assert again and again[1] is False


@pytest.mark.parametrize("damage", ["not sealed by us", None])
async def test_what_cannot_be_read_is_set_aside_and_blocks_nothing(storage: Storage, damage: str | None) -> None:
    """A person finds it among the cases; the next message goes out."""
    await plan(storage, "damaged")
    await plan(storage, "sound")
    async with storage.unit() as unit:
        row = (await unit.session.exec(select(Delivery).where(Delivery.key == "damaged"))).one()
        row.payload = damage
    found = await take(storage) or await take(storage)
    assert found and found[0].key == "sound"
    async with storage.view() as unit:
        assert [(case.key, case.state, case.reason) for case in await unit.ledger.cases()] == [("damaged", "uncertain", "unreadable")]


async def test_what_was_sent_is_over_and_its_words_are_gone(storage: Storage) -> None:
    await plan(storage)
    await take(storage)
    await record(storage, "answered:q1", Outcome("sent", "m1"))
    assert await take(storage, NOW + 9 * LEASE) is None
    async with storage.view() as unit:
        row = (await unit.session.exec(select(Delivery))).one()
        assert row.payload is None
        outcome = await unit.ledger.outcome("T", "answered:q1")
        assert outcome and (outcome.state, outcome.message_id) == ("sent", "m1")


async def cancel(storage: Storage, holder: str, person: str | None = None) -> int:
    async with storage.unit() as unit:
        return await unit.ledger.cancel("T", holder, NOW, person=person)


async def test_what_is_called_off_is_not_sent_and_is_nobodys_case(storage: Storage) -> None:
    """Of this holder and no other, also what waits to be tried again; its words are gone; it is not planned anew."""
    for key in ("check-in:team:1:a:1", "check-in:team:11:a:1", "pilot-review:team:1:x:2027-01-29", "check-in:person:team:1"):
        await plan(storage, key)
    await take(storage)
    await record(storage, "check-in:team:1:a:1", Outcome("rejected", reason="rate limit", retry_at=NOW + LEASE))
    assert [await cancel(storage, "team:1"), await cancel(storage, "team:1")] == [2, 0]
    assert await plan(storage, "check-in:team:1:a:1") is False
    found = [one[0].key for one in [await take(storage, NOW + LEASE) for _ in range(3)] if one]
    assert found == ["check-in:team:11:a:1", "check-in:person:team:1"]
    async with storage.view() as unit:
        assert await unit.ledger.cases() == []
        rows = await unit.session.exec(select(Delivery).where(Delivery.state == "cancelled"))
        assert {(row.key, row.payload) for row in rows} == {("check-in:team:1:a:1", None), ("pilot-review:team:1:x:2027-01-29", None)}


async def test_of_one_person_only_what_is_for_them_is_called_off(storage: Storage) -> None:
    for person in ("p1", "p2"):
        async with storage.unit() as unit:
            await unit.ledger.plan("T", f"check-in:team:1:{person}:1", WHERE, REPLY, NOW, person=person)
    assert await cancel(storage, "team:1", "p1") == 1
    left = await take(storage)
    assert left and left[0].key == "check-in:team:1:p2:1"


@pytest.mark.parametrize(("outcome", "state"), [
    (Outcome("sent", "m1"), "sent"), (Outcome("intent", reason="time-out", retry_at=NOW + LEASE), "cancelled"),
    (Outcome("rejected", reason="rate limit", retry_at=NOW + LEASE), "cancelled"), (Outcome("uncertain"), "uncertain"),
])
async def test_what_is_on_its_way_is_not_called_back_and_not_tried_again(storage: Storage, outcome: Outcome, state: str) -> None:
    """What came of it is written down as it is."""
    await plan(storage, "check-in:team:1:a:1")
    await take(storage)
    assert await cancel(storage, "team:1") == 1
    await record(storage, "check-in:team:1:a:1", outcome)
    assert await take(storage, NOW + 9 * LEASE) is None
    async with storage.view() as unit:
        stands = await unit.ledger.outcome("T", "check-in:team:1:a:1")
        assert stands and stands.state == state


HOLD = timedelta(seconds=2)


async def turn(storage: Storage, now: datetime = NOW, hold: timedelta = HOLD) -> str | None:
    """The key of what is claimed; the workspace is held with it."""
    async with storage.unit() as unit:
        found = await unit.ledger.next_planned(("slack", "msteams"), now, now + LEASE, hold)
    return found[0].key if found else None


async def free(storage: Storage, at: datetime, held: datetime = NOW + HOLD) -> None:
    """The workspace was ours until ``held`` and is free from ``at`` on."""
    async with storage.unit() as unit:
        await unit.ledger.free("T", "slack", at, held)


async def test_one_workspace_is_spoken_to_once_at_a_time(storage: Storage) -> None:
    """Until it is set free, or the one who holds it has had its time."""
    await plan(storage, "a")
    await plan(storage, "b")
    await plan(storage, "c")
    assert [await turn(storage), await turn(storage)] == ["a", None]
    assert await turn(storage, NOW + HOLD - timedelta(milliseconds=1)) is None
    assert await turn(storage, NOW + HOLD) == "b"
    await free(storage, NOW + HOLD, held=NOW + 2 * HOLD)
    assert await turn(storage, NOW + HOLD) == "c"


async def test_another_workspace_does_not_wait(storage: Storage) -> None:
    """Of another tenant, or of the same on another platform."""
    await plan(storage, "slow")
    await plan(storage, "waits")
    await plan(storage, "teams", Conversation("msteams", "T", "C1", "t1", "channel", "address"))
    async with storage.unit() as unit:
        await unit.ledger.plan("U", "other", WHERE, REPLY, NOW)
    assert [await turn(storage) for _ in range(4)] == ["slow", "teams", "other", None]


async def test_of_two_senders_at_once_one_gets_the_turn(storage: Storage) -> None:
    """Also where each has another message in hand; for the first time and again."""
    for number in range(10):
        await plan(storage, f"m{number}")
    for at in (NOW, NOW + HOLD, NOW + 2 * HOLD):
        took = await asyncio.gather(*(turn(storage, at) for _ in range(5)))
        assert len([key for key in took if key]) == 1, took


async def test_patience_holds_the_workspace_and_no_other(storage: Storage) -> None:
    await plan(storage, "a")
    await plan(storage, "b")
    async with storage.unit() as unit:
        await unit.ledger.plan("U", "other", WHERE, REPLY, NOW)
    assert await turn(storage) == "a"
    await free(storage, NOW + timedelta(seconds=30))
    assert await turn(storage) == "other"
    assert await turn(storage, NOW + timedelta(seconds=29)) is None
    assert await turn(storage, NOW + timedelta(seconds=30)) == "b"


async def test_what_runs_out_says_when(storage: Storage) -> None:
    """The sender decides by it; a second plan under the same key changes nothing."""
    async with storage.unit() as unit:
        assert await unit.ledger.plan("T", "tip", WHERE, REPLY, NOW, expires_at=NOW + LEASE) is True
        assert await unit.ledger.plan("T", "tip", WHERE, REPLY, NOW, expires_at=None) is False
    found = await take(storage)
    assert found and isinstance(found[0], Entry) and found[0].expires_at == NOW + LEASE


async def again(storage: Storage, key: str = "answered:q1", tenant: str = "T") -> bool:
    async with storage.unit() as unit:
        return await unit.ledger.send_again(tenant, key, NOW + LEASE)


async def recall(storage: Storage, key: str = "answered:q1", tenant: str = "T") -> bool:
    async with storage.unit() as unit:
        return await unit.ledger.recall(tenant, key, NOW + LEASE)


async def test_only_what_is_over_and_was_not_sent_is_sent_again(storage: Storage) -> None:
    """Anew, without an end to its time; of this tenant alone."""
    async with storage.unit() as unit:
        await unit.ledger.plan("T", "answered:q1", WHERE, REPLY, NOW, expires_at=NOW + LEASE)
    assert [await again(storage), await again(storage, "unknown")] == [False, False]
    await take(storage)
    await record(storage, "answered:q1", Outcome("rejected", reason="too late"))
    assert [await again(storage, tenant="U"), await again(storage), await again(storage)] == [False, True, False]
    found = await take(storage, NOW + LEASE)
    assert found == (Entry("T", "slack", "answered:q1", WHERE, REPLY, 1, NOW), True)
    await record(storage, "answered:q1", Outcome("sent", "m1"))
    assert await again(storage) is False


async def test_only_what_was_sent_is_taken_back(storage: Storage) -> None:
    """Of this tenant alone; whoever took it over knows its name, and once recalled it is over."""
    await plan(storage)
    assert await recall(storage) is False
    await take(storage)
    assert await recall(storage) is False
    await record(storage, "answered:q1", Outcome("sent", "m1"))
    assert [await recall(storage, tenant="U"), await recall(storage), await recall(storage)] == [False, True, False]
    for attempts, at in ((1, NOW + LEASE), (2, NOW + 2 * LEASE)):
        async with storage.unit() as unit:
            found = await unit.ledger.next_planned(("slack",), at, at + LEASE)
        assert found == (Recall("T", "slack", "answered:q1", "m1", attempts), False)
    await record(storage, "answered:q1", Outcome("recalled"))
    assert await take(storage, NOW + 9 * LEASE) is None
    async with storage.view() as unit:
        outcome = await unit.ledger.outcome("T", "answered:q1")
        assert outcome and outcome.state == "recalled"
        assert await unit.ledger.cases() == []
    assert [await again(storage), await recall(storage)] == [False, False]


async def test_what_is_to_be_taken_back_is_although_the_rest_is_called_off(storage: Storage) -> None:
    await plan(storage, "tip:s1:202648")
    await take(storage)
    await record(storage, "tip:s1:202648", Outcome("sent", "m1"))
    await recall(storage, "tip:s1:202648")
    assert await cancel(storage, "s1") == 0
    found = await take(storage, NOW + LEASE)
    assert found and isinstance(found[0], Recall)


async def test_what_could_not_be_taken_back_stands_as_it_was(storage: Storage) -> None:
    """It keeps its name, so that it can be tried once more."""
    await plan(storage)
    await take(storage)
    await record(storage, "answered:q1", Outcome("sent", "m1"))
    await recall(storage)
    await take(storage, NOW + LEASE)
    await record(storage, "answered:q1", Outcome("sent", reason="not taken back: too old"))
    async with storage.view() as unit:
        outcome = await unit.ledger.outcome("T", "answered:q1")
    assert outcome and (outcome.state, outcome.message_id, outcome.reason) == ("sent", "m1", "not taken back: too old")
    assert await recall(storage) is True
