"""Which practices a question is about: vectors, words and what the recognizer learnt, summed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.embedder import Embedder
from knowledge.errors import StoreDamaged
from knowledge.index import Snapshot
from knowledge.lexical import LexicalIndex
from knowledge.ranking import fuse
from knowledge.recognizer import softmax
from knowledge.stores import VectorStore
from knowledge.stores.exact import ExactStore
from knowledge.wording import Wording, asking, sentences

log = logging.getLogger(__name__)
NEIGHBOURS = 400
LEARNT = 0.5
"""Share of what was learnt from typed questions, against the weighted sum; both standardized over the library."""
PARTS, MOST_PARTS = 0.5, 6
"""What the mean of a message's sentences, each looked up alone, adds to the message as a whole; the last ones count.
Chosen with the typed questions of two sentences and more, a quarter of all left out at a time."""

Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Hit:
    """A practice found. ``cosine`` is that of its best passage, ``score`` is comparable within one search only."""

    practice: str
    score: float
    cosine: float
    passage: str


@dataclass(frozen=True)
class Query:
    """A question made ready: readable words, its vector, those of its sentences if several, and what the gate says."""

    text: str
    vector: Vector
    parts: dict[str, Vector]
    gate: dict[str, float]


class Retriever:
    """Finds practices in one snapshot. ``prefer`` puts a live store in front of the exact one."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder, wording: Wording) -> None:
        self.snapshot = snapshot
        self._embedder = embedder
        self._wording = wording
        self._exact = ExactStore(snapshot.collection, snapshot.vectors)
        self._store: VectorStore = self._exact
        self._lexical = LexicalIndex(snapshot.documents)
        places = {document.id: place for place, document in enumerate(snapshot.documents)}
        self._owner = np.array([places[passage.document] for passage in snapshot.passages])
        self._is_text = np.array([passage.kind == "text" for passage in snapshot.passages])
        self._order = [snapshot.practice.labels.index(document.id) for document in snapshot.documents]

    def prefer(self, store: VectorStore | None) -> None:
        """Query this store from now on; None goes back to the snapshot."""
        self._store = store or self._exact

    @property
    def live(self) -> bool:
        """Whether a live store is queried rather than the snapshot."""
        return self._store is not self._exact

    def understand(self, message: str, before: Sequence[str] = ()) -> Query:
        """Make a message ready to be searched for; ``before`` are the thread's earlier questions."""
        readable = self._wording.readable(message)
        context = " ".join([*(self._wording.readable(turn) for turn in before[-2:]), readable])
        parts, asked = sentences(context)[-MOST_PARTS:], asking(readable)[-MOST_PARTS:]
        vectors = {text: self._vector(text) for text in dict.fromkeys((context, readable, *parts, *asked))}
        alone = {text: vectors[text] for text in parts if text != context}
        return Query(context, vectors[context], alone, self._gate(context, readable, asked, vectors))

    def _gate(self, context: str, readable: str, asked: list[str], vectors: dict[str, Vector]) -> dict[str, float]:
        """What the gate makes of the message, of what it asks, and of it within its thread, each counting the same."""
        gate = self.snapshot.gate
        found = {text: gate.logits(vectors[text], text) for text in dict.fromkeys((context, readable, *asked))}
        views = [found[readable], np.mean([found[text] for text in asked], axis=0)]
        if context != readable:
            views.append(found[context])
        return gate.named(softmax(np.mean(views, axis=0)))

    def search(self, query: Query, limit: int = 5) -> list[Hit]:
        """The best practices, best first."""
        places, cosines = self._neighbours(query.vector)
        score = self._scores(query.text, query.vector, places, cosines)
        if query.parts:
            score = score + PARTS * _standard(np.mean([self._alone(*part) for part in query.parts.items()], axis=0))
        best = np.argsort(-score, kind="stable")[:limit]
        return [self._hit(int(place), score, places, cosines) for place in best]

    def _alone(self, sentence: str, vector: Vector) -> Vector:
        """Scores of one sentence; from the snapshot, so that a live store is asked once a message."""
        return self._scores(sentence, vector, *self._exact.search(vector, self._limit))

    def _scores(self, message: str, vector: Vector, places: Any, cosines: Any) -> Vector:
        """One standardized score a document."""
        text, title = (self._best(places, cosines, self._is_text[places] == wanted) for wanted in (True, False))
        found = fuse(text, title, self._lexical.scores(message))
        learnt = self.snapshot.practice.logits(vector, message)[self._order]
        return _standard((1 - LEARNT) * _standard(found) + LEARNT * _standard(learnt))

    @property
    def _limit(self) -> int:
        return min(NEIGHBOURS, len(self.snapshot.passages))

    def _neighbours(self, vector: Vector) -> tuple[Any, Any]:
        try:
            return self._store.search(vector, self._limit)
        except StoreDamaged as error:
            log.warning("answering from the snapshot: %s", error)
            self._store = self._exact
            return self._exact.search(vector, self._limit)

    def _best(self, places: Any, cosines: Any, chosen: Any) -> Vector:
        """Each document's best cosine among the chosen neighbours; the weakest neighbour's where it has none."""
        best = np.full(len(self.snapshot.documents), float(cosines[-1]), dtype=np.float32)
        np.maximum.at(best, self._owner[places[chosen]], cosines[chosen])
        return best

    def _hit(self, place: int, score: Vector, places: Any, cosines: Any) -> Hit:
        mine = np.flatnonzero(self._owner[places] == place)
        cosine = float(cosines[mine[0]]) if len(mine) else float(cosines[-1])
        passage = self.snapshot.passages[int(places[mine[0]])].text if len(mine) else ""
        return Hit(self.snapshot.documents[place].id, float(score[place]), cosine, passage)

    def _vector(self, text: str) -> Vector:
        vector = np.asarray(self._embedder.embed_query(text), dtype=np.float32)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _standard(scores: Vector) -> Vector:
    spread = float(scores.std())
    return np.asarray((scores - scores.mean()) / (spread or 1.0), dtype=np.float32)
