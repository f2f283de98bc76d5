"""Pieces of a practice's prose: whole sentences, with the marks of their sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.answers import Point
from knowledge.practice import CITATION

_KEPT = 1024
"""Pieces that are kept as they were cut last: practices stay the same from one question to the next."""
SAID_BEFORE = 0.6
"""Share of a sentence's longer words with which it says again what was said."""


def points_of(items: Sequence[str]) -> tuple[Point, ...]:
    return tuple(point_of(item) for item in items)


@lru_cache(maxsize=_KEPT)
def point_of(item: str) -> Point:
    """What is bold at the beginning of an item, and the rest."""
    bold = re.match(r"\*\*(.+?)\*\*\s*(.*)", item, re.DOTALL)
    return Point(bold[1], bold[2]) if bold else Point("", item)


def sentences_of(text: str) -> list[str]:
    """Prose of a practice, sentence by sentence, marks included; what stands in quotes stays together."""
    found: list[str] = []
    for piece in re.split(r"(?<=[.!?])\s+(?=[A-Z\[\"'])", text):
        if found and found[-1].count('"') % 2:
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


@lru_cache(maxsize=_KEPT)
def first_sentences(text: str, most: int) -> str:
    """Whole sentences from the start, at least one, at most ``most`` words; marks do not count."""
    kept: list[str] = []
    for sentence in sentences_of(text):
        if kept and len(CITATION.sub("", " ".join([*kept, sentence])).split()) > most:
            break
        kept.append(sentence)
    return " ".join(kept)


def unsaid(text: str, said: str) -> str:
    """The text without the sentences that say again what was ``said`` just before."""
    before = _longer_words(said)

    def again(sentence: str) -> bool:
        words = _longer_words(sentence)
        return bool(words) and len(before & words) >= SAID_BEFORE * len(words)

    return " ".join(sentence for sentence in sentences_of(text) if not again(sentence))


def _longer_words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", CITATION.sub("", text.lower())))
