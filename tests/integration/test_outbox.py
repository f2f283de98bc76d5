"""What is said unasked: whatever dies and wherever, nothing is lost, nothing is said twice, what cannot be known is listed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import pytest_asyncio

from bot.delivery import TOO_LATE
from bot.errors import StorageUnavailable
from bot.messages import Conversation
from bot.outbox import Outbox, Taken, Told
from bot.pace import Checkpoint, Pace, no_checkpoint
from bot.ports import Delivered, NotFound, Rejected, Sent, Unknown, Unsupported
from bot.replies import Reply
from bot.storage.ledger import Entry, Outcome
from bot.storage.unit import Storage, Unit
from bot.worker import Worker
from tests.fakes.slack_delivery import FakeClock
from tests.integration.chat_on_file import ChatOnFile, conversation
from tests.integration.crash_ground import KILLED, MINUTES_PER_LIFE, Ground, ended
from tests.integration.crash_worker import SECRET, UNPACED, echo, start
from tests.integration.test_crash import Crash, crash_at

STEPS = ("intended", "sent", "recorded")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Senders(Ground):
    """Senders on it, one after the other."""

    async def planned(self, count: int) -> list[str]:
        texts = [f"message {number}" for number in range(count)]
        async with self.storage.unit() as unit:
            for number, text in enumerate(texts):
                where = conversation(f"t{number % 3}")
                assert await unit.ledger.plan("T", f"key {number}", where, Reply(text), NOW)
        return texts

    def start(self, step: str, reach: int, *, beside: bool = False) -> BaseProcess:
        """A sender process whose clock is past every intent of those before it; ``beside`` shares the last one's."""
        minutes = self.ahead(beside=beside)
        return start(self.url, self.file, findable=self.findable, step=step, reach=reach, minutes=minutes, outbox=True)

    async def check(self, texts: list[str]) -> None:
        """Everything once; where nobody can look, what is missing is listed as uncertain and nothing else is."""
        shown = self.chat.shown()
        assert max(shown.values()) == 1, shown
        assert set(shown) <= set(texts)
        cases = await self.uncertain()
        if self.findable:
            assert (set(shown), cases) == (set(texts), [])
        else:
            assert len(texts) - len(shown) <= len(cases)


@pytest_asyncio.fixture(params=["findable", "blind"])
async def ground(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Senders]:
    storage = Storage(database_url, SECRET)
    yield Senders(storage, database_url, tmp_path / "chat.jsonl", findable=request.param == "findable")
    await storage.close()


async def test_a_killed_sender_at_every_step(ground: Senders) -> None:
    """kill -9 before the send, after it, and after it was recorded, each in its own process; the next takes over."""
    texts = await ground.planned(8)
    for reach, step in enumerate(STEPS):
        assert ended(ground.start(step, 1 + reach % 2)) == KILLED, step
    assert ended(ground.start("none", 1)) == 0
    await ground.check(texts)
    if not ground.findable:
        async with ground.storage.view() as unit:
            assert len(await unit.ledger.cases()) == 2  # before and after the send: nobody can tell these apart


async def test_senders_that_compete_say_everything_once(ground: Senders) -> None:
    """Three at once, one of them killed in the midst."""
    texts = await ground.planned(40)
    rivals = [
        ground.start("none", 1), ground.start("sent", 5, beside=True), ground.start("none", 1, beside=True)
    ]
    assert sorted({ended(rival) or 0 for rival in rivals}) in ([KILLED, 0], [0])
    assert ended(ground.start("none", 1)) == 0
    await ground.check(texts)


@pytest.mark.parametrize("reach", [1, 2, 3])
@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_at_each_reach_of_each_step(ground: Senders, step: str, reach: int) -> None:
    texts = await ground.planned(3)
    now = NOW
    for life, at in enumerate((reach, 1, 99)):
        now += timedelta(minutes=MINUTES_PER_LIFE)
        try:
            await _drain(outbox_over(ground.storage, ground.chat, now, crash_at(step, at)))
        except Crash:
            assert at < 99
        else:
            assert life > 0
    await ground.check(texts)


async def test_one_conversation_that_refuses_holds_up_no_other(ground: Senders) -> None:
    """A channel that was archived, and one that asks for patience: the others get theirs, in order."""
    await ground.planned(4)
    chat = Refusing(ground.file, "t1")
    assert await _drain(outbox_over(ground.storage, chat, NOW)) == 4
    assert list(ground.chat.shown()) == ["message 0", "message 2", "message 3"]
    async with ground.storage.view() as unit:
        assert [(case.key, case.state, case.reason) for case in await unit.ledger.cases()] == [("key 1", "rejected", "archived")]


async def test_who_asks_for_patience_is_given_it(ground: Senders) -> None:
    """Not before its time, and then once."""
    await ground.planned(1)
    chat = Refusing(ground.file, "t0", permanent=False)
    assert await _drain(outbox_over(ground.storage, chat, NOW)) == 1
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW + timedelta(seconds=29))) == 0
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW + timedelta(seconds=60))) == 1
    assert ground.chat.shown() == {"message 0": 1}


async def test_asked_to_stop_it_finishes_what_it_has_in_hand_and_takes_no_more(ground: Senders) -> None:
    await ground.planned(3)
    chat = Slow(ground.file)
    outbox = outbox_over(ground.storage, chat, NOW, pace=Pace(between=0.0, hold=15.0))
    running = asyncio.create_task(outbox.run())
    await chat.begun.wait()
    outbox.stop()
    chat.may_end.set()
    await asyncio.wait_for(running, 10)
    assert ground.chat.shown() == {"message 0": 1}
    async with ground.storage.view() as unit:
        outcome = await unit.ledger.outcome("T", "key 0")
    assert outcome and outcome.state == "sent"


async def test_drained_it_waits_for_its_turn_but_not_for_who_asks_for_patience(ground: Senders) -> None:
    """One workspace takes one message after the other; what it wants later is left to whoever is there then."""
    await ground.planned(4)
    clock = FakeClock()
    clock.now = NOW
    pace = Pace(between=1.0)
    outbox = Worker(ground.storage, echo, {"slack": ground.chat}, owner="o", clock=clock, sleep=clock.sleep, pace=pace).outbox
    await asyncio.wait_for(outbox.drain(), 30)
    assert len(ground.chat.shown()) == 4 and clock.now >= NOW + timedelta(seconds=3)
    async with ground.storage.unit() as unit:
        for key in ("a", "b"):
            await unit.ledger.plan("T", key, conversation("t1"), Reply(key), clock.now)
    began = clock.now
    impatient = {"slack": Refusing(ground.file, "t1", permanent=False)}
    await asyncio.wait_for(Worker(ground.storage, echo, impatient, owner="o", clock=clock, sleep=clock.sleep, pace=pace).outbox.drain(), 30)
    assert clock.now - began < timedelta(seconds=5)


async def test_a_platform_that_is_not_here_is_left_to_who_has_it(ground: Senders) -> None:
    async with ground.storage.unit() as unit:
        await unit.ledger.plan("T", "key", conversation(platform="msteams"), Reply("for Teams"), NOW)
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW)) == 0


async def test_the_loop_outlives_a_database_that_is_away_and_a_fault(ground: Senders) -> None:
    """It waits, and goes on with what is due."""
    await ground.planned(1)
    over, forever = asyncio.Event(), asyncio.Event()

    async def pause(_seconds: float) -> None:
        if not faults and ground.chat.shown():
            over.set()
            await forever.wait()

    outbox = Worker(ground.storage, echo, {"slack": ground.chat}, owner="o", clock=lambda: NOW, sleep=pause, pace=UNPACED).outbox
    faults: list[Exception] = [StorageUnavailable("away"), RuntimeError("a fault of ours")]
    take = outbox.take

    async def sometimes() -> Taken | None:
        if faults:
            raise faults.pop(0)
        return await take()

    outbox.take = sometimes  # type: ignore[method-assign]
    running = asyncio.create_task(outbox.run())
    await asyncio.wait_for(over.wait(), 30)
    running.cancel()
    await asyncio.wait({running})
    assert ground.chat.shown() == {"message 0": 1}


async def test_what_was_being_taken_when_asked_to_stop_is_nobodys(ground: Senders) -> None:
    """The next sender has it at once, and need not wait until a claim has ended."""
    await ground.planned(1)
    stopping = outbox_over(ground.storage, ground.chat, NOW)
    stopping.stop()
    assert await stopping.take() is None
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW)) == 1
    assert ground.chat.shown() == {"message 0": 1}


class Slow(ChatOnFile):
    """Takes its time until it is told to go on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, findable=True)
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        self.begun.set()
        await self.may_end.wait()
        return await super().send(conversation, reply, key)


async def test_what_is_too_late_is_not_said_any_more(ground: Senders) -> None:
    """To the second; who planned it is told, and what has no end to its time goes out."""
    async with ground.storage.unit() as unit:
        for key, over in (("late", NOW), ("in time", NOW + timedelta(seconds=1)), ("at any time", None)):
            await unit.ledger.plan("T", key, conversation(), Reply(key), NOW - timedelta(hours=9), expires_at=over)
    outcomes: list[tuple[str, str, bool]] = []

    async def told(_unit: Unit, entry: Entry, outcome: Outcome) -> None:
        outcomes.append((entry.key, outcome.state, outcome.final))

    assert await _drain(outbox_over(ground.storage, ground.chat, NOW, told=told)) == 3
    assert list(ground.chat.shown()) == ["in time", "at any time"]
    assert outcomes == [("late", "rejected", True), ("in time", "sent", True), ("at any time", "sent", True)]
    async with ground.storage.view() as unit:
        assert [(case.key, case.reason) for case in await unit.ledger.cases()] == [("late", TOO_LATE)]


async def test_what_is_refused_everywhere_waits_until_that_is_put_right(ground: Senders) -> None:
    """However often it was tried."""
    async with ground.storage.unit() as unit:
        await unit.ledger.plan("T", "check-in", conversation("t0"), Reply("How did it go?"), NOW)
    chat, now = Refusing(ground.file, "t0", permanent=False, everywhere=True), NOW
    for _ in range(20):
        assert await _drain(outbox_over(ground.storage, chat, now)) == 1
        now += timedelta(minutes=15)
    assert await _drain(outbox_over(ground.storage, ground.chat, now)) == 1
    assert list(ground.chat.shown()) == ["How did it go?"]


@pytest.mark.parametrize("step", ["intended", "sent"])
async def test_what_may_have_been_shown_is_looked_for_although_it_is_too_late(ground: Senders, step: str) -> None:
    """It is not said once more; where nobody can look, nobody knows."""
    async with ground.storage.unit() as unit:
        await unit.ledger.plan("T", "tip", conversation(), Reply("tip"), NOW, expires_at=NOW + timedelta(minutes=1))
    with pytest.raises(Crash):
        await _drain(outbox_over(ground.storage, ground.chat, NOW, crash_at(step, 1)))
    later = NOW + timedelta(minutes=MINUTES_PER_LIFE)
    await _drain(outbox_over(ground.storage, ground.chat, later))
    assert sum(ground.chat.shown().values()) == (step == "sent")
    async with ground.storage.view() as unit:
        outcome = await unit.ledger.outcome("T", "tip")
    found = "sent" if step == "sent" else "rejected"
    assert outcome and outcome.state == (found if ground.findable else "uncertain")


async def test_a_tip_gets_patience_until_its_time_is_over(ground: Senders) -> None:
    """However often the platform asks for it; then it is too late, and not a case of too many tries."""
    over = NOW + timedelta(minutes=5)
    async with ground.storage.unit() as unit:
        await unit.ledger.plan("T", "tip", conversation("t0"), Reply("tip"), NOW, expires_at=over)
    chat = Refusing(ground.file, "t0", permanent=False)
    tries, now = 0, NOW
    while now < over:
        tries += await _drain(outbox_over(ground.storage, chat, now))
        now += timedelta(seconds=30)
    assert tries == 10
    assert await _drain(outbox_over(ground.storage, chat, over)) == 1
    async with ground.storage.view() as unit:
        assert [case.reason for case in await unit.ledger.cases()] == [TOO_LATE]


async def test_who_asks_for_patience_holds_up_its_whole_workspace_and_no_other(ground: Senders) -> None:
    """For as long as it said; then the rest goes out, in order."""
    async with ground.storage.unit() as unit:
        for number in range(3):
            await unit.ledger.plan("T", f"key {number}", conversation(f"t{number}"), Reply(f"message {number}"), NOW)
        other = replace(conversation("t0"), tenant="U")
        await unit.ledger.plan("U", "key", other, Reply("elsewhere"), NOW)
    chat = Refusing(ground.file, "t0", permanent=False, tenant="T")
    held = Pace(between=0.0, hold=15.0)
    assert await _drain(outbox_over(ground.storage, chat, NOW, pace=held)) == 2
    assert list(ground.chat.shown()) == ["elsewhere"]
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW + timedelta(seconds=29), pace=held)) == 0
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW + timedelta(seconds=31), pace=held)) == 3
    assert sorted(ground.chat.shown()) == ["elsewhere", "message 0", "message 1", "message 2"]


async def test_between_two_messages_a_workspace_rests(ground: Senders) -> None:
    await ground.planned(2)
    slow = Pace(between=0.25, hold=15.0)
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW, pace=slow)) == 1
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW + timedelta(milliseconds=249), pace=slow)) == 0
    assert await _drain(outbox_over(ground.storage, ground.chat, NOW + timedelta(milliseconds=250), pace=slow)) == 1


@pytest.mark.parametrize(("answers", "state", "reason"), [
    ([Sent("")], "recalled", ""),
    ([Rejected("message_not_found", permanent=True)], "sent", "not taken back: message_not_found"),
    ([Unsupported("never")], "sent", "not taken back: never"),
    ([Rejected("too fast", permanent=False, retry_after=30.0), Unknown("time-out"), Sent("")], "recalled", ""),
    ([Unknown("time-out")] * 6, "uncertain", "not known to be taken back: time-out"),
])
async def test_what_is_recalled_is_taken_back_where_that_can_be(
    ground: Senders, answers: list[Sent | Rejected | Unsupported | Unknown], state: str, reason: str
) -> None:
    """Tried again while that may help, never said again; what stands is not called taken back."""
    await ground.planned(1)
    await _drain(outbox_over(ground.storage, ground.chat, NOW))
    async with ground.storage.unit() as unit:
        assert await unit.ledger.recall("T", "key 0", NOW)
    chat, now = TakingBack(ground.file, answers), NOW
    for _ in range(8):
        await _drain(outbox_over(ground.storage, chat, now))
        now += timedelta(minutes=6)
    assert (chat.asked, chat.answers) == (["id:key 0"] * len(answers), [])
    assert ground.chat.shown() == {"message 0": 1}
    async with ground.storage.view() as unit:
        outcome = await unit.ledger.outcome("T", "key 0")
    assert outcome and (outcome.state, outcome.reason, outcome.message_id) == (state, reason, "id:key 0")


class TakingBack(ChatOnFile):
    """Answers so, in turn, when a message is to be taken back."""

    def __init__(self, path: Path, answers: Sequence[Sent | Rejected | Unsupported | Unknown]) -> None:
        super().__init__(path, findable=True)
        self.answers = list(answers)
        self.asked: list[str] = []

    async def withdraw(self, message_id: str) -> Delivered | Unsupported:
        self.asked.append(message_id)
        return self.answers.pop(0)


async def test_an_outage_that_outlasts_the_tries_ends_in_a_message_and_not_in_doubt(ground: Senders) -> None:
    """What has a time to be said in is looked for until then, and sent when the platform is back and has it not."""
    async with ground.storage.unit() as unit:
        await unit.ledger.plan("T", "key", conversation(), Reply("tip"), NOW, expires_at=NOW + timedelta(hours=9))
    chat, now = Out(ground.file, findable=ground.findable), NOW
    for _ in range(12):
        await _drain(outbox_over(ground.storage, chat, now))
        now += timedelta(minutes=6)
    assert await _drain(outbox_over(ground.storage, ground.chat, now)) == ground.findable
    async with ground.storage.view() as unit:
        cases = await unit.ledger.cases()
    if ground.findable:
        assert (ground.chat.shown(), cases) == ({"tip": 1}, [])
    else:
        assert (ground.chat.shown(), [case.state for case in cases]) == ({}, ["uncertain"])


async def test_an_outage_that_outlasts_the_time_ends_in_a_case(ground: Senders) -> None:
    async with ground.storage.unit() as unit:
        await unit.ledger.plan("T", "key", conversation(), Reply("tip"), NOW, expires_at=NOW + timedelta(hours=1))
    for tries in range(12):
        chat = Out(ground.file, findable=ground.findable)
        await _drain(outbox_over(ground.storage, chat, NOW + tries * timedelta(minutes=6)))
    async with ground.storage.view() as unit:
        assert [case.state for case in await unit.ledger.cases()] == ["uncertain"]


class Out(ChatOnFile):
    """Answers nothing that tells anything."""

    def __init__(self, path: Path, *, findable: bool) -> None:
        super().__init__(path, findable=findable)
        self._found = findable

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        return Unknown("503")

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound | Unknown | Unsupported:
        return Unknown("503") if self._found else await super().find(conversation, key)


async def test_a_workspace_that_is_slow_to_answer_holds_up_no_other(ground: Senders) -> None:
    """One process has several messages on their way, each in another workspace; told to stop, it waits for their answers."""
    await _planned_in(ground.storage, "slow", "other", "third")
    chat = SlowInOne(ground.file, "slow")
    outbox = Worker(ground.storage, echo, {"slack": chat}, owner="o", clock=lambda: NOW, sleep=_no_time, pace=UNPACED).outbox
    running = asyncio.create_task(outbox.run())
    await asyncio.wait_for(chat.both.wait(), 30)
    assert set(ground.chat.shown()) == {"for other", "for third"}
    outbox.stop()
    chat.answers.set()
    await asyncio.wait_for(running, 30)
    async with ground.storage.view() as unit:
        outcomes = [await unit.ledger.outcome(tenant, "key") for tenant in ("slow", "other", "third")]
    assert [outcome.state for outcome in outcomes if outcome] == ["sent"] * 3


async def _planned_in(storage: Storage, *tenants: str) -> None:
    async with storage.unit() as unit:
        for tenant in tenants:
            where = replace(conversation(), tenant=tenant)
            await unit.ledger.plan(tenant, "key", where, Reply(f"for {tenant}"), NOW)


class SlowInOne(ChatOnFile):
    """Answers in one workspace when ``answers`` is set; ``both`` is set when two others have their message."""

    def __init__(self, path: Path, tenant: str) -> None:
        super().__init__(path, findable=True)
        self._tenant = tenant
        self.answers, self.both = asyncio.Event(), asyncio.Event()

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        if conversation.tenant == self._tenant:
            await self.answers.wait()
        sent = await super().send(conversation, reply, key)
        if len(self.shown()) == 2:
            self.both.set()
        return sent


class Refusing(ChatOnFile):
    """Refuses what goes into one thread."""

    def __init__(self, path: Path, thread: str, *, permanent: bool = True, everywhere: bool = False, tenant: str = "T") -> None:
        super().__init__(path, findable=True)
        self._thread = thread
        self._permanent = permanent
        self._everywhere = everywhere
        self._tenant = tenant

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        if (conversation.thread, conversation.tenant) == (self._thread, self._tenant):
            return Rejected("archived" if self._permanent else "too fast", self._permanent, 30.0, self._everywhere)
        return await super().send(conversation, reply, key)


def outbox_over(
    storage: Storage, chat: ChatOnFile, now: datetime, checkpoint: Checkpoint = no_checkpoint, *, pace: Pace = UNPACED, told: Told | None = None
) -> Outbox:
    worker = Worker(
        storage, echo, {"slack": chat}, owner="o", clock=lambda: now, sleep=_no_time, chance=lambda: 0.0,
        checkpoint=checkpoint, pace=pace, told=(told,) if told else (),
    )
    return worker.outbox


async def _drain(outbox: Outbox) -> int:
    sent = 0
    while await outbox.send_next():
        sent += 1
    return sent


async def _no_time(_seconds: float) -> None:
    await asyncio.sleep(0)
