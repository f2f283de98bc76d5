"""A typed message made readable: abbreviations written out, slips of the finger mended, the question found in
the story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

SHORTEST_MENDED, LIKENESS = 5, 0.74
MOST_WORDS = 400
"""Longer messages keep their beginning and end: that is where people put the question."""

_WORD = re.compile(r"[^\W\d_][\w'&/+-]*|\W+|\d\S*", re.UNICODE)
_ASKS = re.compile(
    r"^\W*(and |so |but |now |then |well |ok |hi |hello )*"
    r"(how|what|which|who|whom|whose|when|why|where|can|could|should|shall|do|does|did|is|are|am|was|were|would|will|may|might|"
    r"any|anyone|help|tell|give|show|explain|suggest|advise|please|i need|i want|i'd like|we need|we want|is there)\b",
    re.IGNORECASE,
)

_ANOTHER = re.compile(
    r"[,;]?\s+(?:and|but|or)\s+(?=(?:how|what|which|who|when|why|where|can|could|should|do|does|is|are|will)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wording:
    """Mends messages with the words of a library. ``known`` are words that are right as they stand."""

    words: frozenset[str]
    known: frozenset[str]

    @classmethod
    def of(cls, library_texts: Iterable[str], other_texts: Iterable[str] = ()) -> Wording:
        """Learn which words exist; words seen once only in the library are not used to mend others."""
        seen = Counter(word for text in library_texts for word in re.findall(r"[a-z]{4,}", text.lower()))
        others = {word for text in other_texts for word in re.findall(r"[a-z]{4,}", text.lower())}
        return cls(frozenset(word for word, times in seen.items() if times > 1), frozenset(seen) | frozenset(others))

    def readable(self, text: str) -> str:
        """The message with abbreviations written out and unknown words replaced by the library's nearest."""
        return "".join(self._word(part) for part in _WORD.findall(_shortened(text)))

    def _word(self, word: str) -> str:
        written = _abbreviations()["exact"].get(word) or _abbreviations()["any"].get(word.lower())
        if written:
            return written
        return self._mended(word) if word.isascii() and word.isalpha() else word

    def _mended(self, word: str) -> str:
        lower = word.lower()
        if len(lower) < SHORTEST_MENDED or lower in self.known:
            return word
        found = self._nearest(lower)
        return found or word

    @cached_property
    def _list(self) -> list[str]:
        return sorted(self.words)

    def _nearest(self, word: str) -> str | None:
        best = process.extractOne(
            word, self._list, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=LIKENESS
        )
        return best[0] if best else None


def sentences(text: str) -> list[str]:
    """Sentences and lines of at least three words; the whole text if there is none."""
    parts = [part.strip() for part in re.split(r"(?<=[.?!…])\s+|\n+", text)]
    return [part for part in parts if len(part.split()) >= 3] or [text]


def asking(text: str) -> list[str]:
    """The sentences that ask for something; the last one if none looks like it."""
    found = sentences(text)
    return [part for part in found if "?" in part or _ASKS.match(part)] or found[-1:]


def questions_in(text: str) -> list[str]:
    """What is asked, one by one: asking sentences, cut where "and" begins another question."""
    parts = [part for sentence in asking(text) for part in _ANOTHER.split(sentence)]
    return [part for part in parts if len(part.split()) >= 3]


def _shortened(text: str) -> str:
    words = text.split(" ")
    if len(words) <= MOST_WORDS:
        return text
    return " ".join([*words[: MOST_WORDS // 2], *words[-MOST_WORDS // 2 :]])


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, dict[str, str]]:
    entries: list[dict[str, Any]] = yaml.load(
        (files("knowledge") / "glossary" / "abbreviations.yaml").read_text(encoding="utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506  # the C twin of the safe loader
    )
    found: dict[str, dict[str, str]] = {"exact": {}, "any": {}}
    for entry in entries:
        exact = entry.get("case") == "exact"
        found["exact" if exact else "any"][entry["write"] if exact else str(entry["write"]).lower()] = entry["read"]
    return found
