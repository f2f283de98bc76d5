"""Multinomial logistic regression: which of a set of labels a text belongs to, from one kind of features.

Learnt in seconds, with the same result every time, and kept in eight bits a weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from knowledge.reading import Vectors, softmax

Step = Callable[[Vectors], Vectors]
Small = np.ndarray[Any, np.dtype[np.int8]]
ROUNDS, SLACK, WHOLE = 60, 1.001, 127
"""Steps; how much the loss may rise before they shrink; the largest weight as it is kept."""


class Features(Protocol):
    """Texts x features, the last of which is one for every text."""

    def times(self, weights: Vectors) -> Vectors:
        """The matrix times features x labels."""
        ...

    def back(self, rows: Vectors) -> Vectors:
        """The transposed matrix times texts x labels."""
        ...

    def stepper(self, each: Vectors, decay: float) -> Step:
        """Makes of a slope a step that is not too bold; ``each`` says what a text counts."""
        ...


class Dense:
    """A vector for each text."""

    def __init__(self, vectors: Vectors) -> None:
        self._rows = np.hstack([vectors, np.ones((len(vectors), 1))]).astype(np.float32)

    def times(self, weights: Vectors) -> Vectors:
        return np.asarray(self._rows @ weights)

    def back(self, rows: Vectors) -> Vectors:
        return np.asarray(self._rows.T @ rows)

    def stepper(self, each: Vectors, decay: float) -> Step:
        """Scaled by how much of each feature there is (Böhning, 1992)."""
        even = decay * np.eye(self._rows.shape[1], dtype=np.float32)
        solve = np.linalg.inv((self._rows * each[:, None]).T @ self._rows + even)
        return lambda slope: np.asarray(solve @ slope, dtype=np.float32)


@dataclass(frozen=True)
class Linear:
    """``weights``, times ``step`` label by label: features x labels; ``labels`` in column order."""

    labels: tuple[str, ...]
    weights: Small
    step: Vectors
    bias: Vectors

    @classmethod
    def of(cls, labels: Sequence[str], weights: Vectors) -> Linear:
        """From weights in full, the last row those of the feature that is always one."""
        step = np.maximum(np.abs(weights[:-1]).max(axis=0), 1e-9) / WHOLE
        kept = np.round(weights[:-1] / step).astype(np.int8)
        return cls(tuple(labels), kept, step.astype(np.float32), weights[-1].astype(np.float32))

    @classmethod
    def kept(cls, labels: Sequence[str], stored: Mapping[str, Any], name: str) -> Linear:
        """From what ``arrays`` gave. Raises KeyError where something is missing."""
        return cls(tuple(labels), stored[name], stored[f"{name}_step"], stored[f"{name}_bias"])

    def arrays(self, name: str) -> dict[str, Any]:
        weights = np.ascontiguousarray(self.weights)  # a message needs a few of its rows
        return {name: weights, f"{name}_step": self.step, f"{name}_bias": self.bias}

    def of_vector(self, vector: Vectors) -> Vectors:
        """Raw scores of a text by the vector of all its features."""
        return np.asarray(vector @ self._full[:-1] + self.bias, dtype=np.float32)

    def of_few(self, places: Any, values: Vectors) -> Vectors:
        """Raw scores of a text that has few of the features: at these places, with these values."""
        return np.asarray(values @ self.weights[places].astype(np.float32) * self.step + self.bias, dtype=np.float32)

    def of_all(self, features: Features) -> Vectors:
        """Raw scores of many texts, a row each."""
        return features.times(self._full)

    def only(self, labels: set[str]) -> Linear:
        """The same without labels that are not among these."""
        kept = [place for place, label in enumerate(self.labels) if label in labels]
        names = tuple(self.labels[place] for place in kept)
        return Linear(names, self.weights[:, kept], self.step[kept], self.bias[kept])

    def beside(self, other: Linear) -> Linear:
        """Both, the labels of the other after those of this one."""
        weights = np.hstack([self.weights, other.weights])
        step, bias = (np.concatenate(both) for both in ((self.step, other.step), (self.bias, other.bias)))
        return Linear((*self.labels, *other.labels), weights, step, bias)

    @cached_property
    def _full(self) -> Vectors:
        return np.vstack([self.weights * self.step, self.bias]).astype(np.float32)


def evenly(labels: Sequence[str], counts: Sequence[float] | None = None) -> Vectors:
    """What each text counts, so that every label counts the same; one in all. ``counts`` are what texts of one label
    count beside each other.
    """
    given = [1.0] * len(labels) if counts is None else counts
    of_label: dict[str, float] = defaultdict(float)
    for label, count in zip(labels, given, strict=True):
        of_label[label] += count
    return np.array(
        [count / of_label[label] / len(of_label) for label, count in zip(labels, given, strict=True)], dtype=np.float32
    )


def learnt(
    features: Features, labels: Sequence[str], each: Vectors, decay: float, base: Linear | None = None
) -> Linear:
    """Learn from texts with their labels; ``each`` says what a text counts (one in all). What ``base`` knows of its
    labels stays as it is: only others are learnt, and those that no text has any more are forgotten.
    """
    found = set(labels)
    known = base.only(found) if base else None
    new = sorted(found - set(known.labels if known else ()))
    if known and not new:
        return known
    names = [*(known.labels if known else ()), *new]
    place = {name: at for at, name in enumerate(names)}
    wanted = np.eye(len(names), dtype=np.float32)[[place[label] for label in labels]]
    frozen = known.of_all(features) if known else np.zeros((len(labels), 0), dtype=np.float32)
    made = Linear.of(new, _fitted(features, wanted, each, frozen, decay))
    return known.beside(made) if known else made


def _fitted(features: Features, wanted: Vectors, each: Vectors, frozen: Vectors, decay: float) -> Vectors:
    """Weights by Nesterov's steps, of the labels after those whose scores are ``frozen``. Where a step is too bold and
    the loss rises, steps are halved and momentum starts anew.
    """
    known = frozen.shape[1]
    size = features.back(np.zeros((len(wanted), 1), dtype=np.float32)).shape[0]
    weights = ahead = np.zeros((size, wanted.shape[1] - known), dtype=np.float32)
    step = features.stepper(each, decay)
    pace, bold, best = 1.0, 1.0, np.inf
    for _ in range(ROUNDS):
        found = softmax(np.hstack([frozen, features.times(ahead)]))
        loss = float(-(np.log((found * wanted).sum(axis=1) + 1e-9) * each).sum() + decay / 2 * np.square(ahead).sum())
        if loss > best * SLACK:
            pace, bold, ahead = 1.0, bold / 2, weights
            continue
        slope = features.back(((found - wanted) * each[:, None])[:, known:])
        moved = ahead - bold * step(np.asarray(slope + decay * ahead, dtype=np.float32))
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        weights, ahead, pace, best = moved, moved + (pace - 1) / faster * (moved - weights), faster, min(best, loss)
    return weights
