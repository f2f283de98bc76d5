"""Which other teams took a practice up, and who sponsors pilots, each as visible as they chose to be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.adoptions import TAKEN_UP
from bot.storage.pilots import KeptPilot
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


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who agreed to stand in the directory. Of their pilot is told as much as its team shows of itself.

    ``team`` and ``goal`` are None unless the team is shown by name, ``relationship`` if it is only counted.
    """

    name: str
    ended: bool
    team: str | None
    relationship: str | None
    goal: str | None


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


def sponsors(pilots: Iterable[KeptPilot], teams: Mapping[str, Team], without: str | None = None) -> tuple[Sponsor, ...]:
    """Of pilots whose sponsors may be listed; none of a team that withdrew, nor of the team ``without``."""
    return tuple(
        _sponsor(pilot, team) for pilot in pilots
        if (team := _standing(pilot, teams)) and team.left_at is None and team.id != without
    )


def _sponsor(pilot: KeptPilot, team: Team) -> Sponsor:
    named, counted = team.visibility == NAMED, team.visibility == COUNTED
    return Sponsor(
        pilot.answers.sponsor, pilot.state == "ended", team.name if named else None,
        None if counted else team.relationship, pilot.answers.goal if named else None,
    )


def _standing(pilot: KeptPilot, teams: Mapping[str, Team]) -> Team | None:
    """The pilot's team, or the one that took its place."""
    team = teams.get(pilot.team_id or "")
    while team is not None and team.merged_into is not None:
        team = teams.get(team.merged_into)
    return team
