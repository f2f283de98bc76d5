"""What knowledge needs stored by somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class IndexPointers(Protocol):
    """Which collection of vectors is in force; kept in the database, so that all replicas agree."""

    async def collection(self) -> str | None: ...

    async def point_to(self, collection: str, content_hash: str, model: str, now: datetime) -> str | None:
        """Flip the pointer; returns the collection that it named before."""
        ...
