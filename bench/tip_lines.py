"""kill -9 at every line: a process sends three tips and dies at one line of the code that sends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from tip_worker import SECRET, Life, made, messengers

import bot
from bot.storage.planned import UNASKED
from bot.storage.tables import Delivery
from bot.storage.unit import Storage

FILES = ("tips.py", "outbox.py", "delivery.py", "storage/ledger.py", "storage/subscriptions.py")
HERE = {str(Path(bot.__file__).parent / name): name for name in FILES}
STEPS = ("intended", "sent", "turned", "recorded")
Line = tuple[str, int]


@dataclass(frozen=True)
class Death:
    """Where a process dies: at a line, or at a named step when it reaches it for the ``reach``-th time."""

    line: Line | None = None
    step: str = ""
    reach: int = 1


def send_and_die(life: Life, ahead: timedelta, death: Death, told: Connection | None = None) -> None:
    """A process of its own: plans and sends what is due. ``told`` hears which lines it reached, if it lives."""
    left, reached = death.reach, set[Line]()

    def checkpoint(name: str) -> None:
        nonlocal left
        left -= name == death.step
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if death.line or told:
        sys.settrace(_tracer(death.line, reached))
    asyncio.run(_send(life, ahead, checkpoint))
    sys.settrace(None)
    if told is not None:
        told.send(sorted(reached))


def _tracer(fatal: Line | None, reached: set[Line]) -> Callable[[FrameType, str, Any], Any]:
    def each(frame: FrameType, event: str, _value: Any) -> Any:
        if event == "line":
            line = HERE[frame.f_code.co_filename], frame.f_lineno
            if line == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            reached.add(line)
        return each

    return lambda frame, event, value: each if frame.f_code.co_filename in HERE else None


async def _send(life: Life, ahead: timedelta, checkpoint: Callable[[str], None]) -> None:
    """Until everything is sent or given up."""
    def clock() -> datetime:
        return life.clock() + ahead

    storage = Storage(life.database, SECRET, clock)
    async with messengers(life, clock, life.clock.sleep, life.clock.factor) as speaking:
        tips, outbox = made(storage, life, speaking, clock, life.clock.sleep, checkpoint)
        await tips.send_due()
        while await outbox.send_next() or await _unfinished(storage):
            await life.clock.sleep(0.2)
    await storage.close()


async def _unfinished(storage: Storage) -> int:
    mine = select(func.count()).where(Delivery.kind == UNASKED, col(Delivery.finished_at).is_(None))
    async with storage.view() as unit:
        return (await unit.session.exec(mine)).one()


