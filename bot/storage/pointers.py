"""Which collection of vectors is in force, for all replicas: implements ``knowledge.ports.IndexPointers``."""

from __future__ import annotations

from datetime import datetime

from bot.storage.tables import IndexPointer
from bot.storage.unit import Storage

EVERYBODY = "*"
"""One index serves every tenant: the shipped practices and the organization's own are one library (ADR 0008)."""
NAME = "practices"


class Pointers:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def collection(self) -> str | None:
        async with self._storage.view() as unit:
            found = await unit.session.get(IndexPointer, (EVERYBODY, NAME))
        return found.collection if found else None

    async def point_to(self, collection: str, content_hash: str, model: str, now: datetime) -> str | None:
        """Flip the pointer; returns the collection that it named before."""
        async with self._storage.unit() as unit:
            found = await unit.session.get(IndexPointer, (EVERYBODY, NAME), with_for_update=True)
            before = found.collection if found else None
            row = found or IndexPointer(
                tenant=EVERYBODY, name=NAME, collection="", content_hash="", model="", built_at=now
            )
            row.collection, row.content_hash, row.model, row.built_at = collection, content_hash, model, now
            unit.session.add(row)
        return before
