"""Slips of the finger mended: the word that somebody most likely meant, by how often it is written and by how little
it differs from what is typed (a noisy channel, as Kernighan, Church and Gale, 1990).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.stems import stemmed

_NEWER = files("knowledge") / "glossary" / "newer-words.txt"
SHORTEST, MOST_LETTERS = 4, 40
"""Letters of a word that may be a slip: shorter ones are too near to too many others, longer ones are no words, and to
look for two words everywhere in them would take long.
"""
LONGER, LONGEST = 8, 12
"""From so many letters on a word may differ by two, and by three."""
GUESSED, RARE, COMMON = 50, 1e-6, 15_000
"""How often a word counts as heard of which the dictionary knows only that it exists; the least likely word that mends
others; how many of the model's words, the commonest first, are taken for that likely at least.
"""
DIFFERS, FIRST, SWAPPED, DOUBLED, LEFT_OUT, APART = 7.0, 2.0, -2.0, -1.0, -1.5, 2.0
"""What a difference costs, in natural logarithms of likelihood; a first letter that differs; two letters in each
other's place; a letter doubled, or no longer so; something left out rather than put in; a blank left out. Chosen with
slips made at random in messages of ``knowledge/asked``.
"""
IN_TWO = -13.0
"""How likely both words must be, at least, that a blank was left out between."""
SMALL = frozenset(
    {
        *("a", "i", "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it"),
        *("me", "my", "no", "of", "on", "or", "so", "to", "up", "us", "we"),
    }
)
UP_TO = 2
"""Letters of the longest of these words, which others are written together with; all else so short is part of one."""


@dataclass(frozen=True)
class Spelling:
    """``words`` mend others, each as likely as ``weights`` says (logarithms); ``known`` ones are right as they stand.
    ``own`` are the library's and the trade's, forms of which are right, too.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    known: frozenset[str]
    own: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str], typed: Iterable[str] = (), vocabulary: Sequence[str] = ()) -> Spelling:
        """By how often words stand in the library and in English as it is spoken, half each.

        ``texts`` are the library's and rightly spelt, ``typed`` messages need not be. ``vocabulary`` are words that
        the model knows, the commonest first.
        """
        library, spoken = _counted(texts), _english()
        own = library.keys() | set(_newer())
        known = own | spoken.keys() | set(vocabulary)
        written = library + Counter({word: times for word, times in _counted(typed).items() if word in known})
        likely = dict.fromkeys((*vocabulary[:COMMON], *_newer()), RARE)
        for counted in (written, spoken):
            whole = 2 * max(counted.total(), 1)
            for word, times in counted.items():
                likely[word] = likely.get(word, 0) + times / whole
        words = sorted(
            word for word, chance in likely.items() if chance >= RARE and (len(word) > UP_TO or word in SMALL)
        )
        weights = (round(math.log(likely[word]), 2) for word in words)
        return cls(tuple(words), tuple(weights), frozenset(known), frozenset(own))

    def is_slip(self, word: str) -> bool:
        if not SHORTEST <= len(word) <= MOST_LETTERS or not (word.isascii() and word.isalpha()):
            return False
        return word not in self.known and stemmed([word])[0] not in self._stems

    def mended(self, slip: str) -> str | None:
        """The likeliest word, or two; None where nothing is near."""
        found = [*self._near(slip), *self._apart(slip)]
        return min(found)[1] if found else None

    def _near(self, slip: str) -> Iterator[tuple[float, str]]:
        most = 1 + (len(slip) >= LONGER) + (len(slip) >= LONGEST)
        words = [
            word for length in range(len(slip) - most, len(slip) + most + 1) for word in self._by_length.get(length, ())
        ]
        for word, differs, _ in process.extract(slip, words, scorer=OSA.distance, score_cutoff=most, limit=None):
            yield differs * DIFFERS + _kind(slip, word) - self._weights[word], word

    def _apart(self, slip: str) -> Iterator[tuple[float, str]]:
        for at in range(1, len(slip)):
            pair = slip[:at], slip[at:]
            chances = [self._weights.get(word, -math.inf) for word in pair]
            if min(chances) >= IN_TWO:
                yield APART - sum(chances), " ".join(pair)

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        """Words of three letters and more."""
        found: dict[int, list[str]] = {}
        for word in self.words:
            if len(word) > UP_TO:
                found.setdefault(len(word), []).append(word)
        return found

    @cached_property
    def _weights(self) -> dict[str, float]:
        return dict(zip(self.words, self.weights, strict=True))

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stemmed(sorted(self.own)))


def one_slip(word: str, words: Sequence[str]) -> str | None:
    """The one of these words that a single slip of the finger makes of this one; None if there is none."""
    best = process.extractOne(word, words, scorer=OSA.distance, score_cutoff=1)
    return str(best[0]) if best else None


def _kind(slip: str, word: str) -> float:
    """What the sort of difference costs beside the number of them."""
    cost = FIRST if slip[0] != word[0] else 0.0
    if sorted(slip) == sorted(word):
        cost += SWAPPED
    elif set(slip) == set(word) and len(slip) != len(word):
        cost += DOUBLED
    return cost + (LEFT_OUT if len(word) > len(slip) else 0.0)


def _counted(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall("[a-z]+", text.lower()))


def newer_words() -> str:
    """The list of words that the dictionary lacks, with its comments."""
    return _NEWER.read_text(encoding="utf-8")


def _newer() -> list[str]:
    return [word for line in newer_words().splitlines() if not line.startswith("#") for word in line.split()]


def _english() -> Counter[str]:
    """How often each word was heard, as far as that is known."""
    from spellchecker import SpellChecker

    heard = SpellChecker(language="en").word_frequency.items()
    return Counter({word: times for word, times in heard if times > GUESSED and word.isascii() and word.isalpha()})
