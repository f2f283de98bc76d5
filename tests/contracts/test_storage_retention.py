"""Words go when it was promised, also those of what nobody finished: on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlmodel import select

from bot.messages import Conversation, IncomingMessage, Sender
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.ledger import Outcome
from bot.storage.records import QuestionRecord
from bot.storage.retention import purge
from bot.storage.tables import Delivery, Escalation, InboxRow
from bot.storage.unit import Storage
from tests.fakes.clock import Clock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE, DAY, SECOND = timedelta(minutes=5), timedelta(days=1), timedelta(seconds=1)
WORDS = "My manager drinks at work, whom do I tell?"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest_asyncio.fixture
async def storage(database_url: str, secret: SecretKey, clock: Clock) -> AsyncIterator[Storage]:
    made = Storage(database_url, secret, clock)
    yield made
    await made.close()


def said(event: str, platform: str = "slack") -> IncomingMessage:
    where = Conversation(platform, "T", f"D{event}", f"D{event}/1", "direct", "address")
    return IncomingMessage(event, where, Sender("U1"), NOW, WORDS)


async def left_in_the_middle(storage: Storage) -> None:
    """A message of a platform that is switched off, and one whose process died while it answered."""
    async with storage.unit() as unit:
        await unit.inbox.put(said("e1", "msteams"), NOW)
        await unit.inbox.put(said("e2"), NOW)
        claim = await unit.inbox.claim("a process that died", NOW, NOW + LEASE, ["slack"])
        assert claim
        reply, person = Reply(f"You asked: {WORDS}"), await unit.inbox.whose(claim)
        await unit.ledger.intend("T", claim.reply_key, said("e2").conversation, reply, NOW, person=person)


async def kept(storage: Storage) -> list[str]:
    """All that is sealed in the inbox and the ledger, in the clear, and whose it is."""
    async with storage.view() as unit:
        rows = [*await unit.session.exec(select(InboxRow)), *await unit.session.exec(select(Delivery))]
        return [f"{row.person}: {storage.secret.unseal(row.payload or '')}" for row in rows if row.payload or row.person]


async def test_what_nobody_finished_is_over_with_retention(storage: Storage) -> None:
    """Nothing of it is answered or sent any more; the rows go like any other."""
    await left_in_the_middle(storage)
    await purge(storage, NOW + 30 * DAY, 30)
    assert len(await kept(storage)) == 3
    late = NOW + 30 * DAY + SECOND
    await purge(storage, late, 30)
    assert await kept(storage) == []
    async with storage.unit() as unit:
        assert await unit.inbox.claim("another", late, late + LEASE, ["slack", "msteams"]) is None
        assert [case.state for case in await unit.ledger.cases()] == ["uncertain"]
    assert (await purge(storage, late + 8 * DAY, 30)).inbox_rows == 2


async def test_what_could_not_be_delivered_ages_from_when_it_was_written(storage: Storage) -> None:
    """Not from when it was given up."""
    await left_in_the_middle(storage)
    async with storage.unit() as unit:
        [key] = [row.key for row in await unit.session.exec(select(Delivery))]
        await unit.ledger.record("T", key, Outcome("uncertain"), NOW + 29 * DAY)
    await purge(storage, NOW + 30 * DAY + SECOND, 30)
    assert await kept(storage) == []


async def test_words_for_an_expert_age_from_when_they_were_asked(storage: Storage) -> None:
    """Handed over on the last day, they go with the question; so does what the expert replied."""
    record = QuestionRecord(
        tenant="T", event_key="e1", platform="slack", thread_key="t1", person="p1", asked_at=NOW, text=WORDS, lang="en",
        outcome="declined", confidence=0.2, practices=(), nearest="ugc-rights",
    )
    async with storage.unit() as unit:
        question = await unit.questions.record(record)
        await unit.escalations.open("T", question, "p1", WORDS, NOW + 29 * DAY)
        assert await unit.escalations.overdue(NOW) == []
        assert [late.question_id for late in await unit.escalations.overdue(NOW + SECOND)] == [question]
        await unit.escalations.finish("T", question, "answered", "Ask the council.", NOW + 29 * DAY)
        assert await unit.escalations.overdue(NOW + SECOND) == []
    for after, words in ((30 * DAY, True), (30 * DAY + SECOND, False)):
        await purge(storage, NOW + after, 30)
        async with storage.view() as unit:
            [row] = await unit.session.exec(select(Escalation))
            assert (row.words is not None, row.reply is not None) == (words, words)


async def test_what_is_not_needed_is_not_said_and_keeps_no_words(storage: Storage) -> None:
    """What was sent stays sent."""
    async with storage.unit() as unit:
        for key in ("planned", "uncertain", "sent"):
            await unit.ledger.plan("T", key, said("e1").conversation, Reply(WORDS), NOW)
        for key in ("uncertain", "sent"):
            await unit.ledger.record("T", key, Outcome(key), NOW)  # type: ignore[arg-type]
        for key in ("planned", "uncertain", "sent", "unknown"):
            await unit.ledger.drop("T", key, NOW)
    async with storage.unit() as unit:
        assert await unit.ledger.next_planned(["slack"], NOW, NOW + LEASE) is None and await unit.ledger.cases() == []
        stands = await unit.ledger.outcomes("T", ["planned", "uncertain", "sent"])
        assert {key: one.state for key, one in stands.items()} == {"planned": "cancelled", "uncertain": "cancelled", "sent": "sent"}
    assert await kept(storage) == []


@pytest.mark.parametrize(("after", "payloads"), [(LEASE - SECOND, 1), (LEASE, 0)])
async def test_forgetting_empties_what_a_dead_process_left(
    storage: Storage, clock: Clock, after: timedelta, payloads: int
) -> None:
    """What is at work now is left to its end: asking to be forgotten is."""
    await left_in_the_middle(storage)
    clock.now = NOW + after
    async with storage.unit() as unit:
        await unit.personal.forget("T", storage.secret.pseudonym("T", "U1"))
    assert [each.startswith("None: ") for each in await kept(storage)] == [True] * payloads
    async with storage.unit() as unit:
        assert bool(await unit.inbox.claim("another", NOW + LEASE, NOW + 2 * LEASE, ["slack", "msteams"])) is bool(payloads)
