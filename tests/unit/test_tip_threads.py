"""Below a tip in a channel: a first reply that asks is answered, with the tip as its subject; talk is left alone."""

from __future__ import annotations

import itertools

import pytest
import pytest_asyncio

from bot.messages import IncomingMessage
from bot.storage.ledger import Entry, Outcome
from bot.storage.tip_tables import Tip
from bot.storage.unit import Storage
from bot.tip_forms import FORM
from knowledge.library import Library
from tests.fakes.answering import shipped
from tests.fakes.trying import CHARTER, TENANT, Asking

FILLED = {"weekday": "2", "hour": "9", "zone": "Europe/Berlin", "topics": "", "audience": ""}
TIP = "C1/17.1"
_numbers = itertools.count(1)


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    """The channel has its tip of the week: a message of its own, which begins a thread."""
    world = Asking(storage)
    few = Library({CHARTER: shipped().practices[CHARTER]})
    world.tips._library = lambda: few
    await world.someone(kind="channel").fills(FORM, "", FILLED)
    world.pass_(days=1)
    await world.tips.send_due()
    async with storage.unit() as unit:
        found = await unit.ledger.next_planned(("slack",), world.now, world.now)
        assert found and isinstance(found[0], Entry)
        sent = Outcome("sent", TIP)
        await unit.ledger.record(TENANT, found[0].key, sent, world.now)
        await world.tips.told(unit, found[0], sent)
    return world


async def for_us(world: Asking, text: str, user: str = "U2", *, thread: str = TIP, event: str = "", **where: str) -> bool:
    """Whether words without a mention are meant for us; if they are, they get their answer."""
    who = world.someone(user, **{"kind": "channel", "thread": thread, **where})
    said = IncomingMessage(event or f"said {next(_numbers)}", who.where, who.sender, world.now, text)
    meant = await world.advisor.follows_up(said)
    if meant:
        await who.says(text, said.event_id)
    return meant


async def test_a_first_question_is_answered_with_the_tip_as_its_subject(world: Asking) -> None:
    assert await for_us(world, "Who should own it?") is True
    assert world.answering.asked == [("Who should own it?", [shipped().practices[CHARTER].questions[0]])]


async def test_the_same_event_again_is_the_first_still(world: Asking) -> None:
    assert [await for_us(world, "Who should own it?", event="e1") for _ in range(2)] == [True, True]


@pytest.mark.parametrize("text", ["Good one.", "We do that already", "thanks!", ":+1:"])
async def test_a_remark_is_left_alone_and_so_is_what_follows(world: Asking, text: str) -> None:
    """People talk then, also when they ask each other."""
    assert await for_us(world, text) is False
    assert await for_us(world, "Shall we do that on Friday?", "U3") is False
    assert world.answering.asked == []


async def test_after_the_first_only_who_was_answered_goes_on(world: Asking) -> None:
    assert await for_us(world, "Who should own it?", "U2") is True
    assert await for_us(world, "What do you think of that?", "U3") is False
    assert await for_us(world, "and when should we not do it?", "U2") is True
    assert [before for _, before in world.answering.asked][1] == ["Who should own it?"]


async def test_after_a_mention_the_first_has_been_said(world: Asking) -> None:
    """Somebody asked us by name; what another says below is between them."""
    who = world.someone("U2", kind="channel", thread=TIP)
    await who.says("Who should own it?")
    assert await for_us(world, "Shall we ask the sponsor?", "U3") is False


async def test_elsewhere_nobody_is_answered(world: Asking) -> None:
    """In another thread, in the channel itself, in direct messages, in another tenant."""
    for where in ({"thread": "C1/18.1"}, {"thread": "C1"}, {"kind": "direct"}, {"tenant": "W2"}):
        assert await for_us(world, "Who should own it?", **where) is False
    assert await for_us(world, "Who should own it?") is True


async def test_a_question_below_a_practice_that_is_gone_stands_alone(world: Asking) -> None:
    world.answering._practices.pop(CHARTER)
    assert await for_us(world, "Who should own it?") is True
    assert world.answering.asked == [("Who should own it?", [])]


async def test_a_direct_tip_begins_no_thread(storage: Storage) -> None:
    """There every word is for us anyway, and what is asked next may be about anything."""
    world = Asking(storage)
    who = world.someone()
    await who.fills(FORM, "", FILLED)
    world.pass_(days=1)
    await world.tips.send_due()
    async with storage.unit() as unit:
        found = await unit.ledger.next_planned(("slack",), world.now, world.now)
        assert found and isinstance(found[0], Entry)
        await world.tips.told(unit, found[0], Outcome("sent", who.where.thread))
    await who.says("How do we launch a pilot?")
    assert world.answering.asked == [("How do we launch a pilot?", [])]


async def test_a_reply_shows_that_the_tip_was_of_use(world: Asking) -> None:
    await for_us(world, "Good one.")
    async with world.storage.view() as unit:
        [kept] = await unit.subscriptions.listed(TENANT)
        row = await unit.session.get(Tip, (kept.id, 202648))
    assert row and row.touched_at == world.now
