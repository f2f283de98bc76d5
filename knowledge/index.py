"""Builds and keeps what questions are matched with: vectors, the recognizer and the calibrated threshold.

One file, the snapshot, holds all of it and is replaced atomically. Vectors are kept by the hash of their text, so
that a build reads only what is new.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from knowledge.asked import asked, asked_hash, asked_shortly
from knowledge.excerpts import points_of
from knowledge.files import write_arrays
from knowledge.gate import gate_data
from knowledge.kept import Kept
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.linear import ROUNDS
from knowledge.points import Points, texts
from knowledge.practice import Practice
from knowledge.reading import Reader, Said
from knowledge.recognizer import INTENTS_DECAY, WORDS_DECAY, Recognizer
from knowledge.shorts import Short, Shorts
from knowledge.snapshot import Snapshot, packed, unpacked
from knowledge.splitter import Document, as_document, split
from knowledge.taught import shipped_recognizer, shipped_shorts, shipped_version, short_key
from knowledge.translation import thread_in_english
from knowledge.wording import Wording, glossary_hash
from knowledge.words import HASHES

log = logging.getLogger(__name__)
FORMAT = "19"
OFF_TOPIC_PERCENTILE = 95
SETTLED = 0.4
"""What a message counts that a short answer settles, beside others of its practice: such messages are many, short, and
have words that lead elsewhere. Chosen with the open sets.
"""
Report = Callable[[int, int], None]


def teaching(library: Library, reader: Reader) -> str:
    """The fingerprint of all that a recognizer of this library is learnt from."""
    practices = library.practices.values()
    documents = tuple(as_document(practice) for practice in practices)
    whole = hashlib.sha256(f"{reader.name} {HASHES} {INTENTS_DECAY} {WORDS_DECAY} {ROUNDS} {SETTLED}".encode())
    for passage in (passage for document in documents for passage in split(document)):
        whole.update(f"{passage.document} {passage.text}".encode())
    for practice, said, _ in _asked(practices, wording_for(documents, reader)):
        whole.update(f"{practice} {said.start} {said.text}".encode(errors="replace"))
    return whole.hexdigest()


def fingerprint(library: Library, model: str) -> str:
    """What a snapshot must carry to be of use for this library and model."""
    off_topic = hashlib.sha256("\n".join(gate_data().off_topic).encode()).hexdigest()
    learnt = f"{shipped_version()} {asked_hash()} {glossary_hash()} {off_topic}"
    whole = f"{FORMAT} {model} {library.content_hash} {learnt}"
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
        write_arrays(self.snapshot_file, packed(made))
        return made

    def made(
        self, library: Library, reader: Reader, report: Report | None = None, *, keep: bool = True, afresh: bool = False
    ) -> Snapshot:
        """A snapshot that is not put in place. ``keep`` what was read for later builds; learn it all ``afresh``, or
        only what the shipped recognizer does not know.
        """
        base = None if afresh else shipped_recognizer(reader.intents_name)
        practices = library.practices.values()
        documents = tuple(as_document(practice) for practice in practices)
        passages = tuple(passage for document in documents for passage in split(document))
        wording = wording_for(documents, reader)
        asked_of = () if base else tuple(_asked(practices, wording))
        known = {} if afresh else shipped_shorts(reader.intents_name)
        points = [text for practice in practices for text in texts(practice)]
        leads = [(each.id, point.lead) for each in practices for point in points_of(each.sections.short_answers)]
        new = list(dict.fromkeys(lead for practice, lead in leads if short_key(practice, lead) not in known))
        messages = [*(said for _, said, _ in asked_of), *map(Said, points), *map(Said, new)]
        located = [*(passage.text for passage in passages), *gate_data().off_topic]
        found = Kept(self.vectors_file).read(reader, located, messages, report, keep=keep, afresh=afresh)
        ours, off = np.split(found.vectors, [len(passages)])
        wants = np.concatenate([found.wants[: len(passages)], found.intents[: len(asked_of)]])
        labels = [*(passage.document for passage in passages), *(practice for practice, *_ in asked_of)]
        said = [*(passage.text for passage in passages), *(each.text for _, each, _ in asked_of)]
        counts = [*(1.0 for _ in passages), *(count for *_, count in asked_of)]
        made = Recognizer.taught(wants, said, labels, base, counts)
        _, lie, ask = np.split(found.intents, [len(asked_of), len(asked_of) + len(points)])
        alone = {lead: Short.of([lead], [row], [1.0], made.words.rarity) for lead, row in zip(new, ask, strict=True)}
        content = fingerprint(library, reader.name)
        return Snapshot(
            content_hash=content,
            collection=f"midway-{content[:32]}",
            documents=documents,
            passages=passages,
            vectors=ours,
            lexical=LexicalIndex.of(documents),
            wording=wording,
            practice=made,
            taught=frozenset(base.labels if base else (practice for practice, *_ in asked_of)),
            threshold=float(np.percentile((off @ ours.T).max(axis=1), OFF_TOPIC_PERCENTILE)),
            points=Points.of(practices, lie),
            shorts=Shorts.of([(name, known.get(short_key(name, lead)) or alone[lead]) for name, lead in leads]),
        )


def _asked(practices: Iterable[Practice], wording: Wording) -> Iterator[tuple[str, Said, float]]:
    """Each message with the practice that answers it and what it counts, and each question of a short answer."""
    for practice in practices:
        settled = {text for said in asked_shortly(practice.id).values() for text in said}
        for turns in asked(practice.id):
            yield practice.id, wording.said(thread_in_english(turns)), SETTLED if turns[-1] in settled else 1.0
        for point in points_of(practice.sections.short_answers):
            yield practice.id, wording.said([point.lead]), 1.0


def wording_for(documents: Sequence[Document], reader: Reader) -> Wording:
    """Words of the library and of the language mend slips."""
    texts = (f"{document.title} {document.body}" for document in documents)
    typed = (question for document in documents for question in document.questions)
    return Wording.of(texts, typed, reader.words())
