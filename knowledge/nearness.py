"""How near the passages of a library lie to a message."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from knowledge.snapshot import Snapshot

Found = tuple[Any, Any]
"""Places of passages and their cosines, the nearest first."""


class Nearness:
    """How near a library's passages lie to a message: they are searched when that is first asked for. A message that
    has a thread is searched for with it and without, and what lies nearer counts.
    """

    def __init__(self, snapshot: Snapshot, *searches: Callable[[], Found]) -> None:
        self._snapshot = snapshot
        self._searches = searches

    @cached_property
    def found(self) -> list[Found]:
        """What each search found."""
        return [search() for search in self._searches]

    def cosine(self, practice: str) -> float:
        """That of the practice's best passage; the weakest one found where none of its own is."""
        return self._best(practice)[0]

    def passage(self, practice: str) -> str:
        """The practice's best passage, or nothing."""
        return self._best(practice)[1]

    def _best(self, practice: str) -> tuple[float, str]:
        return max((self._in(found, practice) for found in self.found), key=lambda best: best[0])

    def _in(self, found: Found, practice: str) -> tuple[float, str]:
        places, cosines = found
        for place, cosine in zip(places, cosines, strict=True):
            passage = self._snapshot.passages[int(place)]
            if passage.document == practice:
                return float(cosine), passage.text
        return float(cosines[-1]), ""
