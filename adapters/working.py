"""What `midway worker` does."""

from __future__ import annotations

import asyncio
import signal
import sys

from adapters.ask_command import prepared
from adapters.bootstrap import make_bot
from adapters.logs import kept_log
from adapters.presence import WORKS, present
from adapters.process import Process, on_hang_up
from adapters.settings import Settings
from knowledge.service import Knowledge

STOPS = (signal.SIGTERM, signal.SIGINT)


def work() -> int:
    """Answer, send and keep time until told to stop; what is in hand then is finished."""
    settings = Settings()
    with kept_log(settings.log, settings.log_level), present(settings.data_dir, WORKS):
        return asyncio.run(_work(settings, prepared(settings)))


async def _work(settings: Settings, knowledge: Knowledge) -> int:
    process = Process(await make_bot(settings, knowledge))
    told = _told_to_stop()
    await process.start()
    sys.stdout.write(f"Midway works for {', '.join(sorted(process.platforms.messengers))}. Ctrl-C stops it.\n")
    sys.stdout.flush()
    await told.wait()
    await process.stop()
    return 0


def _told_to_stop() -> asyncio.Event:
    """Set by the first signal; a second one of those that ask for it ends the process where it stands."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def stop() -> None:
        told.set()
        for each in STOPS:
            loop.remove_signal_handler(each)

    for each in STOPS:
        loop.add_signal_handler(each, stop)
    on_hang_up(told.set)
    return told
