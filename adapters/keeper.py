"""Keeps the library in force in this process: the shipped one with the organization's versions laid over it."""

from __future__ import annotations

import asyncio
import logging
from datetime import date

from bot.curation import library_in_force
from bot.errors import StorageUnavailable
from bot.faults import trace_without_words
from bot.storage.unit import Storage
from knowledge.checks import findings_of, lost_questions, overdue_of
from knowledge.errors import KnowledgeError
from knowledge.library import Library, load_shipped
from knowledge.practice import Practice
from knowledge.service import Knowledge

log = logging.getLogger(__name__)
LOOK_EVERY = 20.0
"""Seconds; what one replica published, every other answers with within a minute."""


class LibraryKeeper:
    """Notices that the library was changed, by this process or another, and makes it answerable."""

    def __init__(self, storage: Storage, knowledge: Knowledge) -> None:
        self._storage = storage
        self._knowledge = knowledge
        self._stamp = -1
        self._one_at_a_time = asyncio.Lock()

    async def keep(self) -> None:
        """Look now, and every few seconds."""
        while True:
            try:
                await self.look()
            except (StorageUnavailable, KnowledgeError) as error:
                log.warning("the library stays as it is: %s", error)
            except Exception as error:
                log.error("the library stays as it is: %s", trace_without_words(error))
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Take over what was published or withdrawn since the last look."""
        async with self._one_at_a_time:
            async with self._storage.view() as unit:
                stamp = await unit.versions.stamp()
            if stamp == self._stamp:
                return
            library, stamp = await library_in_force(self._storage, load_shipped(whole=False))
            if await asyncio.to_thread(self._knowledge.replace, library):
                self._stamp = stamp

    async def examine(self, practice: Practice, thorough: bool) -> tuple[str, ...]:
        """What keeps a practice from being published among those in force; see ``bot.curation.Examine``."""
        library = self._knowledge.library
        found = [*findings_of(practice, library.practices), *overdue_of(practice, date.today())]
        if thorough:
            among = Library.of([*library.practices.values()], [practice])
            found += await asyncio.to_thread(self._lost, among, practice)
        return tuple(found)

    def _lost(self, library: Library, practice: Practice) -> tuple[str, ...]:
        """Typed questions that would not find the practice, in an index made for the purpose."""
        return lost_questions(practice, self._knowledge.trial(library))
