"""The words of a text as features: each word and each pair of words that follow one another, hashed, the rare ones
counting more. There are many hashes because words that share one blur.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from knowledge.reading import Vectors
from knowledge.stems import stemmed

Places = np.ndarray[Any, np.dtype[np.int64]]
HASHES = 32768
COLUMNS = 32
"""Labels that are summed at a time: all at once would take a gigabyte for some ten thousand texts."""


def word_places(text: str) -> Places:
    """Which hashed features the words and word pairs light up, in order."""
    stems = stemmed(re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.lower()))
    grams = [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]
    return np.array(sorted({zlib.crc32(gram.encode()) % HASHES for gram in grams}), dtype=np.int64)


def counted(places: Places, rarity: Vectors) -> Vectors:
    """What each of these features counts in its text, so that their norm is one."""
    found = rarity[places]
    return np.asarray(found / max(float(np.linalg.norm(found)), 1e-9), dtype=np.float32)


def rarity_in(texts: Sequence[str]) -> Vectors:
    """How much each feature counts: one, and the logarithm of how rare it is in these texts."""
    lit = np.concatenate([np.zeros(0, dtype=np.int64), *map(word_places, texts)])
    return np.asarray(1 + np.log((1 + len(texts)) / (1 + np.bincount(lit, minlength=HASHES))), dtype=np.float32)


@dataclass(frozen=True)
class Words:
    """Texts x (``HASHES`` and one that is always lit), sparse: the entry at each ``row``, ``place`` is ``value``;
    sorted by row.
    """

    rows: Places
    places: Places
    values: Vectors
    size: int

    @classmethod
    def of(cls, texts: Sequence[str], rarity: Vectors) -> Words:
        found = [word_places(text) for text in texts]
        values = [np.append(counted(places, rarity), np.float32(1)) for places in found]
        lit = [np.append(places, HASHES) for places in found]
        rows = np.repeat(np.arange(len(texts)), [len(each) for each in lit])
        return cls(rows, np.concatenate(lit), np.concatenate(values), len(texts))

    def times(self, weights: Vectors) -> Vectors:
        """The matrix times features x labels."""
        return _summed((each[self.places] * self.values[:, None] for each in _columns(weights)), self.rows, self.size)

    def back(self, rows: Vectors) -> Vectors:
        """The transposed matrix times texts x labels."""
        order = self._by_place
        entries = (each[self.rows[order]] * self.values[order][:, None] for each in _columns(rows))
        return _summed(entries, self.places[order], HASHES + 1)

    def stepper(self, each: Vectors, decay: float) -> Callable[[Vectors], Vectors]:
        """Scaled by how much of each feature there is; ``each`` says what a text counts."""
        much = self.back(each[:, None]) + decay
        return lambda slope: np.asarray(slope / much, dtype=np.float32)

    @cached_property
    def _by_place(self) -> Places:
        return np.argsort(self.places, kind="stable")


def _columns(whole: Vectors) -> Iterator[Vectors]:
    yield from (whole[:, start : start + COLUMNS] for start in range(0, whole.shape[1], COLUMNS))


def _summed(parts: Iterator[Vectors], groups: Places, size: int) -> Vectors:
    """Entries summed by group, some columns after the others; ``groups`` is sorted."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    columns = []
    for entries in parts:
        total = np.zeros((size, entries.shape[1]), dtype=np.float32)
        total[groups[starts]] = np.add.reduceat(entries, starts, axis=0)
        columns.append(total)
    return np.hstack(columns) if columns else np.zeros((size, 0), dtype=np.float32)
