"""Whether a process can do its work: one short word for each part, for a program that watches. No secrets, no words of
anybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from adapters.bootstrap import now
from adapters.data_folder import LITTLE, TOO_LITTLE, free_on_disk
from adapters.process import ELSEWHERE, Process
from bot.errors import StorageUnavailable

WRITES_EVERY = 30.0
"""Seconds between two trials to write: whoever watches may ask each second."""
FINE = frozenset({"ok", "built", "chroma", "snapshot", "starting", "running", "connected", ELSEWHERE})
"""Words for what is as it should be, or will be in a moment."""


@dataclass(frozen=True, slots=True)
class Ready:
    """``parts`` by name."""

    parts: dict[str, str]

    @property
    def ready(self) -> bool:
        """Not where nothing can be stored, or something has ended that must go on."""
        return self.parts["database"] == "ok" and "ended" not in self.parts.values()

    @property
    def amiss(self) -> list[str]:
        """The parts that somebody should look at."""
        return [name for name, word in self.parts.items() if word not in FINE]


class Readiness:
    """Looks at a process, each time it is asked."""

    def __init__(self, process: Process, clock: Callable[[], float] = time.monotonic) -> None:
        self._process = process
        self._clock = clock
        self._wrote: float | None = None

    async def look(self) -> Ready:
        bot, background = self._process.bot, self._process.background
        database, waiting = await self._stored()
        words = {"inbox": waiting, "vectors": self._process.searched}
        return Ready({
            "database": database, "disk": _room(free_on_disk(bot.settings.data_dir)),
            "index": "built" if bot.knowledge.retriever is not None else "words only",
            **{name: words.get(name, word) if word != "ended" else word for name, word in background.items()},
            **await self._process.connections(),
        })

    async def _stored(self) -> tuple[str, str]:
        """How it stands with the database, and with what waits in it."""
        storage = self._process.bot.storage
        try:
            async with storage.view() as unit:
                backlog = await unit.health.unanswered()
            if self._wrote is None or self._clock() - self._wrote >= WRITES_EVERY:
                self._wrote = None
                async with storage.unit() as unit:
                    await unit.health.try_to_write(now())
                self._wrote = self._clock()
        except StorageUnavailable as error:
            return error.word, "unknown"
        return "ok", "stuck" if backlog.is_stuck(now()) else "ok"


def _room(free: int) -> str:
    return "ok" if free >= LITTLE else "low" if free >= TOO_LITTLE else "full"
