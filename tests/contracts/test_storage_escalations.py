"""What those who ask an expert are promised by storage: states, threads, debts and retention, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.messages import Conversation
from bot.storage.curation_tables import Owed
from bot.storage.escalations import UNFINISHED
from bot.storage.records import QuestionRecord
from bot.storage.retention import purge
from bot.storage.tables import Escalation
from bot.storage.unit import Storage
from tests.statements import statements

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORDS, REPLY = "May we repost what customers write?", "Ask them first, in writing."
WHERE = Conversation("slack", "T", "C1", "t1", "channel", '{"team":"T","channel":"C1","user":"U9"}')


async def asked(storage: Storage, event: str = "e1", tenant: str = "T") -> str:
    record = QuestionRecord(
        tenant=tenant, event_key=event, platform="slack", thread_key="t1", person="p1", asked_at=NOW, text=WORDS, lang="en",
        outcome="declined", confidence=0.2, practices=(), nearest="ugc-rights",
    )
    async with storage.unit() as unit:
        return await unit.questions.record(record)


async def opened(storage: Storage, event: str = "e1") -> str:
    question = await asked(storage, event)
    async with storage.unit() as unit:
        assert await unit.escalations.open("T", question, "p1", WORDS, NOW) is True
        await unit.escalations.owe("T", question, "p1", WHERE, NOW)
    return question


async def take(storage: Storage, question: str, expert: str, thread: str = "t7") -> bool:
    async with storage.unit() as unit:
        return await unit.escalations.take("T", question, expert, thread, NOW)


async def test_a_question_is_handed_over_once(storage: Storage) -> None:
    """Not a second time, not one that was never asked, not one of another tenant."""
    question, foreign = await opened(storage), await asked(storage, "e2", tenant="U")
    async with storage.unit() as unit:
        for tried in (question, "no such question", foreign):
            assert await unit.escalations.open("T", tried, "p1", WORDS, NOW) is False
        handed = await unit.escalations.get("T", question)
        assert handed and (handed.state, handed.words, handed.nearest, handed.taken_by) == ("open", WORDS, "ugc-rights", None)
        assert await unit.escalations.get("U", question) is None
        assert [one.question_id for one in await unit.escalations.listed("T", UNFINISHED)] == [question]
        assert await unit.escalations.listed("U", UNFINISHED) == []


async def test_a_list_asks_the_database_as_often_for_many_as_for_one(storage: Storage) -> None:
    asked_for = list[int]()
    for number in range(3):
        await opened(storage, f"e{number}")
        with statements(storage) as sent:
            async with storage.view() as unit:
                assert len(await unit.escalations.listed("T", UNFINISHED)) == number + 1
        asked_for.append(len(sent))
    assert len(set(asked_for)) == 1


async def test_what_nobody_took_is_taken_back_and_can_be_handed_over_anew(storage: Storage) -> None:
    """By whoever handed it over; not once an expert has it."""
    question = await opened(storage)
    async with storage.unit() as unit:
        assert [await unit.escalations.is_of("T", question, who) for who in ("p1", "p2")] == [True, False]
        assert await unit.escalations.take_back("U", question) is False
        assert [await unit.escalations.take_back("T", question) for _ in range(2)] == [True, False]
        assert await unit.escalations.open("T", question, "p1", WORDS, NOW) is True
    assert await take(storage, question, "expert") is True
    async with storage.unit() as unit:
        assert await unit.escalations.take_back("T", question) is False


async def test_of_ten_who_press_at_once_one_hands_it_over(storage: Storage) -> None:
    question = await asked(storage)

    async def press() -> bool:
        async with storage.unit() as unit:
            return await unit.escalations.open("T", question, "p1", WORDS, NOW)

    assert sorted(await asyncio.gather(*(press() for _ in range(10)))) == [False] * 9 + [True]


async def test_one_of_ten_experts_takes_it(storage: Storage) -> None:
    """The others are told; whoever has it may take it again, in another thread."""
    question = await opened(storage)
    took = await asyncio.gather(*(take(storage, question, f"expert {number}") for number in range(10)))
    assert took.count(True) == 1
    mine, other = f"expert {took.index(True)}", f"expert {took.index(False)}"
    assert await take(storage, question, other) is False
    assert await take(storage, question, mine, "t8") is True
    async with storage.view() as unit:
        handed = await unit.escalations.get("T", question)
        assert handed and (handed.state, handed.taken_by) == ("taken", mine)
        assert await unit.escalations.taken_in("T", "t8", mine) == question


@pytest.mark.parametrize(("tenant", "thread", "person"), [("U", "t7", "expert"), ("T", "t8", "expert"), ("T", "t7", "another")])
async def test_only_its_expert_answers_it_and_only_in_its_thread(storage: Storage, tenant: str, thread: str, person: str) -> None:
    question = await opened(storage)
    assert await take(storage, question, "expert") is True
    async with storage.view() as unit:
        assert await unit.escalations.taken_in("T", "t7", "expert") == question
        assert await unit.escalations.taken_in(tenant, thread, person) is None


@pytest.mark.parametrize("state", ["answered", "closed"])
async def test_a_question_ends_once(storage: Storage, state: str) -> None:
    """After that it is nobody's to take, to answer or to close, and its thread is an ordinary one."""
    question = await opened(storage)
    await take(storage, question, "expert")

    async def finish() -> bool:
        async with storage.unit() as unit:
            return await unit.escalations.finish("T", question, state, REPLY, NOW)  # type: ignore[arg-type]

    assert sorted(await asyncio.gather(*(finish() for _ in range(10)))) == [False] * 9 + [True]
    assert await take(storage, question, "expert") is False
    async with storage.view() as unit:
        handed = await unit.escalations.get("T", question)
        assert handed and (handed.state, handed.reply) == (state, REPLY)
        assert await unit.escalations.taken_in("T", "t7", "expert") is None


async def test_what_is_owed_is_kept_once_and_gone_when_paid(storage: Storage) -> None:
    """Where somebody asked is remembered from the first time, sealed, and forgotten with the debt."""
    question, other = await opened(storage), await opened(storage, "e2")
    async with storage.unit() as unit:
        await unit.escalations.owe("T", question, "p1", Conversation("web", "T", "x", "x", "direct", "elsewhere"), NOW)
        assert await unit.escalations.owed("T", [question, "no such question"]) == [(question, WHERE)]
        assert await unit.escalations.owed("U", [question]) == []
        assert all('"' not in row.address for row in await unit.session.exec(select(Owed)))
    async with storage.unit() as unit:
        await unit.escalations.paid("U", question)
        await unit.escalations.paid("T", question)
    async with storage.view() as unit:
        assert await unit.escalations.owed("T", [question, other]) == [(other, WHERE)]


async def test_neither_words_nor_the_thread_stand_in_the_clear(storage: Storage) -> None:
    question = await opened(storage)
    await take(storage, question, "expert", "slack:the-channel:1700")
    async with storage.unit() as unit:
        await unit.escalations.finish("T", question, "answered", REPLY, NOW)
    async with storage.view() as unit:
        row = (await unit.session.exec(select(Escalation))).one()
        assert not any(text in value for text in (WORDS, REPLY, "the-channel") for value in (row.words or "", row.reply or "", row.thread or ""))


async def test_words_of_both_sides_and_the_debt_end_with_retention(storage: Storage) -> None:
    """Not a day before; the count stays."""
    question = await opened(storage)
    async with storage.unit() as unit:
        await unit.escalations.finish("T", question, "answered", REPLY, NOW)
    await purge(storage, NOW + timedelta(days=30), 30)
    async with storage.view() as unit:
        handed = await unit.escalations.get("T", question)
        assert handed and (handed.words, handed.reply) == (WORDS, REPLY)
        assert await unit.escalations.owed("T", [question]) != []
    await purge(storage, NOW + timedelta(days=30, seconds=1), 30)
    async with storage.view() as unit:
        handed = await unit.escalations.get("T", question)
        assert handed and (handed.words, handed.reply, handed.state) == (None, None, "answered")
        assert await unit.escalations.owed("T", [question]) == []
