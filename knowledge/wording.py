"""A typed message made readable: abbreviations written out, slips of the finger mended, the question found in
the story.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.reading import THREAD, Said
from knowledge.stems import stemmed

SHORTEST_MENDED, LIKENESS = 5, 0.74
COMMON = 6000
"""How many of the language's commonest words mend slips that no word of the library does."""
MOST_MENDED = 12
"""Slips in one message; one with more is in another language."""
LONGEST_REFERENCE, LONGEST_LED = 8, 30
"""Words of a message that only makes sense after the one before, and of one that begins with a word for it."""
FIRST_WORDS, LAST_WORDS = 70, 110
"""Longer messages keep their beginning and end: that is where people put the question."""

_GLOSSARY = files("knowledge") / "glossary" / "abbreviations.yaml"
_WORD = re.compile(r"[^\W\d_][\w'&/+-]*|\W+|\d\S*", re.UNICODE)
_ASKS = re.compile(
    r"^\W*(?:[a-d1-4][.)]\W*)?(and |so |but |now |then |well |ok |hi |hello |also,? )*"
    r"(how|what|which|who|whom|whose|when|why|where|can|could|should|shall|do|does|did|is|are|am|was|were|would|will|may|might|"
    r"any|anyone|help|tell|give|show|explain|suggest|advise|please|i need|i want|i'd like|we need|we want|is there)\b",
    re.IGNORECASE,
)

_BACK = re.compile(r"^\W*(?:and|but|or|so)\b|\b(?:it|its|that|this|these|those|they|them|their)\b", re.IGNORECASE)
_LED = re.compile(
    r"^\W*(?:(?:and|but|or|so|ok|well|yes|no|now)\W+)*(?:it|its|that|this|these|those|they|them|their|he|she|both)\b",
    re.IGNORECASE,
)
_ASKING = (
    "how|what|which|who|whom|whose|when|why|where|can|could|should|shall|do|does|did|is|are|will|would|may|if|whether"
)
_ANOTHER = re.compile(
    r"(?<=[.?!;…])\s+|\n+"
    rf"|,?\s+(?:and|or|but)\s+(?=(?:(?:also|then|separately|secondly),?\s+)?(?:{_ASKING})\b)"
    r"|\s+(?=also,?\s+(?:how|what|which|who|whom|whose|when|why|where)\b)"
    rf"|(?<!\bbesides)(?<!\bplus)(?<!\balso),\s+(?=(?:(?:also|besides),?\s+)?(?:{_ASKING})\b)",
    re.IGNORECASE,
)
"""Where another question may begin."""
_JOINT = re.compile(
    r"\s+[-–—/+&]+\s+|(?<=[,:])\s+|\s+(?=(?:and|or|but|n|plus|also|then|while|because|besides)\s)", re.IGNORECASE
)
"""Where something else may begin, in a message that nobody punctuated."""
SHORTEST_PIECE = 3
"""Words of something that is asked, at least."""
_NUMBERED = re.compile(r"(?<!\w)(?=(?:\(?[a-d1-4]\)|[1-4]\.)\s)")


@dataclass(frozen=True)
class Wording:
    """Mends messages with the words of a library, then with common ones. ``known`` words are right as they stand."""

    words: tuple[str, ...]
    common: tuple[str, ...]
    known: frozenset[str]

    @classmethod
    def of(cls, library_texts: Iterable[str], language: Sequence[str] = ()) -> Wording:
        """Learn which words exist; words seen once only in the library are not used to mend others.

        ``language`` are words of the language, the commonest first.
        """
        seen = Counter(word for text in library_texts for word in re.findall(r"[a-z]{4,}", text.lower()))
        long = [word for word in language[:COMMON] if len(word) >= SHORTEST_MENDED]
        return cls(
            tuple(sorted(word for word, times in seen.items() if times > 1)), tuple(long), frozenset((*seen, *language))
        )

    def said(self, turns: Sequence[str]) -> Said:
        """The last turn as a message in its thread, all of it readable."""
        *before, message = map(self.readable, turns[-THREAD - 1 :])
        return Said.after(before, message)

    def readable(self, text: str) -> str:
        """The message with abbreviations written out and unknown words replaced by the nearest known one."""
        parts = _WORD.findall(_shortened(text))
        written = [_written_out(part) for part in parts]
        slips = {part for part, found in zip(parts, written, strict=True) if part == found and self._is_slip(part)}
        mended = {slip: self._nearest(slip.lower()) or slip for slip in slips} if len(slips) <= MOST_MENDED else {}
        return "".join(mended.get(part, part) for part in written)

    def _is_slip(self, word: str) -> bool:
        if len(word) < SHORTEST_MENDED or not (word.isascii() and word.isalpha()):
            return False
        lower = word.lower()
        return lower not in self.known and stemmed([lower])[0] not in self._stems

    @cached_property
    def _stems(self) -> frozenset[str]:
        """Of words that exist, so that a form which was never seen counts as right."""
        return frozenset(stemmed(list(self.known)))

    def _nearest(self, word: str) -> str | None:
        for words in self._of_like_length(len(word)):
            scorer = OSA.normalized_similarity
            if best := process.extractOne(word, words, scorer=scorer, score_cutoff=LIKENESS):
                return str(best[0])
        return None

    def _of_like_length(self, length: int) -> tuple[list[str], list[str]]:
        """The words that can be like one of so many letters: all others are too short or too long for it.
        Half the time that trying all takes.
        """
        if length not in self._by_length:
            self._by_length[length] = (_like(self.words, length), _like(self.common, length))
        return self._by_length[length]

    @cached_property
    def _by_length(self) -> dict[int, tuple[list[str], list[str]]]:
        return {}


def _like(words: Sequence[str], length: int) -> list[str]:
    return [word for word in words if min(len(word), length) >= LIKENESS * max(len(word), length)]


def one_slip(word: str, words: Sequence[str]) -> str | None:
    """The one of these words that a single slip of the finger makes of this one; None if there is none."""
    best = process.extractOne(word, words, scorer=OSA.distance, score_cutoff=1)
    return str(best[0]) if best else None


def _written_out(word: str) -> str:
    return _abbreviations()["exact"].get(word) or _abbreviations()["any"].get(word.lower()) or word


def sentences(text: str) -> list[str]:
    """Sentences and lines of at least three words; the whole text if there is none."""
    parts = [part.strip() for part in re.split(r"(?<=[.?!…])\s+|\n+", text)]
    return [part for part in parts if len(part.split()) >= 3] or [text]


def asking(text: str) -> list[str]:
    """The sentences that ask for something; the last one if none looks like it."""
    found = sentences(text)
    return [part for part in found if _asks(part)] or found[-1:]


def asks(text: str) -> bool:
    """Whether it is meant as a question or a request, as far as its form tells."""
    return any(_asks(part) for part in sentences(text))


def pieces(text: str) -> list[str]:
    """The text cut wherever another question may begin; itself at least."""
    cut = (piece.strip() for part in _NUMBERED.split(text) for piece in _ANOTHER.split(part))
    return [piece for piece in cut if piece] or [text]


def faint_pieces(text: str) -> list[str]:
    """The text cut at its joints, no piece of less than three words; itself at least."""
    found: list[str] = []
    for piece in _JOINT.split(text):
        if found and min(len(piece.split()), len(found[-1].split())) < SHORTEST_PIECE:
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def refers_back(text: str) -> bool:
    """Whether a short message is about what was said before: "and who should own it?", "common mistakes?"."""
    return len(text.split()) <= LONGEST_REFERENCE and (bool(_BACK.search(text)) or names_nothing(text))


def names_nothing(text: str) -> bool:
    """Whether a short message asks for something without saying of what: "what goes wrong most often?"."""
    nothing, polite = _without_subject()
    words = re.findall(r"[a-z]+", re.sub(r"['’](?:s|re|m|ll|d|ve)\b|n['’]t\b", "", text.lower()))
    told = [word for word in words if word not in polite]
    return bool(told) and len(words) <= LONGEST_REFERENCE and nothing.issuperset(told)


def led_by_reference(text: str) -> bool:
    """Whether a message begins with a word for what was said before: "It's writing to our followers that …"."""
    return len(text.split()) <= LONGEST_LED and bool(_LED.match(text))


def _asks(piece: str) -> bool:
    return "?" in piece or bool(_ASKS.match(piece))


def _shortened(text: str) -> str:
    """Single blanks and line ends between words, and of a long text both ends."""
    even = re.sub(r"\s+", lambda blank: "\n" if "\n" in blank[0] else " ", text)
    words = list(re.finditer(r"\S+", even))
    if len(words) <= FIRST_WORDS + LAST_WORDS:
        return even.strip()
    return f"{even[words[0].start() : words[FIRST_WORDS].start()]}{even[words[-LAST_WORDS].start() :]}".strip()


def glossary_hash() -> str:
    """Changes with what messages are made readable with, beside the library's own words."""
    return hashlib.sha256(_GLOSSARY.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _without_subject() -> tuple[frozenset[str], frozenset[str]]:
    words = yaml.safe_load((files("knowledge") / "glossary" / "no-subject.yaml").read_text(encoding="utf-8"))
    return frozenset(words["nothing"].split()), frozenset(words["polite"].split())


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, dict[str, str]]:
    entries: list[dict[str, Any]] = yaml.load(
        _GLOSSARY.read_text(encoding="utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506  # the C twin of the safe loader
    )
    found: dict[str, dict[str, str]] = {"exact": {}, "any": {}}
    for entry in entries:
        exact = entry.get("case") == "exact"
        found["exact" if exact else "any"][entry["write"] if exact else str(entry["write"]).lower()] = entry["read"]
    return found
