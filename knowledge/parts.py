"""What the parts of a message say: whether it asks for two practices, and of one in doubt which.

Its pieces are read one by one, so that one subject does not colour the other. Scores are what the recognizer learnt, in
standard deviations over the library; the form of the words says less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.reading import Vectors, View, unit
from knowledge.wording import SHORTEST_PIECE, asks, faint_pieces, names_nothing, pieces

MOST_PIECES = 4
"""Pieces that are read: the last ones, where people put what matters."""
CLEAR, TWO_ASK, ASKED_WITHIN = 0.8, 1.0, 2.0
"""How far ahead the best practice is of the next where a message is clearly one question; how much farther where two
pieces ask for something, and where a question mark stands within.
"""
CLEAR_FAINT, FAINT = 1.2, 1.2
"""The same, and what is taken off the sum below, where pieces are told apart by a comma or an "and" alone. Chosen with
``one-or-two.jsonl`` and the single questions of the open sets.
"""
WITHIN = 0.3
"""How much the whole message counts beside a part of it."""
FITS, FARTHER, BOTH_ASK, LEAST = 1.1, 2.0, 0.6, 12.8
"""How well the two practices fit their parts, how much worse than the best they fit the whole, whether both parts ask
for something, and what the sum must come to. Weights by logistic regression on the good questions of the open sets, of
which 47 hold two, and on pairs of them put together in eleven ways; what the sum must come to by ``two.jsonl``, too.
"""
APART = 0.6
"""How much all sides of all cuts together count beside the whole message where it is in doubt. Of 286 such questions of
the open sets 221 find their practice first with it, 212 without.
"""
MOST_OF_HIGHEST = 0.7
"""Of the highest sum that a library can give: one so small that no sum can be that high has this bound instead."""


@dataclass(frozen=True)
class Pieces:
    """What a message comes apart into; ``faint`` if by a comma or an "and" alone, as nothing else parts it in two."""

    texts: tuple[str, ...]
    faint: bool = False

    @classmethod
    def of(cls, message: str) -> Pieces:
        """The last ones; what stands before them belongs to the first."""
        found = pieces(message)
        if faint := not any(_both_long(found, place) for place in range(1, len(found))):
            found = faint_pieces(message)
        begun = max(0, len(found) - MOST_PIECES)
        return cls((" ".join(found[: begun + 1]), *found[begun + 1 :]), faint)


@dataclass(frozen=True)
class Side:
    """What stands on one side of a cut, and where it lies."""

    text: str
    view: View


@dataclass(frozen=True)
class Cut:
    """The scores of both sides for each practice, whether both ask for something, and whether the cut is faint."""

    before: Vectors
    after: Vectors
    asked: bool = False
    faint: bool = False


def may_hold_two(found: Pieces, whole: Vectors) -> bool:
    """Whether it is worth reading the pieces one by one; ``whole`` are the message's scores."""
    if len(found.texts) < 2 or len(whole) < 2:
        return False
    second, first = np.partition(whole, -2)[-2:]
    return bool(first - second < _doubt(found))


def _doubt(found: Pieces) -> float:
    if found.faint:
        return CLEAR_FAINT
    if "?" in " ".join(found.texts).rstrip("? "):
        return CLEAR + ASKED_WITHIN
    return CLEAR + TWO_ASK * (sum(asks(piece) for piece in found.texts) > 1)


def cuts(texts: Sequence[str], read: View) -> list[tuple[Side, Side]]:
    """Each way to cut the message in two, no side without a subject ("… how do we get it back?"); ``read`` has a row
    for each piece.
    """
    words = np.array([len(text.split()) for text in texts], dtype=np.float32)[:, None]
    found = []
    for place in range(1, len(texts)):
        if _both_long(texts, place):
            sides = slice(None, place), slice(place, None)
            before, after = (Side(" ".join(texts[side]), _mean(read, words, side)) for side in sides)
            if not (names_nothing(before.text) or names_nothing(after.text)):
                found.append((before, after))
    return found


def _both_long(texts: Sequence[str], place: int) -> bool:
    return min(len(" ".join(side).split()) for side in (texts[:place], texts[place:])) >= SHORTEST_PIECE


def _mean(read: View, words: Vectors, side: slice) -> View:
    vector, intent = ((words[side] * rows[side]).sum(axis=0) for rows in (read.vector, read.intent))
    return View(unit(vector), unit(intent))


def best_cut(whole: Vectors, found: Sequence[Cut]) -> tuple[int, int, int] | None:
    """Which cut leaves two questions, and the places of the practices that they ask for; None if none does."""
    least = min(LEAST, MOST_OF_HIGHEST * _highest(len(whole)))
    judged = [(_sum(whole, cut, *_fitting(whole, cut)), place) for place, cut in enumerate(found)]
    best, place = max(judged, default=(0.0, 0))
    return (place, *_fitting(whole, found[place])) if best > least else None


def together(whole: Vectors, found: Sequence[Cut]) -> Vectors:
    """What the whole message and its parts say."""
    if not found:
        return whole
    return np.asarray(whole + APART * np.mean([[cut.before, cut.after] for cut in found], axis=(0, 1)))


def _fitting(whole: Vectors, cut: Cut) -> tuple[int, int]:
    """What fits each side best."""
    return int(np.argmax(cut.before + WITHIN * whole)), int(np.argmax(cut.after + WITHIN * whole))


def _sum(whole: Vectors, cut: Cut, first: int, second: int) -> float:
    """By how much two practices fit better than one; nothing where both sides ask for the same."""
    if first == second:
        return 0.0
    apart = cut.before[first] - cut.before[second] + cut.after[second] - cut.after[first]
    fit = cut.before[first] + cut.after[second] + WITHIN * (whole[first] + whole[second])
    farther = 2 * whole.max() - whole[first] - whole[second]
    return float(apart + FITS * fit - FARTHER * farther + BOTH_ASK * cut.asked - FAINT * cut.faint)


def _highest(practices: int) -> float:
    """The sum where each side fits one practice alone and the whole fits both alike."""
    one = (practices - 1) / practices**0.5
    both: float = max(practices - 2, 1) ** 0.5 / 2**0.5
    return float(2 * (one + one / (practices - 1)) + FITS * 2 * (one + WITHIN * both))
