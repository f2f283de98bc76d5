"""Word stems of the languages people write in: the only home of PyStemmer."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import Stemmer

_NAMES = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_own = threading.local()


def stemmed(words: Sequence[str], lang: str = "en") -> list[str]:
    """The stem of each lower-case word. Each thread has its own stemmers, as one must not be used by two at once."""
    stemmers: dict[str, Stemmer.Stemmer] = _own.__dict__
    if lang not in stemmers:
        stemmers[lang] = Stemmer.Stemmer(_NAMES[lang])
    found: list[str] = stemmers[lang].stemWords(list(words))
    return found
