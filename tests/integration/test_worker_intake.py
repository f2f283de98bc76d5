"""The durable intake: stored before it is acknowledged, answered at once where the platform insists."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.errors import StorageUnavailable, TeamUnknown
from bot.intake import DurableIntake
from bot.messages import ButtonPress, Ending, Incoming, Sender
from bot.pace import Pace
from bot.ports import Draft
from bot.processing import APOLOGY
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.worker import Worker
from tests.integration.chat_on_file import START, conversation, message
from tests.integration.test_worker import Chat, Time


def press(event: str = "p1") -> ButtonPress:
    return ButtonPress(event, conversation(), Sender("U0SOMEBODY"), START, "adopt", "a1|pilot-charter|trying", "m1")


async def ends_nothing(ending: Ending) -> None:
    """Nobody leaves here."""


class Desk:
    """An intake and a worker over one storage, with one handler."""

    def __init__(self, storage: Storage, pace: Pace | None = None) -> None:
        self.storage = storage
        self.time = Time()
        self.chat = Chat()
        self.calls = 0
        self.woken = 0
        self.before: Callable[[], Awaitable[None]] | None = None
        self.error: Exception | None = None
        self.intake = self.new_intake("web", pace)
        self.worker = Worker(storage, self.handle, {"slack": self.chat}, owner="w1", clock=self.time, sleep=self.time.sleep)

    def new_intake(self, owner: str, pace: Pace | None = None) -> DurableIntake:
        return DurableIntake(self.storage, self.handle, self.wake, end=ends_nothing, owner=owner, clock=self.time, pace=pace)

    def wake(self) -> None:
        self.woken += 1

    async def handle(self, incoming: Incoming, draft: Draft) -> Reply | None:
        self.calls += 1
        if self.before:
            await self.before()
        await draft("so far")
        if self.error:
            raise self.error
        return Reply(f"recorded {incoming.event_id}")


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


async def test_what_is_accepted_is_answered_by_the_worker(desk: Desk) -> None:
    """True for the first, False for a repeat, one waking, one answer."""
    assert await desk.intake.accept(message()) is True
    assert await desk.intake.accept(message()) is False
    assert desk.woken == 1
    while await desk.worker.run_once():
        pass
    assert desk.chat.texts == ["recorded e1"]


async def test_ten_deliveries_at_once_are_one(desk: Desk) -> None:
    """The platform's retries race each other: one is new."""
    assert (await asyncio.gather(*(desk.intake.accept(message()) for _ in range(10)))).count(True) == 1


async def test_a_repeat_gets_the_same_answer(desk: Desk) -> None:
    """Answered within the request and recorded; the handler runs once, the worker has nothing to do."""
    first = await desk.intake.answer_now(press())
    assert first == Reply("recorded p1")
    assert await desk.intake.answer_now(press()) == first
    assert (desk.calls, await desk.worker.run_once(), desk.chat.sends) == (1, False, 0)


async def test_what_is_said_besides_is_said_once(desk: Desk) -> None:
    """However often the platform delivers the press."""
    for _ in range(2):
        await desk.intake.say_besides(press(), Reply("Fill this in."))
    while await desk.worker.outbox.send_next():
        pass
    assert desk.chat.texts == ["Fill this in."]


async def test_presses_at_once_run_the_handler_once(desk: Desk) -> None:
    """Five deliveries of one press: all who get an answer get the same one."""
    answers = await asyncio.gather(*(desk.intake.answer_now(press()) for _ in range(5)))
    assert set(answers) == {Reply("recorded p1")}
    assert desk.calls == 1


async def test_silence_is_repeated_too(desk: Desk) -> None:
    """A handler with nothing to say is not asked twice."""
    async def nothing(incoming: Incoming, draft: Draft) -> None:
        desk.calls += 1

    intake = DurableIntake(desk.storage, nothing, desk.wake, end=ends_nothing, owner="web", clock=desk.time)
    assert await intake.answer_now(press()) is None
    assert await intake.answer_now(press()) is None
    assert desk.calls == 1


async def test_somebody_else_at_it_is_waited_for_briefly(desk: Desk) -> None:
    """Another process has the row and does not finish: nothing is said here."""
    begun, hold = asyncio.Event(), asyncio.Event()

    async def begin_and_wait() -> None:
        begun.set()
        await hold.wait()

    desk.before = begin_and_wait
    slow = asyncio.create_task(desk.new_intake("other", Pace(answer_now=20)).answer_now(press()))
    await begun.wait()
    impatient = desk.new_intake("web", Pace(answer_now=0.2))
    assert await impatient.answer_now(press()) is None
    hold.set()
    assert await slow == Reply("recorded p1")
    assert desk.calls == 1


async def test_too_slow_an_answer_comes_as_a_message(desk: Desk) -> None:
    """The request ends in time; the worker, who has time, answers."""
    desk.before = asyncio.Event().wait  # type: ignore[assignment]  # waits for ever
    intake = desk.new_intake("web", Pace(answer_now=0.05))
    assert await intake.answer_now(press()) is None
    assert desk.woken == 1
    desk.before = None
    assert await desk.worker.run_once() is True
    assert desk.chat.texts == ["recorded p1"]


async def test_a_crash_within_the_request_is_taken_over(desk: Desk) -> None:
    """The process died while answering: when its claim runs out, the worker answers with a message, once."""
    async with desk.storage.unit() as unit:
        await unit.inbox.take(press(), "dead process", desk.time(), desk.time() + timedelta(seconds=60))
    assert await desk.worker.run_once() is False
    desk.time.forward(61)
    assert await desk.worker.run_once() is True
    assert desk.chat.texts == ["recorded p1"]
    assert await desk.intake.answer_now(press()) is None
    assert desk.calls == 1


async def test_an_answer_under_way_is_not_given_twice(desk: Desk) -> None:
    """A worker died between intent and record; the platform's repeat must not be answered in the request as well."""
    async with desk.storage.unit() as unit:
        claim = await unit.inbox.take(press(), "dead worker", desk.time(), desk.time() + timedelta(seconds=60))
        await unit.ledger.intend("T", claim.reply_key, conversation(), Reply("recorded p1"), desk.time())  # type: ignore[union-attr]
    desk.time.forward(61)
    assert await desk.new_intake("web", Pace(answer_now=0.1)).answer_now(press()) is None
    assert desk.calls == 0


@pytest.mark.parametrize(
    ("error", "told"),
    [(ValueError("a trace"), APOLOGY), (TeamUnknown("No team is called North."), "No team is called North.")],
)
async def test_an_error_within_the_request_is_one_sentence(desk: Desk, error: Exception, told: str) -> None:
    """No exception reaches the adapter; a repeat gets the same sentence."""
    desk.error = error
    assert await desk.intake.answer_now(press()) == Reply(told)
    assert await desk.intake.answer_now(press()) == Reply(told)


async def test_what_cannot_be_stored_is_not_acknowledged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is away: the adapter is told so, and the platform will deliver again."""
    def away() -> object:
        raise StorageUnavailable("The database cannot be reached.")

    monkeypatch.setattr(desk.storage, "unit", away)
    with pytest.raises(StorageUnavailable):
        await desk.intake.accept(message())
    assert desk.woken == 0


async def test_an_answer_that_cannot_be_recorded_is_left_to_the_worker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saying it here and again later would be twice; so it is said later."""
    unit = desk.storage.unit

    def away_after_handling() -> object:
        if desk.calls:
            raise StorageUnavailable("busy")
        return unit()

    monkeypatch.setattr(desk.storage, "unit", away_after_handling)
    assert await desk.intake.answer_now(press()) is None
    monkeypatch.undo()
    desk.time.forward(61)
    assert await desk.worker.run_once() is True
    assert desk.chat.texts == ["recorded p1"]
