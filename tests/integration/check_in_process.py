"""A process that asks what is due and may kill itself with SIGKILL while it does."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from bot.check_ins import CheckIns
from bot.storage.unit import Storage
from knowledge.library import Library
from tests.fakes.answering import shipped
from tests.integration.crash_worker import SECRET

_processes = get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def start(url: str, now: datetime, *, dies: bool) -> BaseProcess:
    """Ask what is due at ``now``; with ``dies`` it is killed before the first question is committed."""
    process = _processes.Process(target=_live, args=(url, now, dies), daemon=True)
    process.start()
    return process


def _live(url: str, now: datetime, dies: bool) -> None:
    def library() -> Library:
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return shipped()

    asyncio.run(_ask(Storage(url, SECRET), now, library))


async def _ask(storage: Storage, now: datetime, library: Callable[[], Library]) -> None:
    await CheckIns(storage, lambda: now, library).send_due()
    await storage.close()
