"""Keeps Chroma in front of the snapshot while it is sound: opened in the background, filled again when in doubt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from knowledge.errors import StoreDamaged, StoreUnavailable
from knowledge.ports import IndexPointers
from knowledge.service import Knowledge
from knowledge.snapshot import Snapshot
from knowledge.stores.chroma import ChromaHome, ChromaStore

log = logging.getLogger(__name__)
LOOK_EVERY = 60.0
GRACE = 3600.0
"""How long, in seconds, a collection that the pointer no longer names is left to replicas that still search it."""


class LiveStore:
    """Only a serving process runs this. Questions are answered from the snapshot until the store is checked."""

    def __init__(
        self, knowledge: Knowledge, home: ChromaHome, pointers: IndexPointers, clock: Callable[[], datetime]
    ) -> None:
        self._knowledge = knowledge
        self._home = home
        self._pointers = pointers
        self._clock = clock
        self._found: str | None = None

    @property
    def searched(self) -> str:
        """``chroma`` or ``snapshot``: where questions are looked up now."""
        retriever = self._knowledge.retriever
        return "chroma" if retriever and retriever.live else "snapshot"

    async def keep(self) -> None:
        """Look now, and again every minute."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Restore a store that is not in use; tidy up behind one that is. Whatever happens, answering goes on."""
        retriever = self._knowledge.retriever
        if retriever is None:
            return
        try:
            await (self._tidy() if retriever.live else self._restore())
        except (StoreDamaged, StoreUnavailable) as error:
            log.warning("answering from the snapshot: %s", error)
        except Exception as error:  # the database, for one; answering needs neither it nor the store
            log.warning("the vector store waits for the next look (%s)", type(error).__name__)

    def close(self) -> None:
        """Leave the store in good order. Whatever is asked from now on is answered from the snapshot."""
        if self._knowledge.retriever:
            self._knowledge.retriever.prefer(None)
        self._home.close()

    async def _restore(self) -> None:
        """Open a collection of the snapshot in use, else fill a new one; then flip the pointer, then search it."""
        retriever = self._knowledge.retriever
        assert retriever
        snapshot = retriever.snapshot
        named = await self._pointers.collection()
        store = await asyncio.to_thread(self._opened, snapshot, named)
        if store.collection != named:
            model = self._knowledge.reader.name
            await self._pointers.point_to(store.collection, snapshot.content_hash, model, self._clock())
        self._found = store.collection
        retriever.prefer(store)

    def _opened(self, snapshot: Snapshot, named: str | None) -> ChromaStore:
        try:
            return self._home.open(snapshot.collection, snapshot.vectors, named)
        except StoreDamaged as error:
            log.info("filling the vector store: %s", error)
            return self._home.fill(snapshot.collection, snapshot.vectors, self._clock().timestamp())

    async def _tidy(self) -> None:
        keep = {name for name in (await self._pointers.collection(), self._found) if name}
        gone = await asyncio.to_thread(self._home.drop_others, keep, self._clock().timestamp() - GRACE)
        if gone:
            log.info("deleted %d collections that are no longer searched", len(gone))
