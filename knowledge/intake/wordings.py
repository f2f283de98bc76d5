"""Texts compared by their words: small words left out, the rest by stem."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.intake.blocks import words_of
from knowledge.intake.cues import cue, vocabulary
from knowledge.stems import stemmed

URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|\[/?url[^\]]*\]|</?a\b[^>]*>|\b(?:t\.me|wa\.me|bit\.ly|goo\.gl)/\S+|\b[\w-]{2,40}\.(?!(?-i:[A-Z][a-z]))(?:com|net|biz|info|shop|store|online|xyz|ru|cn|top|site|club)\b(?:/\S*)?",
    re.IGNORECASE,
)

SMALL_WORDS = vocabulary("small words")
TRADE = frozenset(stemmed(sorted(vocabulary("trade"))))
_EMPTY = frozenset(stemmed(sorted(vocabulary("page words"))))


def content_words(text: str) -> list[str]:
    """The words that carry meaning, as they stand."""
    return [
        word for word in words_of(URL.sub(" ", text).replace("’", "'")) if word not in SMALL_WORDS and len(word) > 1
    ]


@lru_cache(maxsize=4096)
def stems_of(text: str) -> frozenset[str]:
    """The stems of its content words."""
    return frozenset(stemmed(content_words(text))) - _EMPTY


def denies(text: str) -> bool:
    """Whether it says that something is not so; two denials make none."""
    return len(cue("denies").findall(text)) % 2 == 1


def small_share(text: str) -> float:
    """The share of small words: about half in speech, next to none in lists of keywords."""
    words = words_of(text.replace("’", "'"))
    return sum(word in SMALL_WORDS for word in words) / max(1, len(words))
