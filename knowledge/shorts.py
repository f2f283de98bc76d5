"""How near a message is to the question of each short answer: by what both want, and by their words.

A short answer is known by its question and by the messages that it is known to settle (``knowledge/asked/short``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from knowledge.reading import Vectors, unit
from knowledge.words import HASHES, Places, counted, word_places

Small = np.ndarray[Any, np.dtype[Any]]
WHOLE, WORDS = 127, 255
"""What one is kept as, of where it lies and of what a word counts."""


class Short(NamedTuple):
    """Where a short answer lies in the space of what people want, a unit vector; the places of its words, and what each
    counts, their norm being one.
    """

    intent: Vectors
    places: Places
    counts: Vectors

    @classmethod
    def of(cls, texts: Sequence[str], wants: Sequence[Vectors], each: Sequence[float], rarity: Vectors) -> Short:
        """In the middle of texts that it settles, with what each of them wants and what it counts."""
        words = np.zeros(HASHES, dtype=np.float32)
        for text, count in zip(texts, each, strict=True):
            places = word_places(text)
            words[places] += count * counted(places, rarity)
        lit = np.flatnonzero(words)
        middle = np.sum([count * want for count, want in zip(each, wants, strict=True)], axis=0)
        return cls(unit(middle), lit, unit(words[lit]) if len(lit) else words[lit])


@dataclass(frozen=True)
class Shorts:
    """The short answers of all practices, those of one practice together and in its order. ``bounds`` tell which of
    ``places`` and ``counts``, the words, are whose.
    """

    owners: tuple[str, ...]
    intents: Small
    bounds: Small
    places: Small
    counts: Small

    @classmethod
    def of(cls, owned: Sequence[tuple[str, Short]]) -> Shorts:
        """Each with the id of its practice."""
        shorts = [short for _, short in owned]
        intents = np.array([short.intent for short in shorts], dtype=np.float32)
        empty = np.zeros(0, dtype=np.float32)
        return cls(
            owners=tuple(owner for owner, _ in owned),
            intents=np.rint(intents * WHOLE).astype(np.int8),
            bounds=np.cumsum([0, *(len(short.places) for short in shorts)]).astype(np.int32),
            places=np.concatenate([empty, *(short.places for short in shorts)]).astype(np.uint16),
            counts=np.rint(np.concatenate([empty, *(short.counts for short in shorts)]) * WORDS).astype(np.uint8),
        )

    @classmethod
    def kept(cls, owners: Sequence[str], stored: Mapping[str, Any]) -> Shorts:
        """From what ``arrays`` gave. Raises KeyError where something is missing, ValueError where it does not fit."""
        names = ("intents", "bounds", "places", "counts")
        made = cls(tuple(owners), *(stored[f"short_{name}"] for name in names))
        if not len(owners) == len(made.intents) == len(made.bounds) - 1 or made.bounds[-1] != len(made.places):
            raise ValueError("the short answers do not fit together")
        return made

    def arrays(self) -> dict[str, Any]:
        return {f"short_{name}": getattr(self, name) for name in ("intents", "bounds", "places", "counts")}

    def at(self, place: int) -> Short:
        """One of them as it was made, in eight bits a number."""
        words = slice(*self.bounds[place : place + 2])
        intent, counts = (each.astype(np.float32) for each in (self.intents[place], self.counts[words]))
        return Short(unit(intent), self.places[words].astype(np.int64), counts / np.float32(WORDS))

    def nearness(self, message: str, intent: Vectors, rarity: Vectors) -> Vectors:
        """To a message that wants ``intent``, a unit vector: the cosine of wants and that of words, summed; a number
        each.
        """
        if not self.owners:
            return np.zeros(0, dtype=np.float32)
        near = self._wants @ intent
        places = word_places(message)
        begins, shorts, values = self._by_word
        for place, count in zip(places, counted(places, rarity), strict=True):
            span = slice(begins[place], begins[place + 1])
            near[shorts[span]] += count * values[span]
        return np.asarray(near, dtype=np.float32)

    @cached_property
    def _wants(self) -> Vectors:
        return self.intents.astype(np.float32) / np.float32(WHOLE)

    @cached_property
    def _by_word(self) -> tuple[Places, Places, Vectors]:
        """For each word where its entries begin, and in which short answers it counts how much."""
        order = np.argsort(self.places, kind="stable")
        begins = np.searchsorted(self.places[order], np.arange(HASHES + 1))
        shorts = np.repeat(np.arange(len(self.owners)), np.diff(self.bounds))
        return begins, shorts[order], np.asarray(self.counts[order] / np.float32(WORDS))
