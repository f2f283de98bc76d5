"""A process that plans the tips that are due and sends what is planned, and may kill itself with SIGKILL on the way."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.storage.unit import Storage
from bot.tips import Tips
from bot.worker import Worker
from knowledge.library import Library
from tests.fakes.answering import shipped
from tests.integration.chat_on_file import ChatOnFile
from tests.integration.crash_worker import SECRET, UNPACED, deadly, echo

PLANNING = "planning"
"""Reached twice for each tip before it is committed: when its practice is chosen."""

_processes = get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def start(url: str, file: Path, now: datetime, *, step: str = "none", reach: int = 1, sends: bool = True) -> BaseProcess:
    """Plan what is due at ``now`` and send it, or only plan; it dies when it reaches that step for the ``reach``-th time."""
    process = _processes.Process(target=_live, args=(url, file, now, step, reach, sends), daemon=True)
    process.start()
    return process


def _live(url: str, file: Path, now: datetime, step: str, reach: int, sends: bool) -> None:
    checkpoint = deadly(step, reach)

    def library() -> Library:
        checkpoint(PLANNING)
        return shipped()

    async def no_time(_seconds: float) -> None:
        await asyncio.sleep(0)

    async def work() -> None:
        storage = Storage(url, SECRET, lambda: now)
        tips = Tips(storage, lambda: now, library, "")
        await tips.send_due()
        worker = Worker(
            storage, echo, {"slack": ChatOnFile(file, findable=True)}, owner=f"process {os.getpid()}", clock=lambda: now,
            checkpoint=checkpoint, pace=UNPACED, sleep=no_time, told=(tips.told,),
        )
        while sends and await worker.outbox.send_next():
            pass
        await storage.close()

    # A bound that a healthy process never comes near.
    asyncio.run(asyncio.wait_for(work(), timedelta(minutes=2).total_seconds()))
