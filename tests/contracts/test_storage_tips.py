"""What storage promises of weekly tips: one subscription a place, one tip a week, facts of one team alone, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.messages import Conversation
from bot.privacy import SecretKey
from bot.storage.records import QuestionRecord
from bot.storage.subscriptions import (
    KeptSubscription,
    Wish,
    delivery_key,
    of_delivery,
    of_name,
    tip_name,
)
from bot.storage.tip_tables import Subscription, Tip
from bot.storage.unit import Storage
from bot.tip_times import Rhythm, Slot, next_slots, slot_of
from bot.weeks import week_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RHYTHM = Rhythm(2, 9, "Europe/Berlin")
WISH = Wish(RHYTHM, ("ai", "security"), "legal")
HERE = Conversation("slack", "T", "C1", "C1", "channel", '{"team":"T","channel":"C1"}')
FIRST, SECOND, THIRD = next_slots(RHYTHM, NOW, 3)


async def make(storage: Storage, where: Conversation = HERE, person: str | None = None, slot: Slot = FIRST) -> bool:
    async with storage.unit() as unit:
        return await unit.subscriptions.make(where, person, WISH, slot, NOW)


async def kept_of(storage: Storage, where: Conversation = HERE) -> KeptSubscription:
    async with storage.view() as unit:
        kept = await unit.subscriptions.of_place(where)
    assert kept
    return kept


async def made(storage: Storage, where: Conversation = HERE) -> KeptSubscription:
    assert await make(storage, where)
    return await kept_of(storage, where)


async def note(storage: Storage, kept: KeptSubscription, slot: Slot, practice: str | None = "ai-use-rules", state: str = "planned") -> bool:
    async with storage.unit() as unit:
        return await unit.subscriptions.note(kept, slot, state, NOW, practice_id=practice)  # type: ignore[arg-type]


async def test_of_ten_who_subscribe_at_once_one_does(storage: Storage) -> None:
    """A place has one subscription; another place, platform or tenant has its own."""
    assert sorted(await asyncio.gather(*(make(storage) for _ in range(10)))) == [False] * 9 + [True]
    others = (replace(HERE, channel="C2"), replace(HERE, platform="msteams"), replace(HERE, tenant="U"))
    assert [await make(storage, other) for other in others] == [True, True, True]
    async with storage.view() as unit:
        assert len(await unit.subscriptions.listed()) == 4
        assert [kept.tenant for kept in await unit.subscriptions.listed("U")] == ["U"]


async def test_what_was_wished_is_read_back_and_the_address_is_sealed(storage: Storage) -> None:
    kept = await made(storage)
    assert kept == KeptSubscription(
        kept.id, "T", "slack", "channel", HERE, None, WISH, "active", NOW, due=(FIRST.week, FIRST.at)
    )
    changed = replace(
        kept, wish=Wish(Rhythm(7, 23, "Asia/Tokyo")), state="paused", paused_until=date(2027, 1, 4),
        due=(THIRD.week, THIRD.at), emptied=True, reason="because", where=replace(HERE, address="another"), created_at=NOW - timedelta(days=1),
    )
    async with storage.unit() as unit:
        await unit.subscriptions.keep(changed, NOW)
    assert await kept_of(storage) == changed
    async with storage.unit() as unit:
        await unit.subscriptions.keep(replace(changed, due=None), NOW)
        row = (await unit.session.exec(select(Subscription))).one()
    assert (row.due_at, row.due_week) == (None, None)
    assert "another" not in row.address and "C1" not in row.place


async def test_an_address_under_another_key_is_nowhere(storage: Storage) -> None:
    kept = await made(storage)
    other = Storage(storage.url, SecretKey(bytes(32)))
    async with other.view() as unit:
        found = await unit.subscriptions.get(kept.id)
    await other.close()
    assert found is not None and found.where is None and found.due == kept.due


async def test_what_is_due_is_listed_oldest_first_and_taken_by_one(storage: Storage) -> None:
    """Not a second before its time; whoever waits finds it done."""
    late = replace(HERE, channel="C2", tenant="U")
    await make(storage, late, slot=SECOND)
    kept = await made(storage)
    async with storage.view() as unit:
        assert await unit.subscriptions.due(FIRST.at - timedelta(seconds=1), 10) == []
        assert await unit.subscriptions.due(FIRST.at, 10) == [kept.id]
        assert await unit.subscriptions.due(SECOND.at, 10) == [kept.id, (await unit.subscriptions.listed("U"))[0].id]
        assert await unit.subscriptions.due(SECOND.at, 1) == [kept.id]

    async def take() -> bool:
        async with storage.unit() as unit:
            found = await unit.subscriptions.take(kept.id, FIRST.at)
            if found is None:
                return False
            await asyncio.sleep(0)
            await unit.subscriptions.keep(replace(found, due=(SECOND.week, SECOND.at)), FIRST.at)
            return True

    assert sorted(await asyncio.gather(*(take() for _ in range(5)))) == [False] * 4 + [True]
    async with storage.unit() as unit:
        assert await unit.subscriptions.take(kept.id, SECOND.at - timedelta(seconds=1)) is None


async def test_who_is_paused_or_ended_is_never_due(storage: Storage) -> None:
    kept = await made(storage)
    async with storage.unit() as unit:
        await unit.subscriptions.keep(replace(kept, state="paused", due=None), NOW)
        assert await unit.subscriptions.due(NOW + timedelta(days=1000), 10) == []
        assert await unit.subscriptions.take(kept.id, NOW + timedelta(days=1000)) is None


async def test_a_week_is_unsettled(storage: Storage) -> None:
    """That one of that place, and no other."""
    kept, other = await made(storage), await made(storage, replace(HERE, channel="C2"))
    for one, slot in ((kept, FIRST), (kept, SECOND), (other, FIRST)):
        await note(storage, one, slot, None, "skipped")
    async with storage.unit() as unit:
        await unit.subscriptions.unsettle(kept.id, FIRST.week)
    async with storage.view() as unit:
        assert [tip.week for tip in await unit.subscriptions.tips(kept.id, 9)] == [SECOND.week]
        assert [tip.week for tip in await unit.subscriptions.tips(other.id, 9)] == [FIRST.week]


async def test_of_ten_who_settle_a_week_one_does(storage: Storage) -> None:
    """What was settled first stands, whatever comes after."""
    kept = await made(storage)
    assert sorted(await asyncio.gather(*(note(storage, kept, FIRST) for _ in range(10)))) == [False] * 9 + [True]
    assert await note(storage, kept, FIRST, None, "skipped") is False
    async with storage.view() as unit:
        [tip] = await unit.subscriptions.tips(kept.id, 10)
    assert (tip.week, tip.state, tip.practice_id, tip.due_at) == (FIRST.week, "planned", "ai-use-rules", FIRST.at)


async def test_weeks_are_those_of_one_subscription_from_one_on(storage: Storage) -> None:
    kept, other = await made(storage), await made(storage, replace(HERE, channel="C2"))
    for slot, state in ((FIRST, "planned"), (SECOND, "skipped")):
        await note(storage, kept, slot, None, state)
    await note(storage, other, THIRD)
    async with storage.unit() as unit:
        assert await unit.subscriptions.weeks(kept.id, FIRST.week) == {FIRST.week, SECOND.week}
        assert await unit.subscriptions.weeks(kept.id, SECOND.week) == {SECOND.week}
        assert [(tip.week, tip.state) for tip in await unit.subscriptions.tips(kept.id, 1)] == [(SECOND.week, "skipped")]
        await unit.subscriptions.turned(kept.id, SECOND.week, "failed")
        latest = await unit.subscriptions.latest(THIRD.at)
        assert {name: (tip.week, tip.state) for name, tip in latest.items()} == {
            kept.id: (SECOND.week, "failed"), other.id: (THIRD.week, "planned"),
        }
        before = await unit.subscriptions.latest(THIRD.at - timedelta(seconds=1))
        assert before.keys() == {kept.id}, "a week that is skipped ahead did not come yet"
        assert await unit.subscriptions.latest(THIRD.at, tenant="another tenant") == {}


async def test_a_thread_belongs_to_the_tip_that_began_it_and_to_its_tenant(storage: Storage) -> None:
    """Its first reply is one, also when it is delivered again; nothing of it can be read in the table."""
    kept = await made(storage)
    await note(storage, kept, FIRST)

    async def said(event: str, tenant: str = "T", thread: str = "slack:C1/17.1") -> bool:
        async with storage.unit() as unit:
            return await unit.subscriptions.first_reply(tenant, thread, event, NOW)

    assert await said("e0") is False
    async with storage.unit() as unit:
        await unit.subscriptions.began(kept.id, FIRST.week, "slack:C1/17.1")
        await unit.subscriptions.began("nobody", FIRST.week, "slack:C1/18.1")
        found = await unit.subscriptions.in_thread("T", "slack:C1/17.1")
        assert found and found.week == FIRST.week
        assert await unit.subscriptions.in_thread("U", "slack:C1/17.1") is None
        assert await unit.subscriptions.in_thread("T", "slack:C1/18.1") is None
    assert await said("e1", tenant="U") is False
    first = await asyncio.gather(*(said(f"e{number}") for number in range(1, 6)))
    assert sum(first) == 1
    [winner] = [number for number, was in enumerate(first, 1) if was]
    assert [await said(f"e{number}") for number in (winner, winner + 10)] == [True, False]
    async with storage.view() as unit:
        row = (await unit.session.exec(select(Tip))).one()
    assert row.thread and "C1" not in row.thread and row.first_reply and row.touched_at == NOW


async def test_what_is_done_with_a_tip_is_noted_once_and_only_by_its_tenant(storage: Storage) -> None:
    kept = await made(storage)
    await note(storage, kept, FIRST)
    name = tip_name(kept.id, FIRST.week)
    for tenant, called, minutes in (("U", name, 0), ("T", "an answer's id", 1), ("T", name, 2), ("T", name, 3)):
        async with storage.unit() as unit:
            await unit.subscriptions.touched(tenant, called, NOW + timedelta(minutes=minutes))
    async with storage.view() as unit:
        row = (await unit.session.exec(select(Tip))).one()
    assert row.touched_at == NOW + timedelta(minutes=2)


@pytest.mark.parametrize("name", ["", "tip-", "tip-a", "tip-a-b", "tip-a-²", f"tip-a-{'9' * 30}", "e1"])
def test_what_names_no_tip_is_no_tip(name: str) -> None:
    """Buttons come back from outside: a number that no week has must not reach the database."""
    assert of_name(name) is None
    assert of_delivery(name.replace("-", ":")) is None


def test_names_lead_back_to_what_they_name() -> None:
    assert of_name(tip_name("a-b", 202648)) == ("a-b", 202648)
    assert of_delivery(delivery_key("a:b", 202648)) == ("a:b", 202648)


async def asks(storage: Storage, event: str, practice: str, *, tenant: str = "T", person: str = "p1", team: str | None = None, at: datetime = NOW, outcome: str = "answered") -> None:
    record = QuestionRecord(
        tenant=tenant, event_key=event, platform="slack", thread_key=event, person=person, asked_at=at, text="How?",
        lang="en", outcome=outcome, confidence=0.9, practices=(practice, "second-best"), team_id=team,
    )
    async with storage.unit() as unit:
        await unit.questions.record(record)


async def test_questions_are_counted_of_the_team_or_of_the_person_alone(storage: Storage) -> None:
    """Those that were answered first with a practice, from a week on, in one tenant; of nobody else. What was refused
    is explained by a practice that nobody asked about.
    """
    async with storage.unit() as unit:
        north, _ = await unit.teams.get_or_make("T", "North")
        south, _ = await unit.teams.get_or_make("T", "South")
    await asks(storage, "e1", "ai-use-rules", team=north.id)
    await asks(storage, "e2", "ai-use-rules", team=north.id, person="p2")
    await asks(storage, "e3", "captions", team=south.id, person="p2")
    await asks(storage, "e4", "captions", tenant="U")
    await asks(storage, "e5", "long-ago", team=north.id, at=NOW - timedelta(weeks=9))
    for number, outcome in enumerate(("refused", "declined", "routed", "failed")):
        await asks(storage, f"away{number}", "why-it-is-refused", team=north.id, outcome=outcome)
    since = week_of(NOW.date()) - 1
    async with storage.view() as unit:
        facts = unit.tip_facts
        assert await facts.asked("T", north.id, "p9", since) == {"ai-use-rules": 2}
        assert await facts.asked("T", None, "p2", since) == {"ai-use-rules": 1, "captions": 1}
        assert await facts.asked("T", None, "p1", since) == {"ai-use-rules": 1}
        assert await facts.asked("T", None, None, since) == {}
        assert await facts.asked("U", north.id, None, since) == {}


async def test_teams_alike_are_those_of_one_relationship_that_take_part(storage: Storage) -> None:
    async with storage.unit() as unit:
        for number, (name, relationship) in enumerate((("A", "dealer"), ("B", "dealer"), ("C", "unit"), ("D", "dealer"))):
            team, _ = await unit.teams.get_or_make("T", name)
            team.relationship = relationship
            team.left_at = NOW if name == "D" else None
            unit.session.add(team)
            await unit.session.flush()
            await unit.adoptions.press("T", "captions", "trying", f"p{number}", team.id, None, NOW)
            await unit.adoptions.press("T", "alt-text", "not for us", f"p{number}", team.id, None, NOW)
        await unit.adoptions.press("T", "captions", "trying", "alone", None, None, NOW)
    async with storage.view() as unit:
        assert await unit.tip_facts.alike("T", "dealer") == {"captions": 2}
        assert await unit.tip_facts.alike("T", "unit") == {"captions": 1}
        assert await unit.tip_facts.alike("U", "dealer") == {}


async def test_what_a_place_got_is_what_was_planned_there(storage: Storage) -> None:
    """Newest first; neither what was too late nor what another place got."""
    kept, other = await made(storage), await made(storage, replace(HERE, channel="C2"))
    await note(storage, kept, FIRST, "captions")
    await note(storage, kept, SECOND, "alt-text")
    await note(storage, kept, THIRD, "ai-use-rules")
    await note(storage, other, FIRST, "working-out-loud")
    async with storage.unit() as unit:
        await unit.subscriptions.turned(kept.id, THIRD.week, "late")
        assert await unit.tip_facts.got(kept.id, FIRST.week) == ["alt-text", "captions"]
        assert await unit.tip_facts.got(kept.id, SECOND.week) == ["alt-text"]


async def test_who_is_forgotten_leaves_no_direct_subscription(storage: Storage) -> None:
    """Nor its weeks, nor a tip that waits; the channel's stays."""
    direct = replace(HERE, channel="D1", thread="D1", kind="direct")
    assert await make(storage, direct, "p1") and await make(storage)
    kept, channel = await kept_of(storage, direct), await kept_of(storage)
    for one in (kept, channel):
        await note(storage, one, FIRST)
    async with storage.unit() as unit:
        await unit.personal.forget("T", "p1")
    async with storage.view() as unit:
        assert await unit.subscriptions.of_place(direct) is None
        assert [tip.subscription_id for tip in await unit.session.exec(select(Tip))] == [channel.id]


def test_a_week_of_new_year_is_one_week() -> None:
    """2026 has 53 weeks: the last of December and the first of January are the same one."""
    new_year = slot_of(Rhythm(5, 9, "Europe/Berlin"), 202653)
    assert (new_year.day, week_of(date(2026, 12, 28)), week_of(new_year.day)) == (date(2027, 1, 1), 202653, 202653)
