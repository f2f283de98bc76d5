"""English word stems: the only home of PyStemmer."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import Stemmer

_own = threading.local()


def stemmed(words: Sequence[str]) -> list[str]:
    """The stem of each lower-case word. Each thread has its own stemmer, as one must not be used by two at once."""
    if not hasattr(_own, "stemmer"):
        _own.stemmer = Stemmer.Stemmer("english")
    found: list[str] = _own.stemmer.stemWords(list(words))
    return found
