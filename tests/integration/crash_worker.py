"""A worker as a process of its own, which kills itself with SIGKILL where it is told to."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.messages import Incoming
from bot.pace import Checkpoint, Pace
from bot.ports import Draft
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.worker import Worker
from tests.integration.chat_on_file import ChatOnFile

SECRET = SecretKey(bytes(range(32)))
UNPACED = Pace(between=0.0, hold=0.0)
"""For what ends when nothing can be sent: all that is due goes out at once."""


async def echo(incoming: Incoming, draft: Draft) -> Reply:
    """The answer names the event, so that the platform's file tells which were answered."""
    return Reply(incoming.event_id)


_processes = get_context("forkserver")
# The server imports this once; each worker is then a fork of it and starts at once.
_processes.set_forkserver_preload([__name__])


def start(url: str, file: Path, *, findable: bool, step: str, reach: int, minutes: float, outbox: bool = False) -> BaseProcess:
    """Start a worker whose clock is so many minutes ahead; it dies when it reaches that step for the ``reach``-th time.

    It ends with 0 when nothing is due any more; with ``outbox`` it sends what is said unasked, and answers nothing.
    """
    process = _processes.Process(target=_live, args=(url, file, findable, step, reach, minutes, outbox), daemon=True)
    process.start()
    return process


def deadly(step: str, reach: int) -> Checkpoint:
    """Kills this process when it reaches the step for the ``reach``-th time."""
    left = reach

    def checkpoint(name: str) -> None:
        nonlocal left
        left -= name == step
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


def _live(url: str, file: Path, findable: bool, step: str, reach: int, minutes: float, outbox: bool) -> None:
    chat, ahead = ChatOnFile(file, findable=findable), timedelta(minutes=minutes)
    asyncio.run(_work(url, chat, deadly(step, reach), ahead, outbox))


async def _work(url: str, chat: ChatOnFile, checkpoint: Checkpoint, ahead: timedelta, outbox: bool) -> None:
    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    storage = Storage(url, SECRET, clock)
    worker = Worker(storage, echo, {"slack": chat}, owner=f"process {os.getpid()}", clock=clock, checkpoint=checkpoint, pace=UNPACED)
    while await (worker.outbox.send_next() if outbox else worker.run_once()):
        pass
    await storage.close()
