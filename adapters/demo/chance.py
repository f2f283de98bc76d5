"""Chance that looks like real life but keeps to the intended shares: they are dealt out, not drawn. A seed decides."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from random import Random
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)


class Dealt(Generic[Name]):
    """Gives each name as often as its weight says, in an order that is hard to foresee.

    Drawn at random, a share of two percent would be none in one month and eight in the next.
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._owed: dict[Name, float] = {}

    def next(self, weights: Mapping[Name, float]) -> Name:
        """The next one, by the weights as they are now."""
        total = sum(weights.values())
        for name, weight in weights.items():
            self._owed[name] = self._owed.get(name, 0.0) + weight / total
        given = max(weights, key=lambda name: self._owed[name] + self._chance.random() * 0.6)
        self._owed[given] -= 1
        return given
