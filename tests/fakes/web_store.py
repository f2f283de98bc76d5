"""Web conversations in memory, under the same contract as the ones in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from adapters.web.session import TENANT
from adapters.web.store import Author, WebEntry
from bot.errors import StorageUnavailable


class MemoryWebConversations:
    """Keeps everything in a list. ``fail_next`` makes the next call raise as a locked database does."""

    def __init__(self) -> None:
        self.entries: list[WebEntry] = []
        self.fail_next = False

    async def append(
        self, conversation: str, key: str, author: Author, body: str, at: datetime, *, user: str = "",
        tenant: str = TENANT,
    ) -> WebEntry:
        self._reach()
        standing = next((entry for entry in self.entries if entry.key == key), None)
        if standing is not None:
            return standing
        entry = WebEntry(len(self.entries) + 1, conversation, key, author, body, at)
        self.entries.append(entry)
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

    def _put(self, entry: WebEntry) -> WebEntry:
        self.entries[entry.id - 1] = entry
        return entry

    def _reach(self) -> None:
        if self.fail_next:
            self.fail_next = False
            raise StorageUnavailable("The database cannot be used now.")
