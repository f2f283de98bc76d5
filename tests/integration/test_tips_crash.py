"""A tip is told once a week: whatever dies between the choice, the ledger and the platform, and however many plan at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import col, select

from bot.storage.subscriptions import Wish, delivery_key
from bot.storage.tables import Delivery
from bot.storage.tip_tables import Tip
from bot.storage.unit import Storage
from bot.tip_times import Rhythm, next_slots
from tests.integration import tip_process
from tests.integration.chat_on_file import conversation
from tests.integration.crash_ground import KILLED, MINUTES_PER_LIFE, Ground, ended
from tests.integration.crash_worker import SECRET
from tests.integration.tip_process import PLANNING

PLACES = 3
RHYTHM = Rhythm(2, 9, "Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST, SECOND = next_slots(RHYTHM, MONDAY, 2)


class DueTips(Ground):
    """Three channels that get a tip on Tuesdays."""

    def __init__(self, storage: Storage, url: str, file: Path) -> None:
        super().__init__(storage, url, file)
        self.now = FIRST.at

    async def prepare(self) -> None:
        for number in range(PLACES):
            where = replace(conversation(f"C{number}"), channel=f"C{number}")
            async with self.storage.unit() as unit:
                await unit.subscriptions.make(where, None, Wish(RHYTHM), FIRST, MONDAY)

    def live(self, step: str = "none", reach: int = 1, *, sends: bool = True) -> int | None:
        """One process to its end; the next one's clock is past whatever this one had in hand."""
        code = ended(tip_process.start(self.url, self.file, self.now, step=step, reach=reach, sends=sends))
        self.now += timedelta(minutes=MINUTES_PER_LIFE)
        return code

    def shown(self) -> list[str]:
        return sorted(line["key"] for line in self.chat.lines())

    async def holds(self, *weeks: int) -> None:
        """Each place has one tip of each of these weeks: on the platform, in the ledger and among the weeks alike."""
        async with self.storage.view() as unit:
            places = [kept.id for kept in await unit.subscriptions.listed("T")]
            tips = list(await unit.session.exec(select(Tip)))
            states = dict((await unit.session.exec(select(Delivery.key, col(Delivery.state)))).all())
        wanted = sorted(delivery_key(place, week) for place in places for week in weeks)
        assert self.shown() == wanted
        assert sorted(delivery_key(tip.subscription_id, tip.week) for tip in tips) == wanted
        assert states == dict.fromkeys(wanted, "sent")
        assert all(tip.state == "planned" and tip.thread for tip in tips)
        told = [(tip.subscription_id, tip.practice_id) for tip in tips]
        assert len(set(told)) == len(told)


@pytest_asyncio.fixture
async def ground(database_url: str, tmp_path: Path) -> AsyncIterator[DueTips]:
    storage = Storage(database_url, SECRET)
    made = DueTips(storage, database_url, tmp_path / "chat.jsonl")
    await made.prepare()
    yield made
    await storage.close()


@pytest.mark.parametrize(("step", "reach"), [
    (PLANNING, 3), ("intended", 2), ("sent", 2), ("recorded", 1),
])
async def test_killed_at_any_step_each_is_told_once(ground: DueTips, step: str, reach: int) -> None:
    """The next process takes over what was begun; the one of the week after finds only that week's to do."""
    assert ground.live(step, reach) == KILLED
    assert ground.live() == 0
    await ground.holds(FIRST.week)
    ground.now = SECOND.at
    assert ground.live() == 0
    await ground.holds(FIRST.week, SECOND.week)


async def test_killed_over_and_over_each_is_told_once(ground: DueTips) -> None:
    for step in (PLANNING, "sent", "intended", "sent"):
        assert ground.live(step) == KILLED
    assert ground.live() == 0
    await ground.holds(FIRST.week)


async def test_of_three_that_plan_at_once_one_plans_each(ground: DueTips) -> None:
    rivals = [tip_process.start(ground.url, ground.file, ground.now, sends=False) for _ in range(3)]
    assert [ended(rival) for rival in rivals] == [0, 0, 0]
    assert ground.shown() == []
    assert ground.live() == 0
    await ground.holds(FIRST.week)


async def test_of_three_that_plan_and_send_at_once_each_is_told_once(ground: DueTips) -> None:
    """One of them killed in the midst of it."""
    rivals = [
        tip_process.start(ground.url, ground.file, ground.now, step=step, reach=2) for step in ("none", "sent", "none")
    ]
    assert {ended(rival) for rival in rivals} <= {0, KILLED}
    ground.now += timedelta(minutes=MINUTES_PER_LIFE)
    assert ground.live() == 0
    await ground.holds(FIRST.week)
