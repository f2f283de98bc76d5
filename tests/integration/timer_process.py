"""Timers in a process of their own: each run of the job is a line in a file."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from adapters.timers import Timed, Timers


async def tick_until_told(database: str, folder: Path, cron: str) -> None:
    """Run until standard input ends."""
    async def job() -> None:
        handle = os.open(folder / "ran", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{os.getpid()}\n".encode())
        os.close(handle)

    timers = Timers({"job": Timed(cron, job)}, database, folder / "timers.db", f"process {os.getpid()}", settle=0)
    timers.start()
    await asyncio.to_thread(sys.stdin.read)
    await timers.stop()


if __name__ == "__main__":
    asyncio.run(tick_until_told(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
