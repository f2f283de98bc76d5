"""Which other teams took a practice up, and who sponsors pilots, each as visible as they chose to be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.adoptions import TAKEN_UP
from bot.storage.contacts import Reachable
from bot.storage.pilots import KeptPilot
from bot.storage.results import Figures, StatedResult
from bot.storage.tables import Adoption, Team

NAMED = "named"
COUNTED = "counted"


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


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody who offers to be asked about a practice. ``team`` and ``relationship`` as in ``Sponsor``."""

    name: str
    practice_id: str
    team: str | None
    relationship: str | None


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
        result = next((one.figures for one in results if one.team_id == team.id), None)
        found.append(Other(_name(team), team.relationship, adoption.state, adoption.since, result))
    # Those with most to tell come first.
    found.sort(key=lambda other: (-TAKEN_UP.index(other.state), other.since))
    return Others(tuple(found), counted)


def sponsors(pilots: Iterable[KeptPilot], teams: Mapping[str, Team], without: str | None = None) -> tuple[Sponsor, ...]:
    """Of pilots whose sponsors may be listed; none of a team that withdrew, nor of the team ``without``."""
    return tuple(
        _sponsor(pilot, team) for pilot in pilots
        if (team := _standing(pilot.team_id, teams)) and team.left_at is None and team.id != without
    )


def offers(contacts: Iterable[Reachable], teams: Mapping[str, Team]) -> tuple[Offer, ...]:
    """Those who may be asked, in this order: the offer is the person's own, how much is told of the team the team's."""
    return tuple(
        offer(one.name, one.practice_id, team) for one in contacts if (team := _standing(one.team_id, teams))
    )


def offer(name: str, practice_id: str, team: Team) -> Offer:
    return Offer(name, practice_id, _name(team), _relationship(team))


def _sponsor(pilot: KeptPilot, team: Team) -> Sponsor:
    name = _name(team)
    return Sponsor(
        pilot.answers.sponsor, pilot.state == "ended", name, _relationship(team), pilot.answers.goal if name else None,
    )


def is_named(team: Team) -> bool:
    """Whether others see its name: it chose so, and takes part."""
    return team.visibility == NAMED and team.left_at is None


def _name(team: Team) -> str | None:
    return team.name if is_named(team) else None


def _relationship(team: Team) -> str | None:
    return None if team.visibility == COUNTED else team.relationship


def _standing(team_id: str | None, teams: Mapping[str, Team]) -> Team | None:
    """This team, or the one that took its place."""
    team = teams.get(team_id or "")
    while team is not None and team.merged_into is not None:
        team = teams.get(team.merged_into)
    return team
