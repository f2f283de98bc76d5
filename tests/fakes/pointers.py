"""The index pointer in memory; under the same port as the database's."""

from __future__ import annotations

from datetime import datetime


class FakePointers:
    """``named`` is the collection in force; ``fails`` is raised instead of answering."""

    def __init__(self) -> None:
        self.named: str | None = None
        self.flips: list[str] = []
        self.fails: Exception | None = None

    async def collection(self) -> str | None:
        if self.fails:
            raise self.fails
        return self.named

    async def point_to(self, collection: str, content_hash: str, model: str, now: datetime) -> str | None:
        before = await self.collection()
        self.named = collection
        self.flips.append(collection)
        return before
