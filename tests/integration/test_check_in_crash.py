"""A check-in is asked once: whatever dies between its row, the ledger and the platform, and however many ask at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage.unit import Storage
from tests.fakes.answering import PRACTICES
from tests.integration import check_in_process, crash_worker
from tests.integration.chat_on_file import ChatOnFile, conversation
from tests.integration.crash_worker import SECRET
from tests.integration.test_crash import KILLED, MINUTES_PER_LIFE, ended

TEAMS = 4


class Ground:
    """Four teams whose check-ins are due now, and a platform that outlives every process."""

    def __init__(self, storage: Storage, url: str, file: Path) -> None:
        self.storage = storage
        self.url = url
        self.file = file
        self.now = datetime.now(UTC)
        self.lives = 0

    async def prepare(self) -> None:
        for number in range(TEAMS):
            async with self.storage.unit() as unit:
                person, where = f"p{number}", conversation(f"t{number}")
                since = self.now - timedelta(days=14)
                await unit.adoptions.press("T", PRACTICES[0], "trying", person, None, None, since)
                await unit.check_ins.plan("T", f"person:{person}", PRACTICES[0], person, where, self.now)

    def ask(self, *, dies: bool = False) -> int | None:
        return ended(check_in_process.start(self.url, self.now, dies=dies))

    def send(self, step: str = "none", reach: int = 1) -> int | None:
        self.lives += 1
        minutes = self.lives * MINUTES_PER_LIFE
        sender = crash_worker.start(
            self.url, self.file, findable=True, step=step, reach=reach, minutes=minutes, outbox=True
        )
        return ended(sender)

    def shown(self) -> list[str]:
        return sorted(line["thread"] for line in ChatOnFile(self.file, findable=True).lines())


@pytest_asyncio.fixture
async def ground(database_url: str, tmp_path: Path) -> AsyncIterator[Ground]:
    storage = Storage(database_url, SECRET)
    made = Ground(storage, database_url, tmp_path / "chat.jsonl")
    await made.prepare()
    yield made
    await storage.close()


async def test_killed_before_it_was_planned_it_is_asked_by_the_next(ground: Ground) -> None:
    assert ground.ask(dies=True) == KILLED
    assert ground.send() == 0 and ground.shown() == []
    assert ground.ask() == 0
    assert ground.send() == 0
    assert ground.shown() == [f"t{number}" for number in range(TEAMS)]


@pytest.mark.parametrize("step", ["intended", "sent", "recorded"])
async def test_killed_between_planning_and_sending_it_is_asked_once(ground: Ground, step: str) -> None:
    """Also when what is due is looked for again meanwhile."""
    assert ground.ask() == 0
    assert ground.send(step, 2) == KILLED
    assert ground.ask() == 0
    assert ground.send() == 0
    assert ground.shown() == [f"t{number}" for number in range(TEAMS)]


async def test_of_three_that_ask_at_once_one_asks_each(ground: Ground) -> None:
    rivals = [check_in_process.start(ground.url, ground.now, dies=False) for _ in range(3)]
    assert [ended(rival) for rival in rivals] == [0, 0, 0]
    assert ground.send() == 0
    assert ground.shown() == [f"t{number}" for number in range(TEAMS)]
