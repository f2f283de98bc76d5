"""The worker: everything that comes in is answered, once, whatever the platform and the handler do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError
from sqlmodel import select

from bot.errors import StorageUnavailable, TeamUnknown
from bot.messages import Conversation, Incoming
from bot.pace import Pace
from bot.ports import Delivered, Draft, NotFound, Rejected, Sent, Unknown, Unsupported
from bot.processing import APOLOGY
from bot.replies import Reply
from bot.storage.inbox import Inbox
from bot.storage.retention import purge
from bot.storage.tables import Delivery, InboxRow
from bot.storage.unit import Storage
from bot.worker import Worker
from tests.integration.chat_on_file import START, conversation, message

Answer = Callable[[Incoming], Reply | None]
TIMES_OUT = Unknown("time-out")
BUSY = Rejected("rate limited", permanent=False, retry_after=30.0)
WORDS = "what somebody wrote"
GONE = Rejected("channel archived", permanent=True)


class Time:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.forward(seconds)
        await asyncio.sleep(0)


@dataclass
class Chat:
    """A platform that meets each send with the next planned outcome; a planned time-out may or may not show it."""

    plan: list[Delivered] = field(default_factory=list)
    finds: list[Sent | NotFound | Unknown | Unsupported] = field(default_factory=list)
    shown: list[tuple[str, Reply]] = field(default_factory=list)
    sends: int = 0
    replaced: list[tuple[str, Reply]] = field(default_factory=list)
    replacing: Delivered | Unsupported = field(default_factory=lambda: Sent("same"))
    drafts: list[str] = field(default_factory=list)
    raises: Exception | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_shown(self, count: int) -> None:
        """Wait until so many messages stand there."""
        async with asyncio.timeout(30):
            while len(self.shown) < count:
                await self.news.wait()
                self.news.clear()

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        self.sends += 1
        if self.raises:
            raise self.raises
        outcome = self.plan.pop(0) if self.plan else Sent(f"m{self.sends}")
        if isinstance(outcome, Sent):
            self.shown.append((key, reply))
            self.news.set()
        return outcome

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound | Unknown | Unsupported:
        if self.finds:
            return self.finds.pop(0)
        return Sent("found") if key in {key for key, _ in self.shown} else NotFound()

    async def replace(self, message_id: str, reply: Reply) -> Delivered | Unsupported:
        if isinstance(self.replacing, Sent):
            self.replaced.append((message_id, reply))
        return self.replacing

    async def withdraw(self, message_id: str) -> Delivered | Unsupported:
        return Unsupported("not here")

    async def draft(self, conversation: Conversation, key: str, text: str) -> None:
        self.drafts.append(text)

    @property
    def texts(self) -> list[str]:
        return [reply.text for _, reply in self.shown]


class Scene:
    """A worker over one storage, one platform and one handler."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.time = Time()
        self.chat = Chat()
        self.calls: list[str] = []
        self.answer: Answer = lambda incoming: Reply(f"answer to {incoming.event_id}")
        self.before: Callable[[], Awaitable[None]] | None = None
        self.worker = self.new_worker("w1")

    def new_worker(self, owner: str, pace: Pace | None = None) -> Worker:
        return Worker(
            self.storage, self.handle, {"slack": self.chat}, owner=owner, clock=self.time, pace=pace,
            sleep=self.time.sleep, chance=lambda: 0.5,
        )

    async def handle(self, incoming: Incoming, draft: Draft) -> Reply | None:
        self.calls.append(incoming.event_id)
        if self.before:
            await self.before()
        await draft("so far")
        return self.answer(incoming)

    async def comes_in(self, event: str = "e1", thread: str = "t1") -> bool:
        async with self.storage.unit() as unit:
            return await unit.inbox.put(message(event, thread), self.time())

    async def drain(self, seconds: float = 3600.0, steps: int = 200) -> None:
        """Work until nothing is left or the time is over, moving the clock on, in so many ``steps``, while something
        waits for its time.
        """
        until = self.time() + timedelta(seconds=seconds)
        while self.time() < until and any(row.state in {"pending", "working"} for row in await self.rows()):
            if not await self.worker.run_once():
                self.time.forward(max(1.0, seconds / steps))

    async def rows(self) -> list[InboxRow]:
        async with self.storage.view() as unit:
            return list(await unit.session.exec(select(InboxRow).order_by(InboxRow.id)))  # type: ignore[arg-type]

    async def delivery(self) -> Delivery:
        async with self.storage.view() as unit:
            return (await unit.session.exec(select(Delivery))).one()

    async def cases(self) -> list[tuple[str, str]]:
        async with self.storage.view() as unit:
            return [(case.state, case.reason) for case in await unit.ledger.cases()]


@pytest.fixture
def scene(storage: Storage) -> Scene:
    return Scene(storage)


async def test_a_message_is_answered_once(scene: Scene) -> None:
    """A waiting sign, the growing answer, the reply; then the words are gone from the inbox and the ledger."""
    assert await scene.comes_in() is True
    assert await scene.comes_in() is False
    assert await scene.worker.run_once() is True
    assert await scene.worker.run_once() is False
    assert scene.chat.texts == ["answer to e1"]
    assert scene.chat.drafts == ["", "so far"]
    [row] = await scene.rows()
    assert (row.state, row.payload, row.note) == ("done", None, "sent")
    delivery = await scene.delivery()
    assert (delivery.state, delivery.payload) == ("sent", None)
    assert await scene.comes_in() is False


async def test_whatever_fails_while_the_inbox_is_read_it_is_read_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """After a pause; the log says where it failed, and nothing of what was asked."""
    reads, claim = 0, Inbox.claim

    async def fails_twice(self: Inbox, *how: Any) -> Any:
        nonlocal reads
        reads += 1
        if reads < 3:
            raise ProgrammingError(WORDS, None, Exception("near \"from\": syntax error"))
        return await claim(self, *how)

    monkeypatch.setattr(Inbox, "claim", fails_twice)
    await scene.comes_in()
    begun, running = scene.time(), asyncio.create_task(scene.worker.run())
    await scene.chat.until_shown(1)
    scene.worker.stop()
    await running
    assert scene.chat.texts == ["answer to e1"] and scene.time() - begun >= timedelta(seconds=2)
    assert "ProgrammingError" in caplog.text and WORDS not in caplog.text


async def test_what_waits_is_sealed(scene: Scene) -> None:
    """Neither words nor the platform's ids of people and events stand in the inbox."""
    await scene.comes_in("U0SOMEBODY-event")
    [row] = await scene.rows()
    stored = " ".join(str(value) for value in row.model_dump().values())
    assert all(word not in stored for word in ("pilot?", "U0SOMEBODY", "addr:"))


async def test_nothing_to_say_is_an_end_too(scene: Scene) -> None:
    """The handler stays silent: nothing is sent, the row is done."""
    scene.answer = lambda incoming: None
    await scene.comes_in()
    await scene.drain(5)
    assert (scene.chat.sends, [row.state for row in await scene.rows()]) == (0, ["done"])


async def test_one_conversation_stays_in_order(scene: Scene) -> None:
    """While the first waits for its time the second of that conversation waits too; another conversation does not."""
    scene.chat.plan = [BUSY]
    for event, thread in (("e1", "t1"), ("e2", "t1"), ("e3", "t2")):
        await scene.comes_in(event, thread)
    await scene.drain(5)
    assert scene.chat.texts == ["answer to e3"]
    await scene.drain(60)
    assert scene.chat.texts == ["answer to e3", "answer to e1", "answer to e2"]
    assert scene.calls == ["e1", "e3", "e2"]


async def test_a_rate_limit_is_waited_for(scene: Scene) -> None:
    """As long as the platform says, then sent; the handler is not asked again."""
    scene.chat.plan = [BUSY]
    await scene.comes_in()
    await scene.drain(29)
    assert scene.chat.texts == []
    await scene.drain(10)
    assert (scene.chat.texts, scene.calls) == (["answer to e1"], ["e1"])


async def test_being_asked_to_wait_is_no_failed_try(scene: Scene) -> None:
    """However often: it is said in the end, and a time-out afterwards is as good as the first."""
    scene.chat.plan = [BUSY] * 50 + [TIMES_OUT] * 5
    await scene.comes_in()
    await scene.drain(12 * 3600)
    assert (scene.chat.texts, scene.calls, await scene.cases()) == (["answer to e1"], ["e1"], [])
    assert (await scene.delivery()).attempts < 20


async def test_a_platform_that_refuses_for_a_day_is_given_up(scene: Scene) -> None:
    """Then it is listed and the conversation goes on; half a day is waited out."""
    scene.chat.plan = [BUSY] * 10_000
    await scene.comes_in("e1")
    await scene.comes_in("e2")
    await scene.drain(12 * 3600, steps=48)
    assert await scene.cases() == [] and scene.calls == ["e1"]
    await scene.drain(14 * 3600, steps=56)
    scene.chat.plan.clear()
    await scene.drain()
    assert scene.chat.texts == ["answer to e2"]
    assert await scene.cases() == [("rejected", "rate limited")]


async def test_a_permanent_refusal_ends_it(scene: Scene) -> None:
    """No second try where the platform said that there is none."""
    scene.chat.plan = [GONE]
    await scene.comes_in()
    await scene.drain(120)
    assert scene.chat.sends == 1
    assert await scene.cases() == [("rejected", "channel archived")]


async def test_a_time_out_that_was_shown_is_found(scene: Scene) -> None:
    """The platform timed out but shows it: recorded as sent, not sent again."""
    scene.chat.plan = [TIMES_OUT]
    scene.chat.finds = [Sent("m9")]
    await scene.comes_in()
    await scene.drain(120)
    assert (scene.chat.sends, (await scene.delivery()).state, await scene.cases()) == (1, "sent", [])


async def test_a_time_out_that_was_not_shown_is_sent_again(scene: Scene) -> None:
    """The platform says twice, some time apart, that it is not there; only then it is sent again."""
    scene.chat.plan = [TIMES_OUT]
    await scene.comes_in()
    await scene.worker.run_once()
    assert (scene.chat.sends, (await scene.delivery()).state) == (1, "intent")
    await scene.drain(60)
    assert (scene.chat.texts, scene.chat.sends) == (["answer to e1"], 2)


async def test_a_time_out_that_shows_later_is_not_doubled(scene: Scene) -> None:
    """It was on its way: not there at first, there when looked for again."""
    scene.chat.plan = [TIMES_OUT]
    scene.chat.finds = [NotFound(), Sent("m9")]
    await scene.comes_in()
    await scene.drain(120)
    assert (scene.chat.sends, (await scene.delivery()).state) == (1, "sent")


async def test_where_nobody_can_look_it_is_uncertain(scene: Scene) -> None:
    """A time-out on a platform that cannot be asked: listed with both reasons, never sent again."""
    scene.chat.plan = [TIMES_OUT]
    scene.chat.finds = [Unsupported("no search here")]
    await scene.comes_in()
    await scene.drain(120)
    assert scene.chat.sends == 1
    assert await scene.cases() == [("uncertain", "time-out; no search here")]


async def test_a_platform_that_cannot_say_is_asked_again_and_then_listed(scene: Scene) -> None:
    """Looking fails every time: after the last look it is uncertain, having been sent once."""
    scene.chat.plan = [TIMES_OUT]
    scene.chat.finds = [Unknown("5xx")] * 10
    await scene.comes_in()
    await scene.drain()
    assert scene.chat.sends == 1
    assert [state for state, _ in await scene.cases()] == ["uncertain"]


async def test_a_messenger_that_raises_is_an_unknown(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """It may have been shown: looked for, then tried again; the log has the trace and none of the words."""
    scene.chat.raises = RuntimeError("while sending: answer to e1")
    await scene.comes_in()
    await scene.worker.run_once()
    scene.chat.raises = None
    await scene.drain(60)
    assert scene.chat.texts == ["answer to e1"]
    assert "RuntimeError" in caplog.text and "answer to e1" not in caplog.text


async def test_a_handler_that_recovers_answers(scene: Scene) -> None:
    """Two errors, then an answer: the person sees the answer only."""
    failing = [ValueError("x"), ValueError("x")]

    def answer(incoming: Incoming) -> Reply:
        if failing:
            raise failing.pop()
        return Reply("at last")

    scene.answer = answer
    await scene.comes_in()
    await scene.drain(120)
    assert scene.chat.texts == ["at last"]


async def test_a_handler_that_keeps_failing_ends_in_one_sentence(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Three tries, one apology without a trace; the log has the trace without the words."""

    def answer(incoming: Incoming) -> Reply:
        raise ValueError(incoming.text)  # type: ignore[union-attr]  # only messages come in here

    scene.answer = answer
    await scene.comes_in()
    await scene.drain()
    assert (scene.chat.texts, len(scene.calls)) == ([APOLOGY], 3)
    assert [row.state for row in await scene.rows()] == ["failed"]
    assert "ValueError" in caplog.text and "test_worker.py" in caplog.text and "pilot?" not in caplog.text


async def test_our_own_errors_are_told_in_their_words(scene: Scene) -> None:
    """An error of ours carries a sentence fit for a person."""

    def answer(incoming: Incoming) -> Reply:
        raise TeamUnknown("No team is called North. See `midway teams list`.")

    scene.answer = answer
    await scene.comes_in()
    await scene.drain()
    assert scene.chat.texts == ["No team is called North. See `midway teams list`."]


async def test_a_database_that_fails_in_the_handler_is_waited_for(scene: Scene) -> None:
    """More failures than the handler is allowed, and still the answer comes."""
    failing = [StorageUnavailable("busy")] * 5

    def answer(incoming: Incoming) -> Reply:
        if failing:
            raise failing.pop()
        return Reply("at last")

    scene.answer = answer
    await scene.comes_in()
    await scene.drain()
    assert scene.chat.texts == ["at last"]


async def test_a_hanging_handler_is_ended(scene: Scene) -> None:
    """Longer than its time: treated as a failure, in the end an apology."""

    async def hang() -> None:
        await asyncio.Event().wait()

    scene.before = hang
    scene.worker = scene.new_worker("w1", Pace(handle=0.02))
    await scene.comes_in()
    await scene.drain(120)
    assert scene.chat.texts == [APOLOGY]


async def test_a_card_is_replaced(scene: Scene) -> None:
    """A reply to a press takes the place of the card; nothing new is posted."""
    scene.answer = lambda incoming: Reply("recorded", replaces="m1")
    await scene.comes_in()
    await scene.drain(5)
    assert [(where, reply.text) for where, reply in scene.chat.replaced] == [("m1", "recorded")]
    assert scene.chat.sends == 0


@pytest.mark.parametrize("answer", [Unsupported("no editing"), Rejected("message gone", permanent=True)])
async def test_a_card_that_cannot_be_replaced_is_answered_below(scene: Scene, answer: Delivered | Unsupported) -> None:
    """The person is told all the same, in a message of its own."""
    scene.chat.replacing = answer
    scene.answer = lambda incoming: Reply("recorded", replaces="m1")
    await scene.comes_in()
    await scene.drain(5)
    assert scene.chat.shown[0][1] == Reply("recorded")


async def test_a_replacement_that_timed_out_is_repeated(scene: Scene) -> None:
    """Replacing twice shows the same as once, so it needs no look."""
    scene.chat.replacing = TIMES_OUT
    scene.answer = lambda incoming: Reply("recorded", replaces="m1")
    await scene.comes_in()
    await scene.worker.run_once()
    scene.chat.replacing = Sent("m1")
    await scene.drain(60)
    assert (len(scene.chat.replaced), scene.chat.sends, (await scene.delivery()).state) == (1, 0, "sent")


async def test_a_lost_claim_sends_nothing(scene: Scene) -> None:
    """The handler took longer than the claim; another worker answered: the first stays silent."""
    other = scene.new_worker("w2")
    first = True

    async def stall() -> None:
        nonlocal first
        if first:
            first = False
            scene.time.forward(120)
            assert await other.run_once() is True

    scene.before = stall
    await scene.comes_in()
    await scene.drain(30)
    assert scene.chat.texts == ["answer to e1"]


async def test_workers_share_the_inbox(scene: Scene) -> None:
    """Four workers at once on forty messages in ten conversations: each answered once, each conversation in order."""
    for number in range(40):
        await scene.comes_in(f"e{number}", f"t{number % 10}")

    async def work(worker: Worker) -> None:
        while await worker.run_once():
            pass

    await asyncio.gather(*(work(scene.new_worker(f"w{n}")) for n in range(4)))
    await scene.drain(5)
    assert sorted(scene.chat.texts) == sorted(f"answer to e{n}" for n in range(40))
    for thread in range(10):
        mine = [text for text in scene.chat.texts if text in {f"answer to e{n}" for n in range(thread, 40, 10)}]
        assert mine == [f"answer to e{n}" for n in range(thread, 40, 10)]


async def test_a_database_locked_while_recording_is_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was sent and the database is busy: recorded a little later, not sent again."""
    unit, failing = scene.storage.unit, [True] * 4

    def refuse_after_sending() -> object:
        if scene.chat.sends and failing:
            failing.pop()
            raise StorageUnavailable("busy")
        return unit()

    monkeypatch.setattr(scene.storage, "unit", refuse_after_sending)
    await scene.comes_in()
    await scene.drain(60)
    assert (scene.chat.sends, (await scene.delivery()).state) == (1, "sent")


async def test_a_payload_sealed_with_another_key_is_put_aside(scene: Scene, storage: Storage) -> None:
    """After some tries it ends as failed; what comes later is answered."""
    await scene.comes_in("e1")
    async with storage.unit() as unit:
        (await unit.session.exec(select(InboxRow))).one().payload = "gAAAA-not-ours"
    await scene.comes_in("e2")
    await scene.drain(3600 * 3)
    assert [(row.state, row.note) for row in await scene.rows()] == [("failed", "unreadable"), ("done", "sent")]


async def test_rows_of_other_platforms_are_left_alone(scene: Scene) -> None:
    """A worker without that platform's messenger does not take its rows."""
    async with scene.storage.unit() as unit:
        await unit.inbox.put(message("e1"), scene.time())
    worker = Worker(scene.storage, scene.handle, {"msteams": scene.chat}, owner="w9", clock=scene.time)
    assert await worker.run_once() is False


async def test_running_answers_until_stopped(scene: Scene) -> None:
    """Woken by what comes in; stopping lets what is in work finish."""
    running = asyncio.create_task(scene.worker.run())
    for number in range(20):
        await scene.comes_in(f"e{number}", f"t{number % 3}")
        scene.worker.wake()
    await scene.chat.until_shown(20)
    scene.worker.stop()
    await asyncio.wait_for(running, 10)
    assert sorted(scene.chat.texts) == sorted(f"answer to e{n}" for n in range(20))


async def test_a_database_that_is_away_does_not_end_the_worker(scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """The inbox cannot be read for a while: one line each time, then work goes on."""
    unit, failing = scene.storage.unit, [True] * 3
    await scene.comes_in()

    def refuse() -> object:
        if failing:
            failing.pop()
            raise StorageUnavailable("The database is busy.")
        return unit()

    monkeypatch.setattr(scene.storage, "unit", refuse)
    with caplog.at_level(logging.WARNING):
        running = asyncio.create_task(scene.worker.run())
        await scene.chat.until_shown(1)
    scene.worker.stop()
    await running
    assert caplog.text.count("The database is busy.") == 3


async def test_old_events_are_forgotten_in_time(scene: Scene) -> None:
    """A week after it was answered the row goes; an uncertain delivery keeps its payload until words go, then loses it."""
    scene.chat.plan, scene.chat.finds = [TIMES_OUT], [Unsupported("no search")]
    await scene.comes_in()
    await scene.drain(5)
    assert (await purge(scene.storage, START + timedelta(days=6), 30)).inbox_rows == 0
    assert (await purge(scene.storage, START + timedelta(days=8), 30)).inbox_rows == 1
    assert (await scene.delivery()).payload is not None
    assert (await purge(scene.storage, START + timedelta(days=31), 30)).payloads == 1
    assert (await scene.delivery()).payload is None


def test_a_pace_that_outlasts_its_claim_is_refused() -> None:
    """The send must end before another worker may take the row."""
    with pytest.raises(ValueError, match="longer than the claim"):
        Pace(send=20)
    assert conversation().platform == "slack"
