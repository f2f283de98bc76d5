"""All that a library's questions are matched with, as a value, and how it is kept in one file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.lexical import LexicalIndex
from knowledge.points import Points
from knowledge.reading import Vectors
from knowledge.recognizer import Recognizer
from knowledge.shorts import Shorts
from knowledge.spelling import Spelling
from knowledge.splitter import Document, Passage
from knowledge.wording import Wording

LEXICAL = "lexical_"


@dataclass(frozen=True)
class Snapshot:
    """Everything needed to match a question, read-only. ``threshold``: below this cosine a question is off topic.
    ``taught`` are the documents that the recognizer learnt from messages, too.
    """

    content_hash: str
    collection: str
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    vectors: Vectors
    lexical: LexicalIndex
    wording: Wording
    practice: Recognizer
    taught: frozenset[str]
    threshold: float
    points: Points
    shorts: Shorts


def packed(made: Snapshot) -> dict[str, Any]:
    """The snapshot as arrays by name."""
    spelling = made.wording.spelling
    meta = {
        "content_hash": made.content_hash,
        "collection": made.collection,
        "threshold": made.threshold,
        "documents": [[d.id, d.title, d.paragraphs, d.questions] for d in made.documents],
        "passages": [[p.document, p.kind, p.text] for p in made.passages],
        "vocabulary": made.lexical.vocabulary,
        "spelling": [spelling.words, spelling.weights, sorted(spelling.known), sorted(spelling.own)],
        "practice": made.practice.labels,
        "taught": sorted(made.taught),
        "points": made.points.counts,
        "shorts": made.shorts.owners,
    }
    return {
        "meta": np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8),
        "vectors": made.vectors,
        "points": made.points.rows,
        **{f"{LEXICAL}{name}": array for name, array in made.lexical.arrays.items()},
        **made.practice.arrays(),
        **made.shorts.arrays(),
    }


def unpacked(stored: Any) -> Snapshot:
    """The snapshot from its arrays. Raises ValueError where they do not fit together, KeyError where one is missing."""
    meta = json.loads(stored["meta"].tobytes())
    words, weights, known, own = meta["spelling"]
    lexical = {name.removeprefix(LEXICAL): stored[name] for name in stored if name.startswith(LEXICAL)}
    return _whole(
        Snapshot(
            content_hash=meta["content_hash"],
            collection=meta["collection"],
            documents=tuple(Document(a, b, tuple(c), tuple(d)) for a, b, c, d in meta["documents"]),
            passages=tuple(Passage(*row) for row in meta["passages"]),
            vectors=stored["vectors"],
            lexical=LexicalIndex.kept(meta["vocabulary"], lexical),
            wording=Wording(Spelling(tuple(words), tuple(weights), frozenset(known), frozenset(own))),
            practice=Recognizer.kept(meta["practice"], stored),
            taught=frozenset(meta["taught"]),
            threshold=meta["threshold"],
            points=Points.kept(stored["points"], meta["points"]),
            shorts=Shorts.kept(meta["shorts"], stored),
        )
    )


def _whole(snapshot: Snapshot) -> Snapshot:
    documents = {document.id for document in snapshot.documents}
    if not len(snapshot.vectors) == len(snapshot.passages) > 0 or documents != {p.document for p in snapshot.passages}:
        raise ValueError("the pieces of the snapshot do not fit together")
    return snapshot
