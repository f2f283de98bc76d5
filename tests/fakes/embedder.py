"""A small embedder for tests: text to a unit vector by hashing its words, the same on every machine, in microseconds."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Any

import numpy as np

SIZE = 96
Vector = np.ndarray[Any, np.dtype[np.float64]]


class FakeEmbedder:
    """Texts that share words are near each other. ``embedded`` and ``asked`` remember what it was given."""

    def __init__(self, name: str = "fake-words") -> None:
        self.name = name
        self.embedded: list[str] = []
        self.asked: list[str] = []
        self.fails: Exception | None = None

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return self._vector(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        if self.fails:
            raise self.fails
        vector = np.full(SIZE, 1e-3)
        for word in re.findall(r"\w{3,}", text.lower()):
            vector += _of_word(word[:6])
        found: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return found


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> Vector:
    return np.random.default_rng(zlib.crc32(word.encode(errors="replace"))).standard_normal(SIZE)
