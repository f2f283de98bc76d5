"""Which of a question's words stand in the points of a practice."""

from __future__ import annotations

import numpy as np

from knowledge.points import texts
from knowledge.practice import Practice
from knowledge.reading import Vectors
from knowledge.words import HASHES, Words, counted, word_places


class Overlap:
    """Compares by words, the rare ones counting more; what is worked out of a practice is kept for the next time."""

    def __init__(self, rarity: Vectors) -> None:
        self._rarity = rarity
        self._kept: dict[str, Words] = {}

    def of(self, practice: Practice, question: str) -> Vectors:
        """For each of the practice's ``places`` the cosine of its words and word pairs to the question's: 0..1."""
        if practice.id not in self._kept:
            self._kept[practice.id] = Words.of(texts(practice), self._rarity)
        asked = np.zeros((HASHES + 1, 1), dtype=np.float32)
        lit = word_places(question)
        asked[lit, 0] = counted(lit, self._rarity)
        return self._kept[practice.id].times(asked)[:, 0]
