"""Where vectors stand: Chroma, which a running service queries, and a read-only snapshot beside it."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

Places = np.ndarray[Any, np.dtype[np.int64]]
Cosines = np.ndarray[Any, np.dtype[np.float32]]
Vectors = np.ndarray[Any, np.dtype[np.float32]]


class VectorStore(Protocol):
    """Passages are known by their place in the snapshot they were built from."""

    collection: str

    def search(self, vector: Vectors, limit: int) -> tuple[Places, Cosines]:
        """The nearest passages, best first. Raises StoreDamaged."""
        ...
