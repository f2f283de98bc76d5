"""A linear recognizer: which of a set of labels a sentence belongs to, learnt from example sentences.

Features are the sentence's embedding and its words and word pairs (hashed): the embedding carries the subject, the words carry
the intention ("buy", "without them knowing") that an embedding blurs. Training is multinomial logistic regression with every
label weighing the same, in numpy, in seconds.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import Stemmer

Vectors = np.ndarray[Any, np.dtype[np.float32]]

HASHES, WORD_WEIGHT = 2048, 0.8
RATE, MOMENTUM, DECAY, ROUNDS = 4.0, 0.9, 2e-5, 160

_stem = Stemmer.Stemmer("english")


@dataclass(frozen=True)
class Recognizer:
    """``weights``: features x labels; ``labels`` in column order."""

    labels: tuple[str, ...]
    weights: Vectors
    bias: Vectors

    def probabilities(self, vector: Vectors, text: str) -> dict[str, float]:
        """How likely the sentence belongs to each label; sums to one."""
        return dict(zip(self.labels, softmax(self.logits(vector, text)).tolist(), strict=True))

    def logits(self, vector: Vectors, text: str) -> Vectors:
        """Raw scores in label order; cheap, since only the words present are looked up."""
        size = vector.shape[0]
        places, value = word_places(text)
        words = self.weights[size + places].sum(axis=0) * value if len(places) else 0.0
        return np.asarray(vector @ self.weights[:size] + words + self.bias, dtype=np.float32)


def word_places(text: str) -> tuple[np.ndarray[Any, np.dtype[np.int64]], float]:
    """Which hashed features the words and word pairs light up, and the value each gets (their norm is WORD_WEIGHT)."""
    stems = _stem.stemWords(re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.lower()))
    grams = [*stems, *(f"{first} {second}" for first, second in zip(stems, stems[1:], strict=False))]
    places = np.unique([zlib.crc32(gram.encode()) % HASHES for gram in grams]).astype(np.int64)
    return places, WORD_WEIGHT / len(places) ** 0.5 if len(places) else 0.0


def train(
    vectors: Vectors,
    texts: Sequence[str],
    labels: Sequence[str],
    weigh: Callable[[str], float] = lambda label: 1.0,
) -> Recognizer:
    """Learn from sentences with their labels; ``weigh`` gives a label's share of attention, equal by default."""
    names = tuple(sorted(set(labels)))
    features = _features(vectors, texts)
    wanted = np.eye(len(names), dtype=np.float32)[[names.index(label) for label in labels]]
    shares = np.array([weigh(name) for name in names], dtype=np.float32)
    each = (wanted / wanted.sum(axis=0)) @ (shares / shares.sum())
    weights = np.zeros((features.shape[1], len(names)), dtype=np.float32)
    bias = np.zeros(len(names), dtype=np.float32)
    push, nudge = np.zeros_like(weights), np.zeros_like(bias)
    for _ in range(ROUNDS):
        miss = (softmax(features @ weights + bias) - wanted) * each[:, None]
        push = MOMENTUM * push - RATE * (features.T @ miss + DECAY * weights)
        nudge = MOMENTUM * nudge - RATE * miss.sum(axis=0)
        weights, bias = weights + push, bias + nudge
    return Recognizer(names, weights, bias)


def softmax(scores: Vectors) -> Vectors:
    """Scores to probabilities along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def _features(vectors: Vectors, texts: Sequence[str]) -> Vectors:
    words = np.zeros((len(texts), HASHES), dtype=np.float32)
    for row, text in enumerate(texts):
        places, value = word_places(text)
        words[row, places] = value
    return np.hstack([vectors.astype(np.float32), words])
