"""A typed message made readable: abbreviations written out, slips of the finger mended, the question found in
the story.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from knowledge.chatter import chatter
from knowledge.reading import THREAD, Said
from knowledge.spelling import SHORTEST, Spelling, newer_words

MOST_MENDED, MOST_OF_WORDS = 12, 0.4
"""Slips in one message, and part of its words; one with more is in another language."""
LONGEST_REFERENCE, LONGEST_LED = 8, 30
"""Words of a message that only makes sense after the one before, and of one that begins with a word for it."""
FIRST_WORDS, LAST_WORDS = 70, 110
"""Longer messages keep their beginning and end: that is where people put the question."""

_GLOSSARY = files("knowledge") / "glossary" / "abbreviations.yaml"
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u200d\ufe0f]+")
"""Emoji: they colour a message, and say nothing that a practice is about."""
_WORD = re.compile(r"[^\W\d_][\w'&/+-]*|\W+|\d\S*", re.UNICODE)
_ASKS = re.compile(
    r"^\W*(?:[a-d1-4][.)]\W*)?(and |so |but |now |then |well |ok |hi |hello |also,? )*"
    r"(how|what|which|who|whom|whose|when|why|where|can|could|should|shall|do|does|did|is|are|am|was|were|would|will|may|might|"
    r"any|anyone|help|tell|give|show|explain|suggest|advise|please|i need|i want|i'd like|we need|we want|is there)\b",
    re.IGNORECASE,
)

_OPENLY = re.compile(
    r"^\W*(?:[a-d1-4][.)]\W*)?(?:(?:and|so|but|now|then|well|ok|hi|hello|also|or),?\s+)*"
    r"(?:how|what|which|who|whom|whose|when|why|where)\b(?!\s+(?:if|about)\b)",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"^\W*(?:and|but|or|so)\b|\b(?:it|its|that|this|these|those|they|them|their|he|him|his|she|her)\b", re.IGNORECASE
)
_LINK = re.compile(r"^\W*(?:(?:and|but|or|so)\b\W*)+", re.IGNORECASE)
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
_WHO_ASKS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|ok)\W+)?(?:i am|i'm|im|we are|we're) (?:an?|the|from|with|at|in|new)\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?<!\w)(?=(?:\(?[a-d1-4]\)|[1-4]\.)\s)")


@dataclass(frozen=True)
class Wording:
    """Makes messages readable with the words of a library and of the language."""

    spelling: Spelling

    @classmethod
    def of(cls, texts: Iterable[str], typed: Iterable[str] = (), vocabulary: Sequence[str] = ()) -> Wording:
        """As ``Spelling.of``."""
        return cls(Spelling.of(texts, typed, vocabulary))

    def said(self, turns: Sequence[str]) -> Said:
        """The last turn as a message in its thread, all of it readable."""
        *before, message = map(self.readable, turns[-THREAD - 1 :])
        return Said.after(before, message)

    def readable(self, text: str) -> str:
        """The message with abbreviations written out and unknown words replaced by the likeliest known one."""
        parts = _WORD.findall(_shortened(text))
        written = [_written_out(part) for part in parts]
        slips = self._slips(parts, written)
        mended = {part: self._mended(part, named) for part, named in slips.items()}
        return "".join(mended.get(part, part) for part in written)

    def _slips(self, parts: Sequence[str], written: Sequence[str]) -> dict[str, bool]:
        """Which words are slips, and whether each looks like a name; none where so many are that it is another
        language.
        """
        aloud = not any(part.islower() for part in parts)
        found: dict[str, bool] = {}
        for before, part, same in zip(["", *parts], parts, written, strict=False):
            if part == same and (aloud or not _initials(part)) and self.spelling.is_slip(part.lower()):
                found[part] = found.get(part, True) and not aloud and part[0].isupper() and not _begins(before)
        words = sum(len(part) >= SHORTEST and part.isalpha() for part in parts)
        return found if len(found) <= max(MOST_MENDED, words * MOST_OF_WORDS) else {}

    def _mended(self, slip: str, named: bool) -> str:
        """A name is a slip only of a word that the library has."""
        found = self.spelling.mended(slip.lower())
        return found if found and not (named and found not in self.spelling.own) else slip


def _initials(word: str) -> bool:
    """Whether a word has capitals where a slip has none: KPI, DMing."""
    return any(letter.isupper() for letter in word[1:])


def _begins(before: str) -> bool:
    """Whether a word after this begins a sentence."""
    return not before or bool(re.search(r"[.?!:;…\n]", before))


def _written_out(word: str) -> str:
    return _abbreviations()["exact"].get(word) or _abbreviations()["any"].get(word.lower()) or word


def sentences(text: str) -> list[str]:
    """Sentences and lines of at least three words, and shorter questions; the whole text if there is none."""
    parts = [part.strip() for part in re.split(r"(?<=[.?!…])\s+|\n+", text)]
    return [part for part in parts if len(part.split()) >= SHORTEST_PIECE or part.endswith("?")] or [text]


def asking(text: str) -> list[str]:
    """The sentences that ask for something; the last one if none looks like it."""
    found = sentences(text)
    return [part for part in found if _asks(part)] or found[-1:]


def asks(text: str) -> bool:
    """Whether it is meant as a question or a request, as far as its form tells."""
    return any(_asks(part) for part in sentences(text))


def asks_openly(text: str) -> bool:
    """Whether all that it asks begins with a word such as "who" or "how", so that neither yes nor no answers it."""
    found = [piece for piece in pieces(text) if _asks(piece)]
    return bool(found) and all(_OPENLY.match(piece) for piece in found)


def each_question(text: str) -> list[str]:
    """What a message asks, question by question."""
    return [piece for piece in pieces(text) if _asks(piece) and len(piece.split()) > SHORTEST_PIECE]


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


def speaks_of_it(text: str) -> bool:
    """Whether a part of a message, without the "and" before it, speaks of what stood there: "… can I delete it"."""
    return refers_back(_LINK.sub("", text))


def names_nothing(text: str) -> bool:
    """Whether a short message asks for something without saying of what: "what goes wrong most often?"."""
    nothing, polite = _without_subject()
    words = re.findall(r"[a-z]+", re.sub(r"['’](?:s|re|m|ll|d|ve)\b|n['’]t\b", "", text.lower()))
    told = [word for word in words if word not in polite]
    return bool(told) and len(words) <= LONGEST_REFERENCE and nothing.issuperset(told)


def asks_nothing(text: str) -> bool:
    """Whether a part of a message names no subject, or says who is asking: "I'm from the agency"."""
    return names_nothing(text) or bool(_WHO_ASKS.match(text) and not asks(text))


def led_by_reference(text: str) -> bool:
    """Whether a message begins with a word for what was said before: "It's writing to our followers that …"."""
    return len(text.split()) <= LONGEST_LED and bool(_LED.match(text))


def _asks(piece: str) -> bool:
    return "?" in piece or bool(_ASKS.match(piece))


def _shortened(text: str) -> str:
    """Without emoji, with single blanks and line ends between words, and of a long text both ends."""
    even = re.sub(r"\s+", lambda blank: "\n" if "\n" in blank[0] else " ", _PICTURES.sub(" ", text))
    words = list(re.finditer(r"\S+", even))
    if len(words) <= FIRST_WORDS + LAST_WORDS:
        return even.strip()
    return f"{even[words[0].start() : words[FIRST_WORDS].start()]}{even[words[-LAST_WORDS].start() :]}".strip()


def glossary_hash() -> str:
    """Changes with what messages are made readable with, beside the library's own words."""
    return hashlib.sha256(_GLOSSARY.read_bytes() + newer_words().encode() + chatter().encode()).hexdigest()


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
