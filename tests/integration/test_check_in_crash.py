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
from tests.integration.chat_on_file import conversation
from tests.integration.crash_ground import KILLED, Ground, ended
from tests.integration.crash_worker import SECRET

TEAMS = 4


class DueCheckIns(Ground):
    """Four teams whose check-ins are due now."""

    def __init__(self, storage: Storage, url: str, file: Path) -> None:
        super().__init__(storage, url, file)
        self.now = datetime.now(UTC)

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
        minutes = self.ahead()
        sender = crash_worker.start(
            self.url, self.file, findable=True, step=step, reach=reach, minutes=minutes, outbox=True
        )
        return ended(sender)

    def shown(self) -> list[str]:
        return sorted(line["thread"] for line in self.chat.lines())


@pytest_asyncio.fixture
async def ground(database_url: str, tmp_path: Path) -> AsyncIterator[DueCheckIns]:
    storage = Storage(database_url, SECRET)
    made = DueCheckIns(storage, database_url, tmp_path / "chat.jsonl")
    await made.prepare()
    yield made
    await storage.close()


async def test_killed_before_it_was_planned_it_is_asked_by_the_next(ground: DueCheckIns) -> None:
    assert ground.ask(dies=True) == KILLED
    assert ground.send() == 0 and ground.shown() == []
    assert ground.ask() == 0
    assert ground.send() == 0
    assert ground.shown() == [f"t{number}" for number in range(TEAMS)]


@pytest.mark.parametrize("step", ["intended", "sent", "recorded"])
async def test_killed_between_planning_and_sending_it_is_asked_once(ground: DueCheckIns, step: str) -> None:
    """Also when what is due is looked for again meanwhile."""
    assert ground.ask() == 0
    assert ground.send(step, 2) == KILLED
    assert ground.ask() == 0
    assert ground.send() == 0
    assert ground.shown() == [f"t{number}" for number in range(TEAMS)]


async def test_of_three_that_ask_at_once_one_asks_each(ground: DueCheckIns) -> None:
    rivals = [check_in_process.start(ground.url, ground.now, dies=False) for _ in range(3)]
    assert [ended(rival) for rival in rivals] == [0, 0, 0]
    assert ground.send() == 0
    assert ground.shown() == [f"t{number}" for number in range(TEAMS)]
