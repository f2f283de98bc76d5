"""A process of Midway that stays: `midway serve` with its pages, `midway worker` without."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from adapters.bootstrap import Bot, Line, make_intake, owner_name
from adapters.platforms import switched_on
from adapters.work import PARTS, Work

ELSEWHERE = "by workers"
"""The word for what a process leaves to others that only serves."""


def on_hang_up(end: Callable[[], None]) -> None:
    """SIGHUP ends a process as SIGTERM does: the terminal is gone, and what is in hand is finished first. It rereads no
    settings. Where it was started to outlive its terminal (``nohup``), it does.
    """
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, end)


class Process:
    """Keeps the library in force and takes in what people say; where it ``works``, it answers and sends, too.

    Slack's Socket Mode goes with the work: a process that only serves is spoken to by requests alone.
    """

    def __init__(self, bot: Bot, *, works: bool = True) -> None:
        line, owner = Line(), owner_name()
        self.bot = bot
        self.platforms = switched_on(bot, make_intake(bot, line, owner))
        self._work = Work(bot, self.platforms, line, owner) if works else None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def searched(self) -> str:
        """Where questions are looked up now: ``chroma``, ``snapshot``, or ``by workers``."""
        return self._work.vectors.searched if self._work else ELSEWHERE

    @property
    def background(self) -> dict[str, str]:
        """What goes on for as long as the process does, each with a word for how it stands."""
        library = {"library": "ended" if self._keeping and self._keeping.done() else "ok"}
        return library | (self._work.background if self._work else dict.fromkeys(PARTS, ELSEWHERE))

    async def connections(self) -> dict[str, str]:
        """By platform, whether the connection is open by which things come in without a request; where one is used."""
        looks = self.platforms.connected if self._work else {}
        return {name: "connected" if await look() else "away" for name, look in looks.items()}

    async def start(self) -> None:
        # Before anybody is answered: the database may have been restored from a time before somebody was forgotten.
        await self.bot.parts.erasure.replay()
        self._keeping = asyncio.create_task(self.bot.keeper.keep())
        if self._work:
            for start in self.platforms.starts:
                await start()
            self._work.start()

    async def stop(self) -> None:
        """What is in hand is finished first."""
        if self._work:
            await self._work.stop()
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
        for stop in self.platforms.stops:
            await stop()
        await self.bot.storage.close()
