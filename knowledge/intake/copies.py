"""Near-duplicates among comments: verbatim, cut, with a link added, or with words exchanged one by one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import LCSseq

from knowledge.intake.blocks import words_of
from knowledge.intake.spam import without_flattery
from knowledge.intake.wordings import URL, denies, stems_of

_SHORTEST = 5
"""Words from which on two comments may be compared; shorter ones are copies only if they are the same."""
_SAME_ORDER = 0.75
_REWORDED, _DOUBTFUL = (0.5, 0.36), (0.42, 0.2)
"""Share of words in the same order and share of stems in common: in general, and under a name or link that sells."""
_HELD = 0.6
_GRAM = 3
_SURE = 25
_MOST_OF_ITS_OWN = 0.35
_A_FEW = 6


@dataclass(frozen=True, slots=True)
class _Text:
    words: tuple[str, ...]
    grams: frozenset[tuple[str, ...]]
    stems: frozenset[str]


def is_copy(later: str, earlier: str, *, is_doubtful: bool = False) -> bool:
    """Whether ``later`` says no more than ``earlier``, in its order. Who quotes and adds something makes no copy."""
    one, other = _read(later), _read(earlier)
    if one.words == other.words:
        return bool(one.words) or later.strip() == earlier.strip()
    if min(len(one.words), len(other.words)) < _SHORTEST:
        return False
    if not one.stems & other.stems or _is_denied(later, earlier, len(one.words)):
        return False
    return _is_held(one, other) or _is_longer_copy(one, other) or _is_reworded(one, other, is_doubtful)


def _is_denied(later: str, earlier: str, words: int) -> bool:
    """Whoever contradicts a sentence repeats it; in a long text one denial more or less decides nothing."""
    return words < _SURE and denies(later) != denies(earlier)


def is_taken_from(comment: str, article: str) -> bool:
    """Whether a comment is nothing but a piece of the article."""
    one = _read(comment)
    if len(one.words) < 10:
        return False
    return _share(one, _read(article)) >= 0.75


def _read(text: str) -> _Text:
    return _read_bare(URL.sub(" ", text))


@lru_cache(maxsize=4096)
def _read_bare(text: str) -> _Text:
    words = tuple(words_of(text.replace("’", "'").replace("'", "")))
    grams = frozenset(words[place : place + _GRAM] for place in range(len(words) - _GRAM + 1))
    return _Text(words, grams, stems_of(text))


def _share(one: _Text, other: _Text) -> float:
    return len(one.grams & other.grams) / max(1, len(one.grams))


def _is_held(one: _Text, other: _Text) -> bool:
    """The earlier one holds nearly all of the later."""
    return len(one.words) >= 8 and _share(one, other) >= _HELD


def _is_longer_copy(one: _Text, other: _Text) -> bool:
    """The later one is the earlier with little added."""
    if _share(other, one) < _HELD:
        return False
    own = one.stems - other.stems
    return len(own) <= max(_A_FEW, _MOST_OF_ITS_OWN * len(other.stems)) or not without_flattery(" ".join(sorted(own)))


def _is_reworded(one: _Text, other: _Text, is_doubtful: bool) -> bool:
    """Most words in the same order, in a text of the same length: nobody writes that by himself."""
    shorter, longer = sorted((len(one.words), len(other.words)))
    if shorter < 10 or shorter < 0.6 * longer:
        return False
    order = LCSseq.similarity(one.words, other.words) / longer
    if order >= _SAME_ORDER:
        return True
    stems = len(one.stems & other.stems) / max(1, min(len(one.stems), len(other.stems)))
    least = _DOUBTFUL if is_doubtful else _REWORDED
    return order >= least[0] and stems >= least[1]
