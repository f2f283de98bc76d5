"""Which other teams took a practice up, each as visible as it chose to be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.adoptions import TAKEN_UP
from bot.storage.results import Figures, StatedResult
from bot.storage.tables import Adoption, Team

NAMED, COUNTED = "named", "counted"


@dataclass(frozen=True, slots=True)
class Other:
    """A team that took it up. ``name`` is None where it wants to be told of without it."""

    name: str | None
    relationship: str
    state: str
    since: datetime
    result: Figures | None


@dataclass(frozen=True, slots=True)
class Others:
    """``told`` can be told of; ``counted`` more want to be counted only."""

    told: tuple[Other, ...]
    counted: int


def others(
    adoptions: Iterable[Adoption], teams: Mapping[str, Team], results: Sequence[StatedResult], own: str | None
) -> Others:
    """Of the adoptions of one practice; ``own`` is the team that asks. A team that withdrew is told of without name."""
    found, counted = list[Other](), 0
    for adoption in adoptions:
        team = teams.get(adoption.team_id or "")
        if team is None or team.id == own or adoption.state not in TAKEN_UP:
            continue
        if team.visibility == COUNTED:
            counted += 1
            continue
        name = team.name if team.visibility == NAMED and team.left_at is None else None
        result = next((one.figures for one in results if one.team_id == team.id), None)
        found.append(Other(name, team.relationship, adoption.state, adoption.since, result))
    # Those with most to tell come first.
    found.sort(key=lambda other: (-TAKEN_UP.index(other.state), other.since))
    return Others(tuple(found), counted)
