"""Which practices a message wants, by all that was learnt from messages: where it lies, its words, and how near it is
to one of the questions that short answers settle.
"""

from __future__ import annotations

import math

import numpy as np

from knowledge.reading import Vectors
from knowledge.snapshot import Snapshot

WORDS = 0.56
"""Share of words, against where a message lies, in what is learnt of a practice from messages. Of 1,231 questions of
the open sets 1,090 find a right practice first; between 0.5 and 0.6 four more or three fewer do. With the whole vector,
BM25, titles and typed questions beside it, in the best of 400 mixtures, a tenth of a percent more did.
"""
SHORT_WORDS, SHORTLY = (6, 18), (0.4, 0.1)
"""How many words are few and many, and the share that the nearest short answer has in a message of so few and so many:
a practice's messages are of many sorts, and a few words are often just one of its short answers' question, while long
ones tell enough without. Of 1,467 questions of the open sets 1,325 find a right practice first, without it 1,309; with
shares and bounds near these 1,322 to 1,325 do, with half the shares 1,318.
"""
LIKELIER = 0.07
"""What a standard deviation by which another practice fits better counts, where short answers of two are compared. Of
the 90 of 313 questions that are surest to begin with a short answer 72 do so rightly, 70 where it counts nothing.
"""


class Learnt:
    """Scores practices; one number a document of the snapshot, in standard deviations over the library."""

    def __init__(self, snapshot: Snapshot) -> None:
        documents = [document.id for document in snapshot.documents]
        self._known = snapshot.practice
        self.taught = np.array([document in snapshot.taught for document in documents])
        self._order = np.array([snapshot.practice.labels.index(document) for document in documents])
        self._shorts = snapshot.shorts
        self._place = {document: place for place, document in enumerate(documents)}
        self._owners = np.array([self._place[owner] for owner in snapshot.shorts.owners], dtype=np.int64)
        self._with_shorts = np.isin(np.arange(len(documents)), self._owners)

    def scores(self, message: str, intent: Vectors) -> Vectors:
        """Of a message, or a part of one, that wants ``intent``, a unit vector."""
        return self._scored(message, intent, self._near(message, intent))

    def by_messages(self, message: str, intent: Vectors) -> Vectors:
        """The same without short answers."""
        lies, words = (
            standard(scores[self._order])
            for scores in (self._known.intents.of_vector(intent), self._known.words.scores(message))
        )
        return standard(np.where(self.taught, (1 - WORDS) * lies + WORDS * words, lies))

    def shortly(self, practice: str, message: str, intent: Vectors) -> tuple[list[float], float]:
        """How near the message is to the question of each short answer of the practice (its id), in their order, and to
        the nearest of all other practices, as far as these fit the message.
        """
        near = self._near(message, intent)
        its = self._owners == self._place[practice]
        fits = LIKELIER * self._scored(message, intent, near)
        others = (near + fits[self._owners])[~its]
        elsewhere = float(others.max() - fits[self._place[practice]]) if len(others) else -1.0
        return near[its].tolist(), elsewhere

    def _scored(self, message: str, intent: Vectors, near: Vectors) -> Vectors:
        summed = self.by_messages(message, intent)
        share = float(np.interp(len(message.split()), SHORT_WORDS, SHORTLY))
        return standard((1 - share) * summed + share * self._by_shorts(near, summed))

    def _by_shorts(self, near: Vectors, otherwise: Vectors) -> Vectors:
        """By the nearest short answer of each practice; what is said ``otherwise`` of practices without any."""
        if not self._with_shorts.any():
            return otherwise
        nearest = np.full(len(otherwise), -1.0, dtype=np.float32)
        np.maximum.at(nearest, self._owners, near)
        nearest[self._with_shorts] = standard(nearest[self._with_shorts])
        return np.where(self._with_shorts, nearest, otherwise)

    def _near(self, message: str, intent: Vectors) -> Vectors:
        return self._shorts.nearness(message, intent, self._known.words.rarity)


def standard(scores: Vectors) -> Vectors:
    """The same with the mean 0 and the standard deviation 1."""
    centred = scores - scores.mean()
    spread = math.sqrt(float(centred @ centred) / max(len(centred), 1))
    return np.asarray(centred / (spread or 1.0), dtype=np.float32)
