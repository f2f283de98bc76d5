"""Builds and keeps what questions are matched with: vectors, recognizers and the calibrated threshold.

One file, the snapshot, holds all of it and is replaced atomically. Vectors are kept by the hash of their text, so
that a build
embeds only what is new.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedder import Embedder, MiniLM
from knowledge.errors import IndexUnwritable
from knowledge.gate import GOOD, OFF, REFUSE, Example, gate_data
from knowledge.library import Library
from knowledge.recognizer import Recognizer, train
from knowledge.splitter import Document, Passage, as_document, split
from knowledge.wording import Wording

log = logging.getLogger(__name__)
FORMAT = "3"
OFF_TOPIC_PERCENTILE = 95
Vectors = np.ndarray[Any, np.dtype[np.float32]]
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Snapshot:
    """Everything needed to match a question, read-only. ``threshold``: below this cosine a question is off topic."""

    content_hash: str
    collection: str
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    vectors: Vectors
    practice: Recognizer
    gate: Recognizer
    threshold: float


def fingerprint(library: Library, model: str) -> str:
    """What a snapshot must carry to be of use for this library and model."""
    gate = hashlib.sha256("\n".join(f"{item.label} {item.text}" for item in gate_data().examples).encode()).hexdigest()
    return hashlib.sha256(f"{FORMAT} {model} {library.content_hash} {gate}".encode()).hexdigest()


def model_name(embedder: Embedder) -> str:
    """Names the vector space, so that vectors of two models never mix."""
    return str(getattr(embedder, "name", None) or getattr(embedder, "model", None) or type(embedder).__name__)


class IndexFolder:
    """The folder in which snapshot, vectors and lock file stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot_file = folder / "snapshot.npz"
        self.vectors_file = folder / "vectors.npz"

    @contextmanager
    def building(self) -> Iterator[bool]:
        """Hold the lock file while building; yields False when another process holds it."""
        import fcntl

        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "build.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True

    def load(self) -> Snapshot | None:
        """The snapshot that stands, or None when there is none or it cannot be read."""
        try:
            with np.load(self.snapshot_file, allow_pickle=False) as stored:
                return _whole(_unpacked(stored))
        except FileNotFoundError:
            return None
        except Exception as error:  # a damaged archive raises anything; the index is made again
            log.warning("the index cannot be read and is made again (%s)", type(error).__name__)
            return None

    def build(self, library: Library, embedder: Embedder, report: Report | None = None) -> Snapshot:
        """Embed what is new, learn, calibrate, and put the snapshot in place."""
        made = _made(library, embedder, self._embed(embedder, report))
        _write(self.snapshot_file, _packed(made))
        return made

    def _embed(self, embedder: Embedder, report: Report | None) -> Callable[[Sequence[str]], Vectors]:
        model = model_name(embedder)

        def embed(texts: Sequence[str]) -> Vectors:
            known = self._known(model)
            keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
            fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if fresh:
                known.update(zip(fresh, _embedded(embedder, list(fresh.values()), report), strict=True))
            kept = {key: known[key] for key in dict.fromkeys(keys)}
            if fresh or len(kept) < len(known):
                names, rows = np.array(list(kept)), np.stack(list(kept.values()))
                _write(self.vectors_file, {"model": np.array(model), "keys": names, "vectors": rows})
            return np.stack([known[key] for key in keys])

        return embed

    def _known(self, model: str) -> dict[str, Vectors]:
        try:
            with np.load(self.vectors_file, allow_pickle=False) as stored:
                if str(stored["model"]) == model:
                    return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        except Exception:  # whatever is wrong with a cache, it is made again
            return {}
        return {}


def _made(library: Library, embedder: Embedder, embed: Callable[[Sequence[str]], Vectors]) -> Snapshot:
    practices = list(library.practices.values())
    documents = tuple(as_document(practice) for practice in practices)
    passages = tuple(passage for document in documents for passage in split(document))
    wording = wording_for(documents)
    examples = [
        Example(example.label, wording.readable(example.text)) for example in gate_data().with_library(practices)
    ]
    texts = [*(passage.text for passage in passages), *(example.text for example in examples)]
    vectors = embed(texts)
    ours, taught = vectors[: len(passages)], vectors[len(passages) :]
    labels = [example.label for example in examples]
    off = taught[[place for place, label in enumerate(labels) if label == OFF]]
    content = fingerprint(library, model_name(embedder))
    return Snapshot(
        content_hash=content,
        collection=f"midway-{content[:32]}",
        documents=documents,
        passages=passages,
        vectors=ours,
        practice=train(ours, [passage.text for passage in passages], [passage.document for passage in passages]),
        gate=train(taught, [example.text for example in examples], labels, _share),
        threshold=float(np.percentile((off @ ours.T).max(axis=1), OFF_TOPIC_PERCENTILE)),
    )


def wording_for(documents: Sequence[Document]) -> Wording:
    """Words of the library mend slips; words of the gate's examples are right as they stand."""
    return Wording.of(
        (f"{document.title} {document.body} {' '.join(document.questions)}" for document in documents),
        (example.text for example in gate_data().examples),
    )


def _share(label: str) -> float:
    """How much attention a label gets in training: good questions and refusals matter as wholes, not per kind."""
    return {GOOD: 14.0, OFF: 6.0}.get(label, 1.2 if label.startswith(REFUSE) else 0.8)


def _embedded(embedder: Embedder, texts: list[str], report: Report | None) -> Vectors:
    if isinstance(embedder, MiniLM):
        return embedder.vectors(texts, report)
    rows = np.asarray(embedder.embed_documents(texts), dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _packed(made: Snapshot) -> dict[str, Any]:
    meta = {
        "content_hash": made.content_hash,
        "collection": made.collection,
        "threshold": made.threshold,
        "documents": [[d.id, d.title, d.paragraphs, d.questions] for d in made.documents],
        "passages": [[p.document, p.kind, p.text] for p in made.passages],
        "practice": made.practice.labels,
        "gate": made.gate.labels,
    }
    return {
        "meta": np.array(json.dumps(meta)),
        "vectors": made.vectors,
        "practice_weights": made.practice.weights,
        "practice_bias": made.practice.bias,
        "gate_weights": made.gate.weights,
        "gate_bias": made.gate.bias,
    }


def _unpacked(stored: Any) -> Snapshot:
    meta = json.loads(str(stored["meta"]))
    return Snapshot(
        content_hash=meta["content_hash"],
        collection=meta["collection"],
        documents=tuple(Document(a, b, tuple(c), tuple(d)) for a, b, c, d in meta["documents"]),
        passages=tuple(Passage(*row) for row in meta["passages"]),
        vectors=stored["vectors"],
        practice=Recognizer(tuple(meta["practice"]), stored["practice_weights"], stored["practice_bias"]),
        gate=Recognizer(tuple(meta["gate"]), stored["gate_weights"], stored["gate_bias"]),
        threshold=meta["threshold"],
    )


def _whole(snapshot: Snapshot) -> Snapshot:
    """The snapshot if its pieces fit together. Raises ValueError."""
    documents = {document.id for document in snapshot.documents}
    if not len(snapshot.vectors) == len(snapshot.passages) > 0 or documents != {p.document for p in snapshot.passages}:
        raise ValueError("the pieces of the snapshot do not fit together")
    return snapshot


def _write(path: Path, arrays: dict[str, Any]) -> None:
    """Replace a file in one step, so that readers see the old or the new one. Raises IndexUnwritable."""
    part = path.with_suffix(".part")  # only the holder of the lock file writes
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        why = error.strerror or type(error).__name__
        raise IndexUnwritable(f"The index cannot be written to {path.parent} ({why}): make room there.") from error
