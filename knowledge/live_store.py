"""Keeps Chroma in front of the snapshot while it is sound: opened in the background, filled again when in doubt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from knowledge.errors import StoreDamaged
from knowledge.index import model_name
from knowledge.ports import IndexPointers
from knowledge.service import Knowledge
from knowledge.stores import VectorStore
from knowledge.stores.chroma import ChromaHome

log = logging.getLogger(__name__)
LOOK_EVERY = 60.0


class LiveStore:
    """Only a serving process runs this. Questions are answered from the snapshot until the store is checked."""

    def __init__(
        self, knowledge: Knowledge, home: ChromaHome, pointers: IndexPointers, clock: Callable[[], datetime]
    ) -> None:
        self._knowledge = knowledge
        self._home = home
        self._pointers = pointers
        self._clock = clock

    @property
    def searched(self) -> str:
        """``chroma`` or ``snapshot``: where questions are looked up now."""
        retriever = self._knowledge.retriever
        return "chroma" if retriever and retriever.live else "snapshot"

    async def keep(self) -> None:
        """Open or rebuild the store now, and again whenever it has failed."""
        while True:
            if self._knowledge.retriever and not self._knowledge.retriever.live:
                await self.restore()
            await asyncio.sleep(LOOK_EVERY)

    async def restore(self) -> None:
        """One try: open the collection of the snapshot in use, else fill it anew, then flip the pointer."""
        retriever = self._knowledge.retriever
        if retriever is None:
            return
        snapshot = retriever.snapshot
        try:
            store = await asyncio.to_thread(self._opened)
            if store is None:
                return
            retriever.prefer(store)
            name = model_name(self._knowledge.embedder)
            before = await self._pointers.point_to(snapshot.collection, snapshot.content_hash, name, self._clock())
            if before and before != snapshot.collection:
                await asyncio.to_thread(self._home.drop_others, {snapshot.collection, before})
        except Exception as error:  # whatever the store does, answering goes on from the snapshot
            log.warning("answering from the snapshot: the vector store is not usable (%s)", type(error).__name__)

    def close(self) -> None:
        self._home.close()

    def _opened(self) -> VectorStore | None:
        """None while another process of this folder is at it."""
        assert self._knowledge.retriever
        snapshot = self._knowledge.retriever.snapshot
        with self._knowledge.folder.building() as mine:
            if not mine:
                return None
            try:
                return self._home.open(snapshot.collection, snapshot.vectors)
            except StoreDamaged as error:
                log.info("filling the vector store: %s", error)
                return self._home.fill(snapshot.collection, snapshot.vectors)
