"""Questions for experts: both sides are told, the asker where they asked, and words are kept no longer than promised."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlmodel import select

from bot.access import Role, Who
from bot.errors import ChangedMeanwhile, NotAllowed
from bot.messages import ButtonPress, Sender
from bot.storage.ledger import Outcome
from bot.storage.retention import purge
from bot.storage.tables import Delivery
from bot.storage.unit import Storage
from bot.tracked import Reading
from knowledge.drafting import unfinished
from tests.fakes.answering import shipped
from tests.fakes.office import ADMIN, ASKED_IN, CURATOR, EXPERT, EXPERTS, MEMBER, OTHER_EXPERT, World
from tests.on_sqlite import database

__all__ = ["database"]

WORDS, REPLY = "May we repost what customers write?", "Ask them first, in writing; keep the reply."
THREAD = "slack:C9/7"


@pytest_asyncio.fixture
async def world(storage: Storage) -> AsyncIterator[World]:
    made = World(storage)
    await made.office.posts.name(ADMIN, "experts", EXPERTS)
    yield made


async def hand_over(world: World, question: str, person: str = "member", tenant: str = "W1") -> bool | None:
    where = replace(ASKED_IN, tenant=tenant)
    press = ButtonPress("p1", where, Sender("U1"), world.now, "expert", question)
    return await world.office.experts.hand_over(press, person, question)


async def handed(world: World, event: str = "e1") -> str:
    question = await world.asks(event)
    assert await hand_over(world, question) is True
    return question


async def words_of(world: World) -> list[str]:
    return [words for _, _, words in await world.said()]


async def test_the_experts_get_the_words_and_what_was_found(world: World) -> None:
    """In their channel, once; the asker is not named."""
    question = await handed(world)
    assert await hand_over(world, question) is False
    async with world.storage.view() as unit:
        assert await unit.people.post("W1", "experts") == EXPERTS
    later = world.now
    async with world.storage.unit() as unit:
        found = await unit.ledger.next_planned(["slack"], later, later)
    assert found
    entry = found[0]
    assert (entry.key, entry.conversation) == (f"expert:{question}", EXPERTS)
    title = shipped().practices["ugc-rights"].title
    assert WORDS in entry.reply.text and title in str(entry.reply.blocks) and "member" not in str(entry.reply)


async def test_what_came_in_before_there_was_a_channel_comes_when_there_is_one(storage: Storage) -> None:
    """All that is open, and again in another channel only what was not sent yet."""
    world = World(storage)
    await handed(world, "e1")
    await handed(world, "e2")
    assert await world.said() == []
    await world.office.posts.name(ADMIN, "experts", EXPERTS)
    assert [where for _, where, _ in await world.said()] == [EXPERTS, EXPERTS]


async def test_only_the_asker_hands_a_question_over(world: World) -> None:
    """Experts read the words, so nobody else may send them, in a channel either."""
    question = await world.asks()
    with pytest.raises(NotAllowed, match="Only the person who asked a question can send it"):
        await hand_over(world, question, person="somebody else")
    assert await hand_over(world, "no such question") is None
    assert await hand_over(world, question, tenant="U") is None
    assert await world.said() == []
    assert await world.office.experts.listed(EXPERT) == []


async def test_both_sides_are_told_and_the_asker_where_they_asked(world: World) -> None:
    question = await handed(world)
    experts = world.office.experts
    said = await world.said()
    assert await experts.take(EXPERT, question, THREAD) is not None
    assert await experts.taken_here(EXPERT, THREAD) == question
    await experts.answer(EXPERT, question, REPLY)
    said += await world.said()
    assert [(key.partition(":")[0], where) for key, where, _ in said] == [("expert", EXPERTS), ("taken", ASKED_IN), ("answered", ASKED_IN)]
    assert said[1][2] == "An expert has taken the question you sent on 23 November and will answer here."
    assert REPLY in said[2][2] and not any(WORDS in words for _, where, words in said if where == ASKED_IN)


async def test_taking_it_again_tells_the_asker_once(world: World) -> None:
    question = await handed(world)
    for thread in (THREAD, THREAD, "page:q"):
        await world.office.experts.take(EXPERT, question, thread)
    assert [key for key, _, _ in await world.said()] == [f"expert:{question}", f"taken:{question}"]


async def test_another_expert_is_told_that_it_is_taken(world: World) -> None:
    question = await handed(world)
    experts = world.office.experts
    await experts.take(EXPERT, question, THREAD)
    with pytest.raises(ChangedMeanwhile, match="Somebody else has taken this question, or it is closed"):
        await experts.take(OTHER_EXPERT, question, "slack:C9/8")
    assert await experts.take(EXPERT, "no such question", THREAD) is None


async def test_two_answers_at_once_reach_the_asker_once(world: World) -> None:
    question = await handed(world)
    tries = (world.office.experts.answer(who, question, who.person) for who in (EXPERT, OTHER_EXPERT) * 3)
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(result) for result in results].count(ChangedMeanwhile) == 5
    assert sum("An expert answers the question" in words for words in await words_of(world)) == 1


async def test_closed_without_an_answer_is_told_with_the_reason(world: World) -> None:
    question = await handed(world)
    await world.office.experts.close(EXPERT, question, "This is for the legal desk.")
    last = (await words_of(world))[-1]
    assert "An expert closed the question you sent on 23 November without an answer." in last and "This is for the legal desk." in last
    with pytest.raises(ChangedMeanwhile, match="already been answered or closed"):
        await world.office.experts.answer(EXPERT, question, REPLY)


async def test_an_answer_said_twice_is_known_again(world: World) -> None:
    """The same words in the same thread by the same person; anything else there is not an answer."""
    question = await handed(world)
    experts = world.office.experts
    await experts.take(EXPERT, question, THREAD)
    await experts.answer(EXPERT, question, REPLY)
    assert await experts.answered_here(EXPERT, THREAD, REPLY) == question
    assert await experts.answered_here(EXPERT, THREAD, "Thanks all!") is None
    assert await experts.answered_here(OTHER_EXPERT, THREAD, REPLY) is None
    assert await experts.answered_here(EXPERT, "slack:C9/8", REPLY) is None


async def test_a_reply_becomes_a_draft_once(world: World) -> None:
    """With the reply in it and not the question, for a curator to complete; an edited draft is not written over."""
    question = await handed(world)
    await world.office.experts.answer(EXPERT, question, REPLY)
    practice = await world.office.experts.draft(EXPERT, question)
    text = await world.office.curation.text(practice)
    assert WORDS not in text.body and REPLY in text.body and unfinished(text.body)
    await world.office.curation.save(CURATOR, practice, text.body + "edited", text.seen)
    assert await world.office.experts.draft(EXPERT, question) == practice
    assert (await world.office.curation.text(practice)).body == text.body + "edited"
    assert practice not in world.library.practices


async def test_without_a_reply_there_is_nothing_to_make_a_draft_of(world: World) -> None:
    question = await handed(world)
    with pytest.raises(ChangedMeanwhile, match="no reply to make a draft of"):
        await world.office.experts.draft(EXPERT, question)


async def pass_days(world: World, days: int) -> None:
    """With what a process does each hour about words."""
    world.pass_(days=days)
    await world.office.experts.close_overdue(world.now - timedelta(days=30))
    await purge(world.storage, world.now, 30)


@pytest.mark.parametrize("taken", [False, True])
async def test_what_nobody_answered_is_closed_when_its_words_go(world: World, taken: bool) -> None:
    """30 days after it was asked, whenever it was handed over; the asker is told, once, and without the words."""
    question = await world.asks()
    await pass_days(world, 29)
    assert await hand_over(world, question) is True
    if taken:
        await world.office.experts.take(EXPERT, question, THREAD)
    await pass_days(world, 1)
    assert [one.words for one in await world.office.experts.listed(EXPERT)] == [WORDS]
    world.pass_(seconds=1)
    await pass_days(world, 0)
    await pass_days(world, 0)
    assert await world.office.experts.listed(EXPERT) == [] and WORDS not in str(await opened_of(world))
    last = "No expert answered the question you sent on 22 December while I kept its words, so it is closed. You can ask it again."
    said = await world.said()
    assert [(key, words) for key, where, words in said if where == ASKED_IN][taken:] == [(f"closed:{question}", last)]
    assert all(where == ASKED_IN for _, where, _ in said), "what the experts were not shown yet, they do not need any more"
    with pytest.raises(ChangedMeanwhile, match="already been answered or closed"):
        await world.office.experts.answer(EXPERT, question, REPLY)


async def test_what_was_answered_in_time_keeps_no_words_longer(world: World) -> None:
    question = await world.asks()
    await pass_days(world, 29)
    await hand_over(world, question)
    await world.office.experts.answer(EXPERT, question, REPLY)
    await pass_days(world, 2)
    [one] = await world.office.experts.listed(EXPERT)
    assert (one.words, one.reply) == (None, None) and WORDS not in str(await opened_of(world))
    with pytest.raises(ChangedMeanwhile, match="no longer kept"):
        await world.office.experts.draft(EXPERT, question)


async def test_a_question_whose_words_are_gone_is_not_handed_over(world: World) -> None:
    """Experts could not read it."""
    question = await world.asks()
    await pass_days(world, 31)
    assert await hand_over(world, question) is None and await world.said() == []


async def opened_of(world: World) -> list[str]:
    """All that the ledger holds to be said, in the clear."""
    async with world.storage.view() as unit:
        payloads = [row.payload for row in await unit.session.exec(select(Delivery))]
    return [world.storage.secret.unseal(payload) for payload in payloads if payload]


async def test_the_list_is_of_ones_own_tenant(world: World) -> None:
    await handed(world)
    await world.asks("e9", tenant="W2")
    assert [one.words for one in await world.office.experts.listed(EXPERT)] == [WORDS]
    elsewhere = replace(EXPERT, tenant="W2")
    assert await world.office.experts.listed(elsewhere) == []


@pytest.mark.parametrize("who", [MEMBER, CURATOR], ids=["member", "curator"])
async def test_all_of_it_is_for_experts(world: World, who: Who) -> None:
    question = await handed(world)
    experts = world.office.experts
    for tried in (
        experts.take(who, question, THREAD), experts.answer(who, question, REPLY), experts.close(who, question),
        experts.draft(who, question), experts.listed(who),
    ):
        with pytest.raises(NotAllowed, match="That is for experts"):
            await tried
    for who_not in (who, EXPERT):
        with pytest.raises(NotAllowed, match="That is for admins"):
            await world.office.posts.name(who_not, "experts", EXPERTS)


async def test_where_nobody_is_an_expert_it_says_so(storage: Storage) -> None:
    """And tells the admins once a day, where they have a channel."""
    world = World(storage)
    experts = world.office.experts
    assert await experts.reading("W1") is Reading.NOBODY
    await handed(world, "e1")
    assert await world.said() == []
    await world.office.posts.name(ADMIN, "admins", EXPERTS)
    assert await experts.reading("W1") is Reading.ADMINS
    await handed(world, "e2")
    await handed(world, "e3")
    assert [key for key, _, _ in await world.said()] == ["no-experts:2026-11-23"]
    async with storage.unit() as unit:
        await unit.people.grant("W1", "somebody", "expert", "", "admin", world.now)
    assert await experts.reading("W1") is Reading.EXPERTS


async def test_experts_of_the_settings_and_their_channel_count(storage: Storage, world: World) -> None:
    assert await world.office.experts.reading("W1") is Reading.EXPERTS
    assert await World(storage, {Role.EXPERT: ("U7",)}).office.experts.reading("W2") is Reading.EXPERTS


async def test_a_question_is_taken_back_by_its_asker(world: World) -> None:
    """The experts lose it, in their channel and on the page; handed over anew they get it anew."""
    experts = world.office.experts
    question = await handed(world)
    assert await experts.take_back("W1", "somebody else", question) is None
    assert await experts.take_back("W1", "member", question) is True
    assert await experts.listed(EXPERT) == [] and await world.said() == []
    assert await experts.take_back("W1", "member", question) is None
    assert await hand_over(world, question) is True
    assert [key for key, _, _ in await world.said()] == [f"expert:{question}:again"]


async def test_what_stands_in_the_experts_channel_is_taken_back_there(world: World) -> None:
    question = await handed(world)
    async with world.storage.unit() as unit:
        await unit.ledger.next_planned(("slack",), world.now, world.now)
        await unit.ledger.record("W1", f"expert:{question}", Outcome("sent", message_id="m1"), world.now)
    await world.office.experts.take_back("W1", "member", question)
    async with world.storage.view() as unit:
        found = await unit.ledger.outcome("W1", f"expert:{question}")
    assert found and found.state == "recall"


async def test_what_an_expert_took_is_not_taken_back(world: World) -> None:
    question = await handed(world)
    await world.office.experts.take(EXPERT, question, THREAD)
    assert await world.office.experts.take_back("W1", "member", question) is False
    assert [one.state for one in await world.office.experts.listed(EXPERT)] == ["taken"]
