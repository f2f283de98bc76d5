"""Builds and keeps what questions are matched with: vectors, the recognizer and the calibrated threshold.

One file, the snapshot, holds all of it and is replaced atomically. Vectors are kept by the hash of their text, so
that a build reads only what is new.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.asked import asked, asked_hash
from knowledge.errors import IndexUnwritable
from knowledge.gate import gate_data
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.points import Points, texts
from knowledge.reading import Reader, Said, Vectors, View
from knowledge.recognizer import DECAY, HASHES, ROUNDS, Recognizer, train
from knowledge.snapshot import Snapshot, packed, unpacked
from knowledge.splitter import Document, as_document, split
from knowledge.taught import shipped_recognizer
from knowledge.translation import thread_in_english
from knowledge.wording import Wording, glossary_hash

log = logging.getLogger(__name__)
FORMAT = "12"
OFF_TOPIC_PERCENTILE = 95
Report = Callable[[int, int], None]


def teaching(library: Library, reader: Reader) -> str:
    """The fingerprint of all that a recognizer of this library is learnt from."""
    documents = tuple(as_document(practice) for practice in library.practices.values())
    whole = hashlib.sha256(f"{reader.name} {HASHES} {DECAY} {ROUNDS}".encode())
    for passage in (passage for document in documents for passage in split(document)):
        whole.update(f"{passage.document} {passage.text}".encode())
    for practice, said in _asked(documents, wording_for(documents, reader)):
        whole.update(f"{practice} {said.start} {said.text}".encode(errors="replace"))
    return whole.hexdigest()


def fingerprint(library: Library, model: str) -> str:
    """What a snapshot must carry to be of use for this library and model."""
    off_topic = hashlib.sha256("\n".join(gate_data().off_topic).encode()).hexdigest()
    whole = f"{FORMAT} {model} {library.content_hash} {asked_hash()} {glossary_hash()} {off_topic}"
    return hashlib.sha256(whole.encode()).hexdigest()


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
                return unpacked(stored)
        except (FileNotFoundError, KeyError):  # none yet, or one of another version
            return None
        except Exception as error:  # a damaged archive raises anything; the index is made again
            log.warning("the index cannot be read and is made again (%s)", type(error).__name__)
            return None

    def build(self, library: Library, reader: Reader, report: Report | None = None) -> Snapshot:
        """Embed what is new, learn, calibrate, and put the snapshot in place."""
        made = self.made(library, reader, report)
        _write(self.snapshot_file, packed(made))
        return made

    def made(
        self, library: Library, reader: Reader, report: Report | None = None, *, keep: bool = True, afresh: bool = False
    ) -> Snapshot:
        """A snapshot that is not put in place. ``keep`` what was read for later builds; learn it all ``afresh``, or
        only what the shipped recognizer does not know.
        """
        base = None if afresh else shipped_recognizer(reader.name)
        return _made(library, reader, lambda said: self._embed(reader, said, report, keep), base)

    def _embed(self, reader: Reader, said: Sequence[Said], report: Report | None, keep: bool) -> View:
        """One row each; only what is not kept from an earlier build is read."""
        known = self._known(reader.name)
        keys = [_key(each) for each in said]
        fresh = {key: each for key, each in zip(keys, said, strict=True) if key not in known}
        if fresh:
            made = reader.many(list(fresh.values()), report)
            known.update(zip(fresh, zip(made.vector, made.intent, strict=True), strict=True))
        kept = {key: known[key] for key in dict.fromkeys(keys)}
        if keep and (fresh or len(kept) < len(known)):
            vectors, intents = (np.stack(rows) for rows in zip(*kept.values(), strict=True))
            names = {"model": np.array(reader.name), "keys": np.array(list(kept))}
            _write(self.vectors_file, {**names, "vectors": vectors, "intents": intents})
        vectors, intents = (np.stack(rows) for rows in zip(*(known[key] for key in keys), strict=True))
        return View(vectors, intents)

    def _known(self, model: str) -> dict[str, tuple[Vectors, Vectors]]:
        try:
            with np.load(self.vectors_file, allow_pickle=False) as stored:
                if str(stored["model"]) == model:
                    rows = zip(stored["vectors"], stored["intents"], strict=True)
                    return dict(zip(stored["keys"].tolist(), rows, strict=True))
        except Exception:  # whatever is wrong with a cache, it is made again
            return {}
        return {}


def _key(said: Said) -> str:
    return hashlib.sha256(f"{said.start} {said.text}".encode(errors="replace")).hexdigest()[:32]


def _made(
    library: Library, reader: Reader, embed: Callable[[Sequence[Said]], View], base: Recognizer | None
) -> Snapshot:
    practices = library.practices.values()
    documents = tuple(as_document(practice) for practice in practices)
    passages = tuple(passage for document in documents for passage in split(document))
    wording = wording_for(documents, reader)
    messages = () if base else tuple(_asked(documents, wording))
    taught = [*((passage.document, Said(passage.text)) for passage in passages), *messages]
    points = [Said(text) for practice in practices for text in texts(practice)]
    found = embed([*(said for _, said in taught), *points, *map(Said, gate_data().off_topic)])
    ours, told, off = np.split(found.vector, [len(taught), len(taught) + len(points)])
    ours = ours[: len(passages)]
    features = found.features()[: len(taught)]
    content = fingerprint(library, reader.name)
    return Snapshot(
        content_hash=content,
        collection=f"midway-{content[:32]}",
        documents=documents,
        passages=passages,
        vectors=ours,
        lexical=LexicalIndex.of(documents),
        wording=wording,
        practice=train(features, [said.text for _, said in taught], [practice for practice, _ in taught], base),
        taught=frozenset(base.labels if base else (practice for practice, _ in messages)),
        threshold=float(np.percentile((off @ ours.T).max(axis=1), OFF_TOPIC_PERCENTILE)),
        points=Points.of(practices, told),
    )


def _asked(documents: Sequence[Document], wording: Wording) -> Iterator[tuple[str, Said]]:
    """Each message with the practice that answers it."""
    for document in documents:
        for turns in asked(document.id):
            yield document.id, wording.said(thread_in_english(turns))


def wording_for(documents: Sequence[Document], reader: Reader) -> Wording:
    """Words of the library and of the language mend slips."""
    texts = (f"{document.title} {document.body}" for document in documents)
    typed = (question for document in documents for question in document.questions)
    return Wording.of(texts, typed, reader.words())


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
