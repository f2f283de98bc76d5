"""A worker as a process of its own, which kills itself with SIGKILL where it is told to.

Arguments: database address, file of the platform, "findable" or "blind", step, which reach of that step, minutes that
its clock is ahead.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.messages import Incoming
from bot.ports import Draft
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.worker import Worker
from tests.integration.chat_on_file import ChatOnFile

SECRET = SecretKey(bytes(range(32)))


async def echo(incoming: Incoming, draft: Draft) -> Reply:
    """The answer names the event, so that the platform's file tells which were answered."""
    return Reply(incoming.event_id)


async def work(url: str, file: str, mode: str, step: str, reach: str, minutes: str) -> None:
    left = int(reach)

    def checkpoint(name: str) -> None:
        nonlocal left
        left -= name == step
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=float(minutes))

    chat = ChatOnFile(Path(file), findable=mode == "findable")
    storage = Storage(url, SECRET, clock)
    worker = Worker(storage, echo, {"slack": chat}, owner=f"process {os.getpid()}", clock=clock, checkpoint=checkpoint)
    while await worker.run_once():
        pass
    await storage.close()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
