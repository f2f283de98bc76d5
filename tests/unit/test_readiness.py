"""`/readyz`: a word for each part, what keeps a process from being ready, and what somebody should look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adapters import readiness
from adapters.readiness import WRITES_EVERY, Readiness
from bot.messages import Conversation, IncomingMessage, Sender
from bot.privacy import SecretKey
from bot.storage.failures import BUSY, FULL
from bot.storage.health import LONG, Health
from bot.storage.unit import Storage

WHERE = Conversation("slack", "T", "C1", "t1", "channel", "address")
WELL = {
    "database": "ok", "disk": "ok", "index": "built", "library": "ok", "inbox": "ok", "outbox": "ok", "vectors": "chroma",
    "timers": "running", "slack": "connected",
}


class Process:
    """One that is well, until a test says otherwise."""

    def __init__(self, storage: Storage) -> None:
        self.bot = SimpleNamespace(
            storage=storage, settings=SimpleNamespace(data_dir=Path("data")), knowledge=SimpleNamespace(retriever=object())
        )
        self.searched = "chroma"
        self.background = {"library": "ok", "inbox": "ok", "outbox": "ok", "vectors": "ok", "timers": "running"}
        self.slack = "connected"

    async def connections(self) -> dict[str, str]:
        return {"slack": self.slack}


@pytest.fixture
def process(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000_000))
    yield Process(storage)


def of(process: Process, clock: Any = lambda: 0.0) -> Readiness:
    return Readiness(process, clock)  # type: ignore[arg-type]  # what of it is looked at


async def arrived(storage: Storage, at: datetime) -> None:
    async with storage.unit() as unit:
        await unit.inbox.put(IncomingMessage("e1", WHERE, Sender("U1"), at, "How?"), at)


async def test_all_is_well(process: Process) -> None:
    found = await of(process).look()
    assert (found.ready, found.amiss, found.parts) == (True, [], WELL)


@pytest.mark.parametrize(("waits", "word"), [(LONG - timedelta(minutes=1), "ok"), (LONG + timedelta(minutes=1), "stuck")])
async def test_a_message_that_nobody_answers(process: Process, storage: Storage, waits: timedelta, word: str) -> None:
    """It is no fault of the pages, which stay open."""
    await arrived(storage, datetime.now(UTC) - waits)
    found = await of(process).look()
    assert (found.ready, found.parts["inbox"], found.amiss) == (True, word, ["inbox"] if word == "stuck" else [])


@pytest.mark.parametrize("state", ["refused", "failing"])
async def test_timers_that_do_not_run_and_a_socket_that_is_away(process: Process, state: str) -> None:
    process.background["timers"], process.slack = state, "away"
    found = await of(process).look()
    assert (found.ready, found.amiss) == (True, ["timers", "slack"])


@pytest.mark.parametrize("part", ["library", "inbox", "outbox", "vectors"])
async def test_what_has_ended_and_must_go_on(process: Process, part: str) -> None:
    process.background[part] = "ended"
    found = await of(process).look()
    assert (found.ready, found.amiss, found.parts[part]) == (False, [part], "ended")


async def test_who_only_serves_leaves_the_rest_to_workers(process: Process) -> None:
    process.searched = readiness.ELSEWHERE
    process.background = {"library": "ok", **dict.fromkeys(("inbox", "outbox", "vectors", "timers"), readiness.ELSEWHERE)}
    found = await of(process).look()
    assert (found.ready, found.amiss, found.parts["inbox"], found.parts["outbox"]) == (True, [], "ok", readiness.ELSEWHERE)


async def test_without_an_index_it_answers_by_words(process: Process) -> None:
    process.bot.knowledge.retriever = None
    found = await of(process).look()
    assert (found.ready, found.amiss, found.parts["index"]) == (True, ["index"], "words only")


@pytest.mark.parametrize(("free", "word"), [(999_999_999, "low"), (1_000_000, "full")])
async def test_little_room_on_the_disk(process: Process, monkeypatch: pytest.MonkeyPatch, free: int, word: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    found = await of(process).look()
    assert (found.parts["disk"], found.amiss) == (word, ["disk"])


async def test_a_database_that_cannot_be_written(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can still be read, so only a trial tells; that is made again each time, until it succeeds."""
    trouble = [FULL, BUSY]

    async def fails(self: Health, now: datetime) -> None:
        if trouble:
            raise trouble.pop(0).error()

    monkeypatch.setattr(Health, "try_to_write", fails)
    looks = of(process)
    found = [await looks.look() for _ in range(3)]
    assert [(each.ready, each.parts["database"], each.parts["inbox"]) for each in found] == [
        (False, "full", "unknown"), (False, "busy", "unknown"), (True, "ok", "ok"),
    ]
    assert found[0].amiss == ["database", "inbox"]


async def test_a_database_that_is_away(process: Process, secret: SecretKey) -> None:
    process.bot.storage = Storage("postgresql://midway:sesame@127.0.0.1:9/none", secret, patience=1)
    found = await of(process).look()
    assert (found.ready, found.parts["database"]) == (False, "refused") and "sesame" not in str(found)
    await process.bot.storage.close()


async def test_it_does_not_write_each_time_it_is_asked(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[datetime] = []

    async def writes(self: Health, now: datetime) -> None:
        written.append(now)

    monkeypatch.setattr(Health, "try_to_write", writes)
    seconds = iter(range(3600))
    looks = of(process, lambda: float(next(seconds)))
    for _ in range(int(2 * WRITES_EVERY) + 1):
        assert (await looks.look()).ready
    assert 2 <= len(written) <= 3
