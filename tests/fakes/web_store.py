"""Web conversations in memory, under the same contract as the ones in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from adapters.web.session import TENANT
from adapters.web.store import MOST_TALKS, Author, Talk, WebEntry
from bot.errors import StorageUnavailable


class MemoryWebConversations:
    """Keeps everything in a list. ``fail_next`` makes the next call raise as a locked database does."""

    def __init__(self) -> None:
        self.entries: list[WebEntry] = []
        self.fail_next = False
        self._places: dict[int, str | None] = {}
        self._seen: set[int] = set()

    async def append(
        self, conversation: str, key: str, author: Author, body: str, at: datetime, *, place: str = "", user: str = "",
        tenant: str = TENANT,
    ) -> WebEntry:
        self._reach()
        standing = next((entry for entry in self.entries if entry.key == key), None)
        if standing is not None:
            return standing
        entry = WebEntry(len(self.entries) + 1, conversation, key, author, body, at)
        self.entries.append(entry)
        self._places[entry.id] = place or None
        return entry

    async def list_since(self, conversation: str, since: datetime | None = None) -> list[WebEntry]:
        self._reach()
        mine = [entry for entry in self.entries if entry.conversation == conversation]
        return [entry for entry in mine if since is None or entry.changed_at >= since]

    async def find(self, conversation: str, key: str) -> WebEntry | None:
        self._reach()
        return next((e for e in self.entries if (e.conversation, e.key) == (conversation, key)), None)

    async def get(self, entry_id: int) -> WebEntry | None:
        self._reach()
        return self.entries[entry_id - 1] if 0 < entry_id <= len(self.entries) else None

    async def replace(self, entry_id: int, body: str, at: datetime) -> WebEntry | None:
        entry = await self.get(entry_id)
        if entry is None or entry.withdrawn:
            return None
        return self._put(replace(entry, body=body, replaced_at=at))

    async def withdraw(self, entry_id: int, at: datetime) -> WebEntry | None:
        entry = await self.get(entry_id)
        if entry is None or entry.withdrawn:
            return entry
        return self._put(replace(entry, body="{}", replaced_at=at, withdrawn=True))

    async def talks(self, place: str) -> list[Talk]:
        self._reach()
        mine = [entry for entry in self.entries if self._places[entry.id] == place and not entry.withdrawn]
        found: dict[str, list[WebEntry]] = {}
        for entry in mine:
            found[entry.conversation] = [*found.pop(entry.conversation, []), entry]
        talks = [
            Talk(next((e for e in said if e.author == "you"), said[0]), said[-1].at, len(self._unseen(said)))
            for said in reversed(found.values())
        ]
        return talks[:MOST_TALKS]

    async def unseen(self, place: str, besides: str) -> list[int]:
        self._reach()
        return self._unseen([e for e in self.entries if self._places[e.id] == place and e.conversation != besides])

    async def see(self, conversation: str, at: datetime) -> None:
        self._reach()
        self._seen |= {entry.id for entry in self.entries if entry.conversation == conversation}

    def _unseen(self, entries: list[WebEntry]) -> list[int]:
        new = [entry for entry in entries if entry.author == "midway" and not entry.withdrawn]
        return [entry.id for entry in new if entry.id not in self._seen]

    def _put(self, entry: WebEntry) -> WebEntry:
        self.entries[entry.id - 1] = entry
        return entry

    def _reach(self) -> None:
        if self.fail_next:
            self.fail_next = False
            raise StorageUnavailable("The database cannot be used now.")
