"""Which of the languages people write to us in: counted by their commonest small words, then by their glossaries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from knowledge.frames import FAMILIAR

CLEAR = 2
"""By how many small words another language must lead English to need no second look."""
CLOSE = 1.5
"""Languages that are nearer to each other than this are told apart by the other words, too."""
SHORTEST = 3
"""Letters of a word that tells."""
BOTH = "both"
MOST_WORDS = 200
"""How much of a message is looked at."""
_DU = re.compile(r"\b(?:du|dir|dich|dein(?:e[mnrs]?)?)\b|\b(?:kannst|hast|weißt|bist)\s*(?:du)?\b", re.IGNORECASE)
_LETTERS = {"de": re.compile("[äöüß]"), "fr": re.compile("[àâçèêëîïôœù]"), "es": re.compile("[áíñóú¿¡]")}


@lru_cache(maxsize=1)
def _small_words() -> dict[str, frozenset[str]]:
    rows = (line.partition(":") for line in _lines())
    return {lang: frozenset(words.split()) for lang, _, words in rows if lang != BOTH}


def small_words(lang: str) -> frozenset[str]:
    """The commonest small words of that language."""
    return _small_words()[lang]


@lru_cache(maxsize=1)
def _either() -> frozenset[str]:
    """Words that are written alike in English and in another of the languages."""
    return frozenset(next(line for line in _lines() if line.startswith(BOTH)).split()[1:])


def _lines() -> list[str]:
    text = (files("knowledge") / "glossary" / "small-words.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def language_of(text: str, before: Sequence[str] = ()) -> str:
    """``en``, ``de``, ``fr`` or ``es``; where a message does not tell, its thread's (``before``), else English."""
    return next(filter(None, map(_told, (text, *reversed(before)))), "en")


@lru_cache(maxsize=8)  # several ask of the same message while it is answered
def _told(text: str) -> str | None:
    """The language that a message tells by itself; None where no word that is known does."""
    words = re.findall(r"[^\W\d_]+", text.lower())[:MOST_WORDS]
    counts = {lang: float(sum(word in known for word in words)) for lang, known in _small_words().items()}
    for lang, letters in () if text.isascii() else _LETTERS.items():
        counts[lang] += 0.5 * sum(bool(letters.search(word)) for word in words) + ("¿" in text and lang == "es")
    best = max(counts, key=lambda lang: counts[lang])
    if counts[best] >= counts["en"] + CLEAR:
        return _nearest([lang for lang in _LETTERS if counts[lang] > counts[best] - CLOSE], words, counts)
    if counts["en"] >= CLEAR and counts["en"] > max(counts[lang] for lang in counts if lang != "en"):
        return "en"
    return _by_glossary(words, counts) or ("en" if any(counts.values()) else None)


def tongue_of(text: str, before: Sequence[str] = ()) -> str:
    """The language as Midway answers in it: that of ``language_of``, and ``de-du`` to somebody who says du."""
    lang = language_of(text, before)
    return FAMILIAR if lang == "de" and _DU.search(text) else lang


def _nearest(langs: Sequence[str], words: Sequence[str], counts: dict[str, float]) -> str:
    """Of languages with about as many small words the one in which most words mean something; English of none."""
    if len(langs) < 2:
        return langs[0] if langs else "en"
    from knowledge.glossaries import folded, glossary  # read only where they are needed

    def understood(lang: str) -> float:
        told = {folded(word, lang) for word in words if len(word) >= SHORTEST}
        return counts[lang] + sum(bool(glossary(lang).certainly(word)) for word in told)

    return max(langs, key=understood)


def _by_glossary(words: Sequence[str], counts: dict[str, float]) -> str | None:
    """The language with most words, where small words leave it open; None where no other than English has more."""
    from knowledge.glossaries import LANGUAGES, english_words, folded, glossary  # read only where they are needed

    small = frozenset().union(*_small_words().values())
    rare = [word for word in dict.fromkeys(words) if word not in small and len(word) >= SHORTEST]
    english = {place for place, word in enumerate(rare) if word in english_words() or word in _either()}
    # Whatever the glossaries know, it is English, too: none of them can lead.
    if len(english) == len(rare) and max(counts, key=lambda lang: counts[lang]) == "en":
        return None
    leads: dict[str, float] = {}
    for lang in LANGUAGES:
        theirs = glossary(lang).known([folded(word, lang) for word in rare])
        leads[lang] = counts[lang] - counts["en"] + len(theirs - english) - len(english - theirs)
    best = max(leads, key=lambda lang: leads[lang])
    return best if leads[best] > 0 else None
