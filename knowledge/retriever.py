"""Which practices a question is about: vectors, words and what the recognizer learnt, summed."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from knowledge.errors import StoreDamaged
from knowledge.gate import GOOD, REFUSE, SMALL
from knowledge.learnt import Learnt, standard
from knowledge.nearness import Found, Nearness
from knowledge.overlap import Overlap
from knowledge.parts import Cut, Pieces, Side, best_cut, cuts, together, worth_reading
from knowledge.points import ELSEWHERE, SHORT, Closeness, Place
from knowledge.practice import Practice
from knowledge.ranking import fuse
from knowledge.reading import Reader, Reading, Said, Vectors, softmax
from knowledge.snapshot import Snapshot
from knowledge.stores import VectorStore
from knowledge.stores.exact import ExactStore
from knowledge.translation import thread_in_english
from knowledge.wording import asks, led_by_reference, refers_back, speaks_of_it

log = logging.getLogger(__name__)
TINY = 1e-9
SURELY_SMALL = 0.95
"""How likely a message alone must be small talk to be that whatever was said before it."""
NEIGHBOURS = 200
OWN, RARER = 0.5, 1.15
"""Share of what is learnt of a practice from its own text alone, by where a message lies, against the weighted sum; by
how much both count more, as what was learnt from messages is surer of itself.
"""
REFERRING, LED, LEAST_ALONE, MOST_ALONE, ALONE_WORDS = 0.3, 0.35, 0.4, 0.6, 16
"""Share of a message alone against the message within its thread: of one that refers back, of one that begins with a
word for what was said, of a short one, of a long one, and how many words are long. People follow up, and people change
the subject: chosen with the threads of ``open.jsonl``, ``open-library.jsonl`` and ``working.jsonl``, and with their
other questions asked after two about something else.
"""
CLEAR_ALONE, SURELY_ALONE = 1.35, 0.9
"""By how much one practice must fit a message alone better than the next for that share, whatever was said before it:
standard deviations over the library. No follow-up of the open sets loses its practice by it.
"""


@dataclass(frozen=True)
class Hit:
    """A practice found; ``score`` is comparable within one search only."""

    practice: str
    score: float
    near: Nearness = field(compare=False, repr=False)

    @property
    def cosine(self) -> float:
        """That of its best passage."""
        return self.near.cosine(self.practice)

    @property
    def passage(self) -> str:
        """Its best passage, or nothing."""
        return self.near.passage(self.practice)


@dataclass(frozen=True)
class Alone:
    """A message without its thread, and how much it counts so: 0..1."""

    text: str
    reading: Reading
    learnt: Vectors
    share: float


@dataclass(frozen=True)
class Question:
    """One of two that a message holds, what it wants, the practice that it asks for, and that practice's score for it
    alone.
    """

    text: str
    intent: Vectors = field(compare=False)
    practice: str
    score: float


@dataclass(frozen=True)
class Query:
    """A message made ready: readable words with its thread before it, where it lies, and what kind it is.

    ``learnt`` says what the recognizer makes of it, document by document. ``questions`` are the two that it holds; none
    where it holds one. ``alone`` is the message without its thread, if it has one. ``typed`` is the practice that this
    very question stands in, or whose title it is (``titled``); nobody doubts then that there is an answer.
    """

    text: str
    reading: Reading
    learnt: Vectors
    kinds: dict[str, float]
    questions: tuple[Question, ...] = ()
    alone: Alone | None = None
    typed: str | None = None
    titled: bool = False

    @property
    def intent(self) -> Vectors:
        """What the message wants, without its thread."""
        return (self.alone or self).reading.intent


class Retriever:
    """Finds practices in one snapshot. ``prefer`` puts a live store in front of the exact one."""

    def __init__(self, snapshot: Snapshot, reader: Reader) -> None:
        self.snapshot = snapshot
        self._reader = reader
        self._exact = ExactStore(snapshot.collection, snapshot.vectors)
        self._store: VectorStore = self._exact
        self._place = {document.id: place for place, document in enumerate(snapshot.documents)}
        self._owner = np.array([self._place[passage.document] for passage in snapshot.passages])
        self._is_text = np.array([passage.kind == "text" for passage in snapshot.passages])
        self._titled = {_plain(document.title): document.id for document in snapshot.documents}
        self._typed = self._titled | {
            _plain(passage.text): passage.document for passage in snapshot.passages if passage.kind == "question"
        }
        self._overlap = Overlap(snapshot.practice.words.rarity)
        self._learnt = Learnt(snapshot)

    def prefer(self, store: VectorStore | None) -> None:
        """Query this store from now on; None goes back to the snapshot."""
        self._store = store or self._exact

    @property
    def live(self) -> bool:
        """Whether a live store is queried rather than the snapshot."""
        return self._store is not self._exact

    def is_title(self, message: str) -> bool:
        """Whether the message is a practice by its title."""
        return _plain(message) in self._titled

    def understand(self, message: str, before: Sequence[str] = ()) -> Query:
        """Make a message ready to be searched for, in English; ``before`` are the thread's earlier questions."""
        typed, titled = (known.get(_plain(message)) for known in (self._typed, self._titled))
        said = self.snapshot.wording.said(thread_in_english([*before, message]))
        message = said.text[said.start :]
        pieces = Pieces.of(message)
        apart = self._reader.read(Said(message), pieces.begins)
        reading = self._reader.read(said) if said.start else apart
        whole = self._learnt.scores(message, apart.intent)
        sides, scored = self._apart(pieces, apart.within, whole)
        questions = () if typed else self._two_questions(whole, sides, scored)
        learnt = standard(together(whole, scored))
        ours = {**dict.fromkeys(reading.kinds, 0.0), GOOD: 1.0} if typed else None
        if not said.start:
            return Query(said.text, reading, learnt, ours or reading.kinds, questions, None, typed, bool(titled))
        share = _alone(message, self._learnt.by_messages(message, apart.intent))
        alone = Alone(message, apart, learnt, share)
        within = self._learnt.scores(said.text, reading.intent)
        kinds = _between(reading.kinds, apart.kinds, share)
        if share >= LEAST_ALONE and _refusing(apart.kinds) > _refusing(kinds):
            kinds = apart.kinds  # what is to be refused alone is not made better by what was said before
        elif _sum(apart.kinds, SMALL) > SURELY_SMALL:
            kinds = apart.kinds  # nor do thanks become a question
        return Query(said.text, reading, within, ours or kinds, questions, alone, typed, bool(titled))

    def search(self, query: Query, limit: int = 5) -> list[Hit]:
        """The best practices, best first. Passages are looked up only for practices that are ranked by them, and for
        whoever asks how near they lie.
        """
        whole = Nearness(self.snapshot, lambda: self._neighbours(query.reading.vector))
        score, near = self._scores(query.text, query.learnt, whole), whole
        if alone := query.alone:
            apart = Nearness(self.snapshot, lambda: self._exact.search(alone.reading.vector, self._limit))
            score = (1 - alone.share) * score + alone.share * self._scores(alone.text, alone.learnt, apart)
            near = Nearness(self.snapshot, lambda: whole.found[0], lambda: apart.found[0])
        if query.typed:
            # Whoever curates the library said where this question belongs, or it is the title.
            score[self._place[query.typed]] = score.max() + 1
        best = np.argsort(-score, kind="stable")[:limit]
        return [Hit(self.snapshot.documents[place].id, float(score[place]), near) for place in best]

    def closeness(self, practice: Practice, question: str, intent: Vectors) -> Closeness:
        """How close each point of a practice is to a question in English that wants ``intent``, a unit vector."""
        points = self.snapshot.points.closeness(practice, intent, self._overlap.of(practice, question))
        shorts, elsewhere = self._learnt.shortly(practice.id, question, intent)
        return {**points, **{Place(SHORT, at): near for at, near in enumerate(shorts)}, Place(ELSEWHERE, 0): elsewhere}

    def best_without_typed(self, question: str) -> list[str]:
        """The best practices as for one who asks nearly what is typed somewhere: to try typed questions with."""
        return [hit.practice for hit in self.search(replace(self.understand(question), typed=None))]

    def _apart(self, pieces: Pieces, within: Vectors, whole: Vectors) -> tuple[list[tuple[Side, Side]], list[Cut]]:
        """The message cut in two in each way, and what both sides score; nothing where it is clearly one question."""
        if not worth_reading(whole, self._scored(cuts(pieces.texts, within))):
            return [], []
        sides = cuts(pieces.texts, self._reader.pieces(pieces.texts))
        return sides, self._scored(sides)

    def _scored(self, sides: Sequence[tuple[Side, Side]]) -> list[Cut]:
        return [self._cut(*both) for both in sides]

    def _cut(self, before: Side, after: Side) -> Cut:
        one, other = (self._learnt.scores(side.text, side.intent) for side in (before, after))
        return Cut(one, other, asks(before.text) and asks(after.text), speaks_of_it(after.text))

    def _two_questions(
        self, whole: Vectors, sides: Sequence[tuple[Side, Side]], scored: Sequence[Cut]
    ) -> tuple[Question, ...]:
        if not (found := best_cut(whole, scored)):
            return ()
        place, *asked_for = found
        scores = scored[place].before, scored[place].after
        return tuple(
            Question(side.text, side.intent, self.snapshot.documents[one].id, float(score[one]))
            for side, score, one in zip(sides[place], scores, asked_for, strict=True)
        )

    def _scores(self, message: str, learnt: Vectors, near: Nearness) -> Vectors:
        """One score a document."""
        if self._learnt.taught.all():
            return learnt.copy()
        [(places, cosines)] = near.found
        text, title = (self._best(places, cosines, self._is_text[places] == wanted) for wanted in (True, False))
        summed = standard(fuse(text, title, self.snapshot.lexical.scores(message)))
        return np.where(self._learnt.taught, learnt, RARER * (OWN * learnt + (1 - OWN) * summed)).astype(np.float32)

    @property
    def _limit(self) -> int:
        return min(NEIGHBOURS, len(self.snapshot.passages))

    def _neighbours(self, vector: Vectors) -> Found:
        try:
            return self._store.search(vector, self._limit)
        except StoreDamaged as error:
            log.warning("answering from the snapshot: %s", error)
            self._store = self._exact
            return self._exact.search(vector, self._limit)

    def _best(self, places: Any, cosines: Any, chosen: Any) -> Vectors:
        """Each document's best cosine among the chosen neighbours; the weakest neighbour's where it has none."""
        best = np.full(len(self.snapshot.documents), float(cosines[-1]), dtype=np.float32)
        np.maximum.at(best, self._owner[places[chosen]], cosines[chosen])
        return best


def _plain(text: str) -> str:
    """As compared: upper and lower case, spaces and signs make no difference."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _refusing(kinds: dict[str, float]) -> float:
    return _sum(kinds, REFUSE)


def _sum(kinds: dict[str, float], group: str) -> float:
    return sum(chance for kind, chance in kinds.items() if kind.startswith(group))


def _alone(message: str, learnt: Vectors) -> float:
    """How much a message counts without its thread, which fits practices so well alone."""
    if refers_back(message):
        return REFERRING
    best = np.sort(learnt)[-2:]
    if len(best) > 1 and best[1] - best[0] > CLEAR_ALONE:
        return SURELY_ALONE
    if led_by_reference(message):
        return LED
    return min(MOST_ALONE, max(LEAST_ALONE, len(message.split()) / ALONE_WORDS))


def _between(one: dict[str, float], other: dict[str, float], share: float) -> dict[str, float]:
    """The geometric mean of two judgements, the second with this share: neither overrules a clear no of the other."""
    logits = [(1 - share) * np.log(one[kind] + TINY) + share * np.log(other[kind] + TINY) for kind in one]
    return dict(zip(one, softmax(np.array(logits, dtype=np.float32)).tolist(), strict=True))
