"""A linear recognizer: which of a set of labels a sentence belongs to, learnt from example sentences.

Features are the sentence's vector and its words and word pairs (hashed): the vector carries the subject, the words
what a vector blurs. There are many hashes because word pairs that share one blur again. Training is multinomial
logistic regression, every label with the same share of attention, in seconds, with the same result every time.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from knowledge.reading import Vectors, softmax
from knowledge.stems import stemmed

Places = np.ndarray[Any, np.dtype[np.int64]]

HASHES = 16384
DECAY, ROUNDS, SLACK = 6e-6, 50, 1.001
"""Decay and rounds chosen with the open sets, when 33,700 messages were learnt from: with a decay of 1e-5 or 4e-6 about
one question in a hundred more finds its practice first than with 4e-5, with 100 rounds a few fewer than with 50. How
much the loss may rise before steps shrink.
"""


@dataclass(frozen=True)
class Recognizer:
    """``weights``: features x labels; ``labels`` in column order."""

    labels: tuple[str, ...]
    weights: Vectors
    bias: Vectors

    def logits(self, vector: Vectors, text: str) -> Vectors:
        """Raw scores in label order; cheap, since only the words present are looked up."""
        size = vector.shape[0]
        places, value = word_places(text)
        words = self.weights[size + places].sum(axis=0, dtype=np.float32) * value
        return np.asarray(vector @ self._of_vector + words + self.bias, dtype=np.float32)

    def many(self, dense: Vectors, words: _Words) -> Vectors:
        """Raw scores of many sentences, one row each."""
        return np.asarray(dense @ self._of_vector + words.times(self._of_words) + self.bias, dtype=np.float32)

    def only(self, labels: set[str]) -> Recognizer:
        """The same without labels that are not among these."""
        kept = [place for place, label in enumerate(self.labels) if label in labels]
        return Recognizer(tuple(self.labels[place] for place in kept), self.weights[:, kept], self.bias[kept])

    def beside(self, other: Recognizer) -> Recognizer:
        """Both; ``other`` names the labels of both, and holds the weights of its own, which come last."""
        return Recognizer(
            other.labels, np.hstack([self.weights, other.weights]), np.concatenate([self.bias, other.bias])
        )

    @property
    def _of_words(self) -> Vectors:
        return self.weights[len(self.weights) - HASHES :].astype(np.float32)

    @cached_property
    def _of_vector(self) -> Vectors:
        """The weights of the vector's numbers, at full precision: they are needed for every message."""
        return self.weights[: len(self.weights) - HASHES].astype(np.float32)


def word_places(text: str) -> tuple[Places, float]:
    """Which hashed features the words and word pairs light up, and the value each gets, so that their norm is one."""
    stems = stemmed(re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.lower()))
    grams = [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]
    places = np.unique(np.array([zlib.crc32(gram.encode()) % HASHES for gram in grams], dtype=np.int64))
    return places, 1.0 / max(len(places), 1) ** 0.5


def train(
    vectors: Vectors, texts: Sequence[str], labels: Sequence[str], base: Recognizer | None = None
) -> Recognizer:
    """Learn from sentences with their labels. What ``base`` knows of its labels stays as it is: only others are learnt,
    and those that no sentence has any more are forgotten.
    """
    found = set(labels)
    known = base.only(found) if base else None
    names = (*(known.labels if known else ()), *sorted(found - set(known.labels if known else ())))
    if known and names == known.labels:
        return known
    wanted = np.eye(len(names), dtype=np.float32)[[names.index(label) for label in labels]]
    each = np.asarray((wanted / wanted.sum(axis=0)).sum(axis=1) / len(names), dtype=np.float32)
    words = _Words.of(texts)
    dense = np.hstack([vectors.astype(np.float32), np.ones((len(texts), 1), dtype=np.float32)])
    frozen = known.many(dense[:, :-1], words) if known else np.zeros((len(texts), 0), dtype=np.float32)
    weights = _fitted(dense, words, wanted, each, frozen)
    size = dense.shape[1]
    learnt = Recognizer(names, np.vstack([weights[: size - 1], weights[size:]]).astype(np.float16), weights[size - 1])
    return known.beside(learnt) if known else learnt


@dataclass(frozen=True)
class _Words:
    """The texts' hashed words as a sparse matrix: the entry at each ``row``, ``place`` is ``value``; sorted by row."""

    rows: Places
    places: Places
    values: Vectors
    size: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Words:
        found = [word_places(text) for text in texts]
        counts = [len(places) for places, _ in found]
        return cls(
            np.repeat(np.arange(len(texts)), counts),
            np.concatenate([places for places, _ in found]),
            np.repeat(np.array([value for _, value in found], dtype=np.float32), counts),
            len(texts),
        )

    def times(self, weights: Vectors) -> Vectors:
        """The matrix times ``HASHES`` x labels."""
        return _summed(weights[self.places] * self.values[:, None], self.rows, self.size)

    def back(self, rows: Vectors) -> Vectors:
        """The transposed matrix times texts x labels."""
        order = self._by_place
        return _summed(rows[self.rows[order]] * self.values[order][:, None], self.places[order], HASHES)

    @cached_property
    def _by_place(self) -> Places:
        return np.argsort(self.places, kind="stable")


def _summed(entries: Vectors, groups: Places, size: int) -> Vectors:
    """Entries summed by group; ``groups`` is sorted."""
    total = np.zeros((size, entries.shape[1]), dtype=np.float32)
    if len(groups):
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        total[groups[starts]] = np.add.reduceat(entries, starts, axis=0)
    return total


def _fitted(dense: Vectors, words: _Words, wanted: Vectors, each: Vectors, frozen: Vectors) -> Vectors:
    """Weights of the dense features, then of the words, by Nesterov's steps; of the labels after those whose scores
    are ``frozen``.

    Each feature's step is scaled by how much of it there is (for the dense ones as Böhning, 1992). Where that is too
    bold and the loss rises, steps are halved and momentum starts anew.
    """
    size = dense.shape[1]
    solve = np.linalg.inv((dense * each[:, None]).T @ dense + DECAY * np.eye(size, dtype=np.float32))
    scale = 1.0 / (words.back(each[:, None]) + DECAY)
    known = frozen.shape[1]
    weights = ahead = np.zeros((size + HASHES, wanted.shape[1] - known), dtype=np.float32)
    pace, bold, best = 1.0, 1.0, np.inf
    for _ in range(ROUNDS):
        found = softmax(np.hstack([frozen, dense @ ahead[:size] + words.times(ahead[size:])]))
        loss = float(-(np.log((found * wanted).sum(axis=1) + 1e-9) * each).sum() + DECAY / 2 * np.square(ahead).sum())
        if loss > best * SLACK:
            pace, bold, ahead = 1.0, bold / 2, weights
            continue
        miss = ((found - wanted) * each[:, None])[:, known:]
        slope = np.vstack([dense.T @ miss, words.back(miss)]) + DECAY * ahead
        moved = ahead - bold * np.vstack([solve @ slope[:size], scale * slope[size:]])
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        weights, ahead, pace, best = moved, moved + (pace - 1) / faster * (moved - weights), faster, min(best, loss)
    return weights
