"""The map of practices by teams, for every form of a report that draws it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.report import Spreading, Standing


@dataclass(frozen=True, slots=True)
class MapRow:
    """A practice; for each of the map's teams where it stands with it: several times where several teams want to be
    called the same, not at all where it did not take it up.
    """

    practice: Spreading
    cells: tuple[tuple[Standing, ...], ...]


@dataclass(frozen=True, slots=True)
class SpreadMap:
    """``teams`` are names of columns, as teams want to be called, those first that took up what most did."""

    teams: tuple[str, ...]
    rows: tuple[MapRow, ...]

    @property
    def counts(self) -> bool:
        """Whether there are teams that are only counted."""
        return any(row.practice.counted for row in self.rows)


def spread_map(spread: Sequence[Spreading]) -> SpreadMap:
    teams = tuple(dict.fromkeys(one.team for practice in spread for one in practice.teams))
    rows = tuple(
        MapRow(practice, tuple(tuple(one for one in practice.teams if one.team == name) for name in teams))
        for practice in spread
    )
    return SpreadMap(teams, rows)
