"""The part of a process that works: answers what came in, sends what is planned, does what is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.aside import delete_old
from adapters.bootstrap import Bot, Line, make_worker, now
from adapters.platforms import Platforms, Starts
from adapters.timers import Timed, Timers
from bot.errors import StorageUnavailable
from bot.faults import held_apart
from bot.storage.pointers import Pointers
from bot.storage.retention import purge
from knowledge.live_store import LiveStore
from knowledge.stores.chroma import ChromaHome

log = logging.getLogger(__name__)
SETTLE = 3.0
"""Seconds after the start that belong to the first page and the first answer; as many again to the vector store."""
PARTS = ("inbox", "outbox", "vectors", "timers")
"""What goes on in the background."""
EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "7 * * * *"
"""At seven minutes past, away from the full hour."""


class Work:
    """Any number of processes may do it over one database. ``line`` tells it that something came in here."""

    def __init__(self, bot: Bot, platforms: Platforms, line: Line, owner: str) -> None:
        self._bot = bot
        self._worker = make_worker(bot, platforms.messengers, line, owner)
        self.vectors = _live_store(bot)
        self._timers = _timers(bot, owner, self._keep_promises)
        self._ending: list[asyncio.Task[None]] = []
        self._endless: list[asyncio.Task[None]] = []
        self._begins: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._ending = [
            asyncio.create_task(self._worker.run(), name="inbox"),
            asyncio.create_task(self._worker.outbox.run(), name="outbox"),
        ]
        self._endless = [asyncio.create_task(_settled(self.vectors.keep), name="vectors")]
        self._begins = [asyncio.create_task(job) for job in (_settled(self._keep_promises), self._warm_up())]
        self._timers.start()

    async def stop(self) -> None:
        """Take nothing more, and return when what is in hand is answered and sent."""
        self._worker.stop()
        self._worker.outbox.stop()
        self.vectors.close()
        await self._timers.stop()
        for task in (*self._endless, *self._begins):
            task.cancel()
        await asyncio.gather(*self._ending, *self._endless, *self._begins, return_exceptions=True)

    @property
    def background(self) -> dict[str, str]:
        """What should go on until ``stop``, each with a word for how it stands."""
        tasks = {task.get_name(): task for task in (*self._ending, *self._endless)}
        words = {name: "ended" if tasks[name].done() else "ok" for name in PARTS if name in tasks}
        return words | {"timers": self._timers.state}

    async def _warm_up(self) -> None:
        """Load the model's library before the first question waits for it."""
        if load := getattr(self._bot.knowledge.writer, "load", None):
            await asyncio.to_thread(load)

    async def _keep_promises(self) -> None:
        """What is done on start and every hour; whatever fails of it waits for the next, and the others are done."""
        for name, chore in self._chores().items():
            try:
                await held_apart(f"“{name}” waits for the next hour", chore())
            except StorageUnavailable as error:
                log.warning("“%s” waits for the next hour: %s", name, error)

    def _chores(self) -> dict[str, Callable[[], Awaitable[object]]]:
        office = self._bot.parts.office
        return {
            "delete words whose time is over": self._delete_words,
            "delete documents whose time is over": lambda: asyncio.to_thread(delete_old, self._bot.settings),
            "finish erasures that were cut off": self._bot.parts.erasure.replay,
            "remind of reviews that are due": office.reviews.remind,
            "remind of pilots that are due": office.pilot_reminders.send_due,
            "count the weeks that are over": office.counting.count,
            "report the month that is over": self._bot.parts.reporting.send_due,
        }

    async def _delete_words(self) -> None:
        """What experts did not answer is closed with it; where that fails, no word is kept longer for it."""
        at, days = now(), self._bot.settings.retention.questions_days
        try:
            await self._bot.parts.office.experts.close_overdue(at - timedelta(days=days))
        finally:
            await purge(self._bot.storage, at, days)


async def _settled(begin: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(SETTLE)
    await begin()


def _timers(bot: Bot, owner: str, chores: Starts) -> Timers:
    """What is done at set times; the rows say what is due."""
    jobs = {
        "check-ins": Timed(EVERY_MINUTE, bot.parts.check_ins.send_due),
        "tips": Timed(EVERY_MINUTE, bot.parts.office.tips.send_due),
        "chores": Timed(EVERY_HOUR, chores),
    }
    return Timers(jobs, bot.settings.database, bot.settings.data_dir / "timers.db", owner, settle=2 * SETTLE)


def _live_store(bot: Bot) -> LiveStore:
    home = ChromaHome(bot.settings.data_dir / "chroma", bot.settings.chroma_url)
    return LiveStore(bot.knowledge, home, Pointers(bot.storage), now)
