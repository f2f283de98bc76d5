"""What curators are promised about what could not be answered: grouped, counted, closed once, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.storage.gaps import Unmet
from bot.storage.records import QuestionRecord
from bot.storage.unit import Storage

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WEEK = 202648


async def asked(
    storage: Storage, event: str, *, outcome: str = "declined", nearest: str | None = "ugc-rights", at: datetime = MONDAY,
    practices: tuple[str, ...] = (), person: str = "p1", tenant: str = "T", unhelpful: bool = False, handed: bool = False,
) -> str:
    record = QuestionRecord(
        tenant=tenant, event_key=event, platform="slack", thread_key="t1", person=person, asked_at=at, text="words", lang="en",
        outcome=outcome, confidence=0.2, practices=practices, nearest=nearest,
    )
    async with storage.unit() as unit:
        question = await unit.questions.record(record)
        if unhelpful:
            await unit.feedback.rate(tenant, question, person, False, at)
        if handed:
            await unit.escalations.open(tenant, question, person, "words", at)
    return question


async def unmet(storage: Storage, tenant: str = "T", since: int = 202601) -> list[Unmet]:
    async with storage.view() as unit:
        return await unit.gaps.unmet(tenant, since)


async def test_they_are_grouped_by_week_and_nearest_practice(storage: Storage) -> None:
    """Newest week first, then the most asked; the week is the ISO week in UTC."""
    await asked(storage, "e1", person="p1")
    await asked(storage, "e2", person="p2")
    await asked(storage, "e3", person="p2", nearest="alt-text")
    await asked(storage, "e4", at=MONDAY - timedelta(minutes=9 * 60 + 1))
    assert [(one.week, one.nearest, one.declined, one.people) for one in await unmet(storage)] == [
        (WEEK, "ugc-rights", 2, 2), (WEEK, "alt-text", 1, 1), (WEEK - 1, "ugc-rights", 1, 1),
    ]
    assert [one.week for one in await unmet(storage, since=WEEK)] == [WEEK, WEEK]


async def test_each_reason_is_counted_and_a_question_stands_once(storage: Storage) -> None:
    """One that was declined and handed over counts for both reasons and is one question."""
    both = await asked(storage, "e1", handed=True)
    disliked = await asked(storage, "e2", outcome="answered", nearest=None, practices=("ugc-rights", "alt-text"), unhelpful=True)
    sent_on = await asked(storage, "e3", outcome="answered", nearest=None, practices=("ugc-rights",), handed=True)
    [found] = await unmet(storage)
    assert (found.declined, found.unhelpful, found.escalated) == (1, 1, 2)
    assert sorted(found.questions) == sorted((both, disliked, sent_on))


async def test_what_was_answered_well_or_belongs_elsewhere_is_no_gap(storage: Storage) -> None:
    """Answered, refused, routed, declined with nothing near, or another tenant's."""
    await asked(storage, "e1", outcome="answered", practices=("ugc-rights",), nearest=None)
    await asked(storage, "e2", outcome="refused")
    await asked(storage, "e3", outcome="routed")
    await asked(storage, "e4", nearest=None)
    await asked(storage, "e5", tenant="U")
    assert await unmet(storage) == []
    assert [one.nearest for one in await unmet(storage, "U")] == ["ugc-rights"]


async def test_a_verdict_taken_back_is_no_gap(storage: Storage) -> None:
    question = await asked(storage, "e1", outcome="answered", nearest=None, practices=("ugc-rights",), unhelpful=True)
    async with storage.unit() as unit:
        await unit.feedback.rate("T", question, "p1", True, MONDAY)
    assert await unmet(storage) == []


async def test_of_ten_at_once_one_closes_it(storage: Storage) -> None:
    """What was done stands with it, in this week and tenant alone."""
    await asked(storage, "e1")
    await asked(storage, "e2", at=MONDAY - timedelta(days=7))

    async def close(number: int) -> bool:
        async with storage.unit() as unit:
            return await unit.gaps.close("T", WEEK, "ugc-rights", f"note {number}", "ugc-rights", "p9", MONDAY)

    closed = await asyncio.gather(*map(close, range(10)))
    assert closed.count(True) == 1
    assert [one.closed for one in await unmet(storage)] == [f"note {closed.index(True)}", None]
    async with storage.unit() as unit:
        assert await unit.gaps.close("U", WEEK, "ugc-rights", "theirs", None, "p9", MONDAY) is True
