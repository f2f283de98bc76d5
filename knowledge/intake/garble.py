"""Text that is none: keys struck at random, broken encodings, other alphabets. Told by letters, not by a dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from knowledge.intake.blocks import words_of

_BROKEN = re.compile(r"(?:Ã.|Â.|â€.|Ð.|Ñ.|ï¿½|\ufffd|&#\d+;|\?{3,})")
_CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}|(.)\1{3,}|[aeiou]{5,}|q[^u\W]", re.IGNORECASE)
_MASHED = re.compile(r"(?:asdf|qwer|zxcv|hjkl|sdfg|dfgh|lorem ipsum)", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+(?://|@|\.(?:com|org|net))\S*")
_WORD_OUGHT = 3
_BROKEN_SHARE, _STRANGE_SHARE = 0.12, 0.3
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýœ")


def is_garbled(text: str) -> bool:
    """Whether most of it is no language at all. Addresses do not count."""
    bare = _ADDRESS.sub(" ", text)
    if sum(len(match[0]) for match in _BROKEN.finditer(bare)) > _BROKEN_SHARE * max(1, len(bare.strip())):
        return True
    words = [word for word in words_of(bare) if word.isalpha()]
    if alphabet(bare) != "LATIN":
        return False
    letters = sum(map(len, words))
    if letters < 0.3 * len(re.sub(r"\s", "", bare)):
        return True
    strange = sum(_is_strange(word) for word in words)
    return bool(words) and strange >= max(1 if len(words) <= 4 else 2, _STRANGE_SHARE * len(words))


def _is_strange(word: str) -> bool:
    if len(word) <= _WORD_OUGHT:
        return False
    vowels = sum(letter in _VOWELS for letter in word)
    return (
        bool(_CLUSTER.search(word) or _MASHED.search(word))
        or vowels == 0
        or (len(word) >= 8 and vowels / len(word) < 0.18)
    )


def alphabet(text: str) -> str:
    """The alphabet of most letters, as Unicode calls it: ``LATIN``, ``CYRILLIC``, ``CJK`` …; empty without letters."""
    letters = [letter for letter in text[:4000] if letter.isalpha()]
    counts = Counter("LATIN" if letter.isascii() else unicodedata.name(letter, "?").split()[0] for letter in letters)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else ""
