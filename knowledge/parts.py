"""What the parts of a message say: whether it asks for two practices, and of one in doubt which.

First its pieces are heard as they lie within it, which costs nothing; where that leaves a doubt they are read one by
one, so that one subject does not colour the other. Scores are what the recognizer learnt, in standard deviations over
the library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.reading import Vectors, unit
from knowledge.wording import SHORTEST_PIECE, asks_nothing, faint_pieces, pieces

MOST_PIECES = 4
"""Pieces that a message comes apart into: the last ones, where people put what matters."""
FITS, FARTHER, LEAST, BACK = 1.15, 2.5, 13.6, 3.0
"""How well the two practices fit their parts, how much worse than the best they fit the whole, what the sum must come
to, and what it loses where the second part speaks of what stands before it ("… can I delete it"). Weights by logistic
regression on the messages of ``one-or-two.jsonl`` and the first half of ``plain.jsonl``, which hold one question or
two, and the questions of the other open sets; what the sum must come to by how many of those get a second answer that
nobody asked for.
"""
WORTH, BOTH_ASK = 0.85, 2.5
"""The share of that sum from which a message is worth reading piece by piece, when its pieces lie where they lie within
it: there one subject colours the other, but it costs nothing. What the sum may be lower where both parts ask for
something. With them 12 % of 1,414 questions of the open sets for one practice are read piece by piece, and 86 % of 624
messages that hold two.
"""
APART = 0.6
"""How much all sides of all cuts together count beside the whole message where it is in doubt. Of 1,636 messages of the
open sets seven more find a right practice first with it.
"""
MOST_OF_HIGHEST = 0.7
"""Of the highest sum that a library can give: one so small that no sum can be that high has this bound instead."""


@dataclass(frozen=True)
class Pieces:
    """What a message comes apart into, and where in it each piece begins, in characters."""

    texts: tuple[str, ...]
    begins: tuple[int, ...]

    @classmethod
    def of(cls, message: str) -> Pieces:
        """The last ones; what stands before them belongs to the first. Where nothing else parts a message, commas and
        "and" do.
        """
        found = pieces(message)
        if not any(_both_long(found, place) for place in range(1, len(found))):
            found = faint_pieces(message)
        begun = max(0, len(found) - MOST_PIECES)
        texts = (" ".join(found[: begun + 1]), *found[begun + 1 :])
        return cls(texts, _begins(message, texts))


def _begins(message: str, texts: Sequence[str]) -> tuple[int, ...]:
    """The texts hold the message's words in their order; what parted them may be lost."""
    found, at = [], 0
    for text in texts:
        for place, word in enumerate(text.split() or [""]):
            at = message.index(word, at)
            if not place:
                found.append(at)
            at += len(word)
    return tuple(found)


@dataclass(frozen=True)
class Side:
    """What stands on one side of a cut, and where it lies in the space of what people want."""

    text: str
    intent: Vectors


@dataclass(frozen=True)
class Cut:
    """The scores of both sides for each practice, whether both ask for something, and whether the second refers back to
    the first.
    """

    before: Vectors
    after: Vectors
    asked: bool = False
    back: bool = False


def cuts(texts: Sequence[str], intents: Vectors) -> list[tuple[Side, Side]]:
    """Each way to cut the message in two, no side without a subject ("… how do we get it back?"); ``intents`` has a row
    for each piece.
    """
    words = np.array([len(text.split()) for text in texts], dtype=np.float32)[:, None]
    found = []
    for place in range(1, len(texts)):
        if _both_long(texts, place):
            sides = slice(None, place), slice(place, None)
            before, after = (
                Side(" ".join(texts[side]), unit((words[side] * intents[side]).sum(axis=0))) for side in sides
            )
            if not (asks_nothing(before.text) or asks_nothing(after.text)):
                found.append((before, after))
    return found


def _both_long(texts: Sequence[str], place: int) -> bool:
    return min(len(" ".join(side).split()) for side in (texts[:place], texts[place:])) >= SHORTEST_PIECE


def worth_reading(whole: Vectors, within: Sequence[Cut]) -> bool:
    """Whether the message may hold two questions; ``whole`` are its scores, ``within`` those of its parts as they lie
    within it.
    """
    sums = (_two(whole, cut)[0] + BOTH_ASK * cut.asked for cut in within)
    return len(whole) > 1 and max(sums, default=-math.inf) > WORTH * _least(whole)


def best_cut(whole: Vectors, found: Sequence[Cut]) -> tuple[int, int, int] | None:
    """Which cut leaves two questions, and the places of the practices that they ask for; None if none does."""
    if len(whole) < 2 or not found:
        return None
    most, first, second, place = max((*_two(whole, cut), place) for place, cut in enumerate(found))
    return (place, first, second) if most > _least(whole) else None


def together(whole: Vectors, found: Sequence[Cut]) -> Vectors:
    """What the whole message and its parts say."""
    if not found:
        return whole
    return np.asarray(whole + APART * np.mean([[cut.before, cut.after] for cut in found], axis=(0, 1)))


def _two(whole: Vectors, cut: Cut) -> tuple[float, int, int]:
    """By how much two practices fit better than one, at most: how much better each fits its own side than the other's
    does, how well it fits there, and how much worse than the best it fits the whole.
    """
    farther = FARTHER * (whole.max() - whole)
    lost = BACK if cut.back else 0.0
    one = (1 + FITS) * cut.before - cut.after - farther - lost
    other = (1 + FITS) * cut.after - cut.before - farther
    pairs = [(first, second) for first in _first_two(one) for second in _first_two(other) if first != second]
    return max((float(one[first] + other[second]), first, second) for first, second in pairs)


def _first_two(scores: Vectors) -> list[int]:
    return [int(place) for place in np.argpartition(-scores, 1)[:2]]


def _least(whole: Vectors) -> float:
    return min(LEAST, MOST_OF_HIGHEST * _highest(len(whole)))


def _highest(practices: int) -> float:
    """The sum where each side fits one practice alone and the whole fits both alike."""
    one: float = (practices - 1) / practices**0.5
    return 2 * (one + one / (practices - 1)) + FITS * 2 * one
