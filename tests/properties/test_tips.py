"""Whatever is changed, skipped, paused and down: one tip a week at most, never at night, and every week is accounted for."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.privacy import SecretKey
from bot.storage.ledger import Entry, Outcome
from bot.storage.subscriptions import DELIVERY, KeptSubscription, of_delivery
from bot.storage.tables import Delivery
from bot.storage.tip_tables import Tip
from bot.storage.unit import Storage
from bot.tip_forms import FORM
from bot.tip_times import HOURS, in_zone, local_day, next_slots, slot_of
from bot.weeks import week_of
from knowledge.library import Library
from tests.conftest import LendDatabase
from tests.fakes.answering import shipped
from tests.fakes.trying import TENANT, Asking

ZONES = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati", "America/St_Johns", "UTC")
FEW = Library(dict(list(shipped().practices.items())[:20]))
ENOUGH = shipped()
Act = tuple[str, object]

changes = st.tuples(st.just("change"), st.tuples(st.integers(1, 7), st.sampled_from(list(HOURS)), st.sampled_from(ZONES)))
says = st.tuples(st.just("say"), st.sampled_from((
    "skip next", "skip next", "pause tips", "pause tips for 2 weeks", "pause until Friday", "resume tips", "resume tips", "unsubscribe", "test tips",
)))
waits = st.tuples(st.just("wait"), st.integers(1, 24 * 20))
"""Hours in which what is due is looked for all the time."""
downs = st.tuples(st.just("down"), st.integers(1, 24 * 30))
fails = st.tuples(st.just("fail"), st.sampled_from(("expired", "expired", "refused")))
histories = st.lists(st.one_of(changes, says, waits, waits, downs, fails), min_size=4, max_size=14)


@dataclass
class Book:
    """Deliveries that were seen, and weeks that have to be accounted for."""

    seen: set[str] = field(default_factory=set)
    owed: set[tuple[str, int]] = field(default_factory=set)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
@example(history=[("wait", 24 * 3), ("change", (7, 23, "Pacific/Kiritimati")), ("wait", 24 * 7), ("change", (1, 4, "America/Los_Angeles")), ("wait", 24 * 14)])
@example(history=[("wait", 24 * 36), ("change", (6, 9, "Europe/Berlin")), ("wait", 24 * 10)])
@example(history=[("down", 24 * 30), ("say", "skip next"), ("down", 24 * 9), ("change", (3, 12, "UTC")), ("wait", 24 * 8)])
@example(history=[("wait", 25), ("fail", "refused"), ("wait", 24 * 9), ("change", (2, 9, "UTC")), ("wait", 24 * 9)])
def test_one_a_week_at_most_and_every_week_is_accounted_for(
    kind: str, history: list[Act], lent_database: LendDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with lent_database(kind, tmp_path_factory.mktemp("history")) as url:
        asyncio.run(_play(url, history))


async def _play(url: str, history: list[Act]) -> None:
    storage = Storage(url, SecretKey(bytes(32)))
    try:
        world, book = Asking(storage), Book()
        world.tips._library = lambda: FEW
        other = Asking(storage)  # a second sender, in a process of its own
        other.tips._library = lambda: FEW
        await _fill(world, (2, 9, "Europe/Berlin"))
        for act in history:
            await _act(world, other, book, act)
            await _holds(world, book)
    finally:
        await storage.close()


async def _act(world: Asking, other: Asking, book: Book, act: Act) -> None:
    who = world.someone()
    match act:
        case "change", (int(weekday), int(hour), str(zone)):
            await _fill(world, (weekday, hour, zone))
        case "say", str(words):
            await who.says(words)
        case "wait", int(hours):
            until = world.now + timedelta(hours=hours)
            while world.now < until:
                kept = await _kept(world)
                due = kept.due[1] + timedelta(seconds=30) if kept and kept.due else until
                world.now = max(world.now, min(due, until))
                await _looks(world, other, book)
        case "down", int(hours):
            world.pass_(hours=hours)
            await _looks(world, other, book)
        case "fail", str(how):
            await _fails(world, how)
    world.pass_(minutes=1)


async def _fill(world: Asking, wish: tuple[int, int, str]) -> None:
    weekday, hour, zone = wish
    await world.someone().fills(FORM, "", {"weekday": str(weekday), "hour": str(hour), "zone": zone, "topics": "", "audience": ""})


async def _looks(world: Asking, other: Asking, book: Book) -> None:
    """Both senders look for what is due, at once. What stood as next and those after it must become something now."""
    before = await _kept(world)
    if before is None or before.due is None or before.due[1] > world.now:
        return
    other.now = world.now
    await asyncio.gather(world.tips.send_due(), other.tips.send_due())
    rhythm = before.wish.rhythm
    slot = slot_of(rhythm, before.due[0])
    while slot.at <= world.now:
        book.owed.add((before.id, slot.week))
        [slot] = next_slots(rhythm, slot.at, 1)
    async with world.storage.view() as unit:
        found = set(await unit.session.exec(select(Delivery.key).where(col(Delivery.key).startswith(DELIVERY))))
    for named in map(of_delivery, found - book.seen):
        assert named and named[1] == week_of(local_day(world.now, rhythm.zone)), "of the local week in which it was planned"
        assert in_zone(world.now, rhythm.zone).hour in HOURS
    book.seen |= found


async def _fails(world: Asking, how: str) -> None:
    """All that waits to be sent is refused for good, or its time is over; without it, it was sent."""
    async with world.storage.unit() as unit:
        later = world.now + timedelta(days=1)
        while found := await unit.ledger.next_planned(("slack",), later, later + timedelta(days=999)):
            entry = found[0]
            assert isinstance(entry, Entry)
            outcome = Outcome("rejected", reason=how, permanent=how == "refused")
            await unit.ledger.record(TENANT, entry.key, outcome, world.now)
            await world.tips.told(unit, entry, outcome)


async def _kept(world: Asking) -> KeptSubscription | None:
    async with world.storage.view() as unit:
        return await unit.subscriptions.of_place(world.someone().where)


async def _holds(world: Asking, book: Book) -> None:
    kept = await _kept(world)
    assert kept
    async with world.storage.view() as unit:
        tips = list(await unit.session.exec(select(Tip).order_by(col(Tip.week))))
        keys = list(await unit.session.exec(select(Delivery.key)))
    named = [named for key in keys if (named := of_delivery(key))]
    assert max(Counter(named).values(), default=0) <= 1
    told = {(tip.subscription_id, tip.week) for tip in tips if tip.practice_id}
    assert set(named) == told, "the ledger holds what was planned and nothing else"
    assert book.owed <= {(tip.subscription_id, tip.week) for tip in tips}, "every week became something"
    planned = [(tip.week, tip.practice_id) for tip in tips if tip.state == "planned"]
    for number, (week, practice) in enumerate(planned):
        near = [other for later, other in planned[number + 1 :] if _weeks_between(week, later) <= 26]
        assert practice not in near
    assert (kept.due is None) == (kept.state == "ended" or (kept.state == "paused" and kept.paused_until is None))
    if kept.due:
        assert in_zone(kept.due[1], kept.wish.rhythm.zone).hour in HOURS
        assert kept.due[0] not in {tip.week for tip in tips}


def _weeks_between(week: int, later: int) -> int:
    first, last = (datetime.fromisocalendar(*divmod(each, 100), 1) for each in (week, later))
    return (last - first).days // 7


@pytest.mark.parametrize("library", [FEW, ENOUGH], ids=["few", "enough"])
async def test_a_year_of_tuesdays(storage: Storage, library: Library) -> None:
    """Every week has its practice; none comes again within 26 weeks, and with too few that is said once until one is left."""
    world = Asking(storage)
    world.tips._library = lambda: library
    await _fill(world, (2, 9, "Europe/Berlin"))
    world.pass_(days=1)
    for _ in range(56):
        await world.tips.send_due()
        world.pass_(days=7)
    async with storage.view() as unit:
        tips = list(await unit.session.exec(select(Tip).order_by(col(Tip.week))))
        keys = list(await unit.session.exec(select(Delivery.key)))
    assert len(tips) == 56 and {tip.state for tip in tips} <= {"planned", "empty"}
    states = [tip.state for tip in tips]
    spells = sum(state == "empty" and before != "empty" for before, state in pairwise(["planned", *states]))
    assert len([key for key in keys if key.startswith("tip-empty:")]) == spells and (spells == 0) == (library is ENOUGH)
    where: dict[str, int] = {}
    for number, tip in enumerate(tips):
        if tip.practice_id:
            assert number - where.get(tip.practice_id, -99) > 26
            where[tip.practice_id] = number
