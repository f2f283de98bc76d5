"""Whatever dies, and wherever: nothing is lost, nothing is shown twice, and what cannot be known is listed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import pytest_asyncio

from bot.messages import Incoming
from bot.pace import Checkpoint
from bot.ports import Draft
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.worker import Worker
from tests.integration.chat_on_file import message
from tests.integration.crash_ground import KILLED, MINUTES_PER_LIFE, Ground, ended
from tests.integration.crash_worker import SECRET, echo, start

STEPS = ("claimed", "signed", "handled", "intended", "sent", "recorded")


class Crash(BaseException):
    """Ends everything at once, as a killed process does: nothing in the worker may catch it."""


class Workers(Ground):
    """Workers on it, one after the other."""

    async def comes_in(self, events: int, threads: int) -> list[str]:
        names = [f"e{number}" for number in range(events)]
        async with self.storage.unit() as unit:
            for number, name in enumerate(names):
                await unit.inbox.put(message(name, f"t{number % threads}"), datetime.now(UTC))
        return names

    def start(self, step: str, reach: int, *, beside: bool = False) -> BaseProcess:
        """A worker process whose clock is past every claim of those before it; ``beside`` shares the last one's."""
        minutes = self.ahead(beside=beside)
        return start(self.url, self.file, findable=self.findable, step=step, reach=reach, minutes=minutes)

    def finish(self) -> None:
        """One last worker, which nothing kills."""
        assert ended(self.start("none", 1)) == 0


@pytest_asyncio.fixture(params=["findable", "blind"])
async def ground(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Workers]:
    storage = Storage(database_url, SECRET)
    yield Workers(storage, database_url, tmp_path / "chat.jsonl", findable=request.param == "findable")
    await storage.close()


async def check(ground: Workers, events: list[str]) -> None:
    """Everything is answered once; where nobody can look, what is missing is listed as uncertain."""
    shown = ground.chat.shown()
    assert max(shown.values()) == 1, shown
    assert set(shown) <= set(events)
    missing = len(events) - len(shown)
    if ground.findable:
        assert (missing, len(await ground.uncertain())) == (0, 0)
    else:
        assert missing <= len(await ground.uncertain())


async def test_a_killed_process_at_every_step(ground: Workers) -> None:
    """kill -9 at each named step in turn, each in a process that has worked before; the next takes over."""
    events = await ground.comes_in(14, 4)
    for reach, step in enumerate(STEPS):
        assert ended(ground.start(step, 1 + reach % 2)) == KILLED, step
    ground.finish()
    await check(ground, events)
    if not ground.findable:
        assert len(await ground.uncertain()) == 2  # after the intent and after the send: nobody can tell these apart


async def test_processes_killed_at_random(ground: Workers) -> None:
    """Pairs of workers compete; one is killed from outside, in the midst of its work, the other by itself later."""
    chance = random.Random(7)
    events = await ground.comes_in(90, 7)
    ends = []
    for _ in range(4):
        one, other = ground.start("none", 1), ground.start("recorded", 12, beside=True)
        await _wait_for_more(ground, chance.randint(1, 9), one)
        one.kill()
        ends += [ended(one), ended(other)]
    assert set(ends) <= {KILLED, 0} and ends.count(KILLED) >= 3
    ground.finish()
    await check(ground, events)


async def _wait_for_more(ground: Workers, lines: int, process: BaseProcess) -> None:
    until, enough = time.monotonic() + 60, len(ground.chat.lines()) + lines
    while len(ground.chat.lines()) < enough and process.is_alive() and time.monotonic() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.002)  # what is waited for happens in another process


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_at_each_reach_of_each_step(ground: Workers, step: str) -> None:
    """In one process: the worker ends at the first, second and third time it gets to a step."""
    events = await ground.comes_in(5, 2)
    now = datetime.now(UTC)
    calls: Counter[str] = Counter()

    async def counted(incoming: Incoming, draft: Draft) -> Reply:
        calls[incoming.event_id] += 1
        return await echo(incoming, draft)

    for life in range(4):
        now += timedelta(minutes=MINUTES_PER_LIFE)
        crashed = await _live(ground, counted, now, crash_at(step, life + 1), f"life {life}")
        assert crashed or life > 0
    await _live(ground, counted, now + timedelta(minutes=MINUTES_PER_LIFE), lambda name: None, "last life")
    await check(ground, events)
    if step in {"intended", "sent", "recorded"}:
        assert max(calls.values()) == 1


def crash_at(step: str, reach: int) -> Checkpoint:
    left = reach

    def checkpoint(name: str) -> None:
        nonlocal left
        left -= name == step
        if left == 0:
            raise Crash

    return checkpoint


async def _live(ground: Workers, handler: object, now: datetime, checkpoint: Checkpoint, owner: str) -> bool:
    worker = Worker(
        ground.storage, handler, {"slack": ground.chat}, owner=owner, clock=lambda: now, checkpoint=checkpoint,  # type: ignore[arg-type]
    )
    try:
        while await worker.run_once():
            pass
    except Crash:
        return True
    return False
