"""What could not be answered, as curators see it: no small count, no name, words only where the asker sent them on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.access import Who
from bot.errors import ChangedMeanwhile, NotAllowed
from bot.gaps import Row
from bot.messages import ButtonPress, Sender
from tests.fakes.answering import shipped
from tests.fakes.office import ADMIN, ASKED_IN, CURATOR, EXPERT, EXPERTS, MEMBER, World
from tests.on_sqlite import database

__all__ = ["database"]

WEEK = 202648


async def many(world: World, count: int, *, people: int | None = None, unhelpful: int = 0, handed: int = 0, tenant: str = "W1", nearest: str = "ugc-rights") -> list[str]:
    """So many declined questions near one practice; the first of them were also called unhelpful or sent on."""
    asked = []
    for number in range(count):
        person = f"person {number % (people or count)}"
        question = await world.asks(f"{tenant} {nearest} {number}", person=person, words=f"words {number}", tenant=tenant, nearest=nearest)
        async with world.storage.unit() as unit:
            if number < unhelpful:
                await unit.feedback.rate(tenant, question, person, False, world.now)
        if number < handed:
            press = ButtonPress(f"p{number}", replace(ASKED_IN, tenant=tenant), Sender("U1"), world.now, "expert", question)
            await world.office.experts.hand_over(press, person, question)
        asked.append(question)
    return asked


async def only_row(world: World) -> Row:
    [row] = await world.office.gaps.rows(CURATOR)
    return row


def counts(row: Row) -> tuple[int | None, ...]:
    return row.questions, row.declined, row.unhelpful, row.escalated


async def test_five_people_are_enough_to_be_counted(world: World) -> None:
    await many(world, 5)
    row = await only_row(world)
    assert counts(row) == (5, 5, 0, 0)
    assert (row.week, row.title, row.closed) == (WEEK, shipped().practices["ugc-rights"].title, None)
    assert row.title in row.suggestion


@pytest.mark.parametrize(("questions", "people"), [(4, 4), (9, 4), (30, 1)])
async def test_under_five_people_or_questions_nothing_is_counted(world: World, questions: int, people: int) -> None:
    """However often a few people ask."""
    await many(world, questions, people=people)
    assert counts(await only_row(world)) == (None, None, None, None)


@pytest.mark.parametrize(("unhelpful", "handed"), [(1, 0), (0, 4), (4, 9), (9, 3), (8, 0), (0, 11)])
async def test_a_small_count_takes_with_it_what_would_reveal_it(world: World, unhelpful: int, handed: int) -> None:
    """A small reason, or a small rest beside a large one: only the sum is told."""
    await many(world, 12, unhelpful=unhelpful, handed=handed)
    assert counts(await only_row(world)) == (12, None, None, None)


async def test_what_reveals_nobody_is_told(world: World) -> None:
    await many(world, 12, unhelpful=5, handed=7)
    assert counts(await only_row(world)) == (12, 12, 5, 7)


async def test_the_order_tells_no_small_count_either(world: World) -> None:
    """What is not counted stands by name, after what is."""
    await many(world, 4, nearest="ugc-rights")
    await many(world, 1, nearest="alt-text")
    await many(world, 6, nearest="working-out-loud")
    assert [row.nearest for row in await world.office.gaps.rows(CURATOR)] == ["working-out-loud", "alt-text", "ugc-rights"]


async def test_words_stand_only_where_the_asker_sent_them_to_an_expert(world: World) -> None:
    """Until the expert is done with the question, or the gap is closed."""
    first, second, *_ = await many(world, 6, handed=2)
    assert sorted((await only_row(world)).words) == ["words 0", "words 1"]
    await world.office.experts.answer(EXPERT, first, "Ask them.")
    assert (await only_row(world)).words == ("words 1",)
    await world.office.gaps.close(CURATOR, WEEK, "ugc-rights", "We wrote it down.", None)
    row = await only_row(world)
    assert (row.words, row.closed) == ((), "We wrote it down.")
    assert second


async def test_closing_tells_those_who_asked_where_they_asked(world: World) -> None:
    """Each once, with what was done and the practice that answers now; then where they were is forgotten."""
    asked = await many(world, 6)
    await world.office.gaps.close(CURATOR, WEEK, "ugc-rights", "We wrote it down.", "alt-text")
    said = {key: (where, words) for key, where, words in await world.said()}
    title = shipped().practices["alt-text"].title
    assert len(said) == len(asked)
    for question in asked:
        where, words = said[f"gap:{question}"]
        assert where == ASKED_IN
        assert all(part in words for part in ("On 23 November you asked", "We wrote it down.", f"“{title}”"))
    async with world.storage.view() as unit:
        assert await unit.escalations.owed("W1", asked) == []


async def test_who_waits_for_an_expert_still_gets_the_answer(world: World) -> None:
    """A closed gap is not the end of what an expert promised."""
    await world.office.posts.name(ADMIN, "experts", EXPERTS)
    first, *_ = await many(world, 6, handed=1)
    await world.office.gaps.close(CURATOR, WEEK, "ugc-rights", "We wrote it down.", None)
    await world.office.experts.answer(EXPERT, first, "Ask them first.")
    keys = [key for key, _, _ in await world.said()]
    assert f"gap:{first}" in keys and f"answered:{first}" in keys


async def test_a_gap_is_closed_once_and_only_if_there_is_one(world: World) -> None:
    """A refusal tells nobody anything."""
    await many(world, 6)
    close = world.office.gaps.close
    for week, nearest in ((WEEK, "alt-text"), (WEEK - 1, "ugc-rights")):
        with pytest.raises(ChangedMeanwhile, match="already been closed, or there is no such gap"):
            await close(CURATOR, week, nearest, "note", None)
    await close(CURATOR, WEEK, "ugc-rights", "first", None)
    told = len(await world.said())
    with pytest.raises(ChangedMeanwhile):
        await close(CURATOR, WEEK, "ugc-rights", "second", None)
    assert (await only_row(world)).closed == "first" and len(await world.said()) == 0 and told == 6


async def test_after_twelve_weeks_it_is_over(world: World) -> None:
    await many(world, 6)
    world.pass_(weeks=12)
    assert len(await world.office.gaps.rows(CURATOR)) == 1
    world.pass_(weeks=1)
    assert await world.office.gaps.rows(CURATOR) == []


async def test_a_tenant_sees_its_own(world: World) -> None:
    await many(world, 6, tenant="W2")
    assert await world.office.gaps.rows(CURATOR) == []
    assert counts((await world.office.gaps.rows(replace(CURATOR, tenant="W2")))[0])[0] == 6


@pytest.mark.parametrize("who", [MEMBER, EXPERT], ids=["member", "expert"])
async def test_gaps_are_for_curators(world: World, who: Who) -> None:
    with pytest.raises(NotAllowed, match="That is for curators"):
        await world.office.gaps.rows(who)
    with pytest.raises(NotAllowed, match="That is for curators"):
        await world.office.gaps.close(who, WEEK, "ugc-rights", "note", None)
