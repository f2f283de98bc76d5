"""What tells which label a message belongs to: two linear models learnt from example messages, each alone.

One hears where the message lies in the space of what people want, the other its words. Learnt together, the first would
explain away what the second could say: the branch that makes that space has seen the messages that are learnt from, and
is surer of them than of any that come later (ADR 0019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.linear import Dense, Linear, evenly, learnt
from knowledge.reading import Vectors
from knowledge.words import Words, counted, rarity_in, word_places

INTENTS_DECAY, WORDS_DECAY = 6e-6, 2e-6
"""Chosen with the open sets."""


@dataclass(frozen=True)
class ByWords:
    """``rarity`` says how much each hashed word counts."""

    linear: Linear
    rarity: Vectors

    @classmethod
    def taught(
        cls, texts: Sequence[str], labels: Sequence[str], each: Vectors, base: ByWords | None = None
    ) -> ByWords:
        """As ``learnt`` in ``knowledge/linear.py``."""
        rarity = base.rarity if base else rarity_in(texts)
        known = base.linear if base else None
        return cls(learnt(Words.of(texts, rarity), labels, each, WORDS_DECAY, known), rarity)

    @classmethod
    def kept(cls, labels: Sequence[str], stored: Mapping[str, Any]) -> ByWords:
        """From what ``arrays`` gave. Raises KeyError where something is missing."""
        return cls(Linear.kept(labels, stored, "words"), stored["words_rarity"])

    def arrays(self) -> dict[str, Any]:
        return {**self.linear.arrays("words"), "words_rarity": self.rarity}

    def scores(self, text: str) -> Vectors:
        """Raw scores in label order; cheap, since only the words present are looked up."""
        places = word_places(text)
        return self.linear.of_few(places, counted(places, self.rarity))


@dataclass(frozen=True)
class Recognizer:
    """Both models, for the same labels."""

    intents: Linear
    words: ByWords

    @classmethod
    def taught(
        cls,
        intents: Vectors,
        texts: Sequence[str],
        labels: Sequence[str],
        base: Recognizer | None = None,
        counts: Sequence[float] | None = None,
    ) -> Recognizer:
        """From messages, their places in the space of intents, and their labels, every label with the same share of
        attention; ``counts`` as for ``evenly``. Of a ``base`` nothing changes that it knows of these labels.
        """
        each = evenly(labels, counts)
        known = base.intents if base else None
        lie = learnt(Dense(intents), labels, each, INTENTS_DECAY, known)
        return cls(lie, ByWords.taught(texts, labels, each, base.words if base else None))

    @classmethod
    def kept(cls, labels: Sequence[str], stored: Mapping[str, Any]) -> Recognizer:
        """From what ``arrays`` gave. Raises KeyError where something is missing."""
        return cls(Linear.kept(labels, stored, "intents"), ByWords.kept(labels, stored))

    def arrays(self) -> dict[str, Any]:
        return {**self.intents.arrays("intents"), **self.words.arrays()}

    @property
    def labels(self) -> tuple[str, ...]:
        return self.intents.labels
