"""Serving processes over one data folder, database and clock, as the tests of the vector store ask of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.live_store import LiveStore
from knowledge.service import Knowledge
from knowledge.stores import Vectors
from knowledge.stores.chroma import ChromaHome
from knowledge.stores.exact import ExactStore
from tests.fakes.pointers import FakePointers
from tests.knowledge_fixtures import MakeKnowledge

QUESTION = "How do we write the charter of a pilot?"


class Site:
    """One serving process after another over the same folders, database and clock."""

    def __init__(self, make: MakeKnowledge, data: Path, url: str | None = None) -> None:
        self._make = make
        self._url = url
        self.folder = data / "chroma"
        self.pointers = FakePointers()
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def process(self) -> Serving:
        """A process that has just started: prepared, its store not yet looked at."""
        knowledge = self._make()
        assert knowledge.prepare()
        home = ChromaHome(self.folder, self._url)
        return Serving(knowledge, home, LiveStore(knowledge, home, self.pointers, lambda: self.now))

    async def left_tidily(self) -> str:
        """One process came, filled the store and went; the name of its collection."""
        serving = self.process()
        await serving.look()
        assert serving.searched == "chroma"
        serving.live.close()
        assert self.pointers.named
        return self.pointers.named


class Serving:
    """What a test asks of one process."""

    def __init__(self, knowledge: Knowledge, home: ChromaHome, live: LiveStore) -> None:
        self.knowledge = knowledge
        self.home = home
        self.live = live
        self.look = live.look
        assert knowledge.retriever
        self.retriever = knowledge.retriever
        self.vectors = knowledge.retriever.snapshot.vectors

    @property
    def searched(self) -> str:
        return self.live.searched

    def answers_truly(self) -> None:
        """Questions find what an exact search finds, and are answered."""
        exact = ExactStore("midway-exact", self.vectors)
        for place in range(0, len(self.vectors), 17):
            vector = _turned(self.vectors[place])
            _, cosines = self.retriever._neighbours(vector)
            np.testing.assert_allclose(cosines[:20], exact.search(vector, 20)[1], atol=1e-3)
        found = self.knowledge.look_up(QUESTION)
        assert found.parts[0].practice == "pilot-charter"
        assert "index is not ready" not in found.message


def _turned(vector: Vectors) -> Vectors:
    moved = vector + 0.05 * np.random.default_rng(3).standard_normal(len(vector)).astype(np.float32)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)


@pytest.fixture
def site(make_knowledge: MakeKnowledge, tmp_path: Path) -> Site:
    return Site(make_knowledge, tmp_path)


def swapped(handle: Any, vectors: Vectors) -> None:
    """Another installation's vectors under our name, as many as ours."""
    handle.update(ids=[str(place) for place in range(len(vectors))], embeddings=vectors[::-1])
