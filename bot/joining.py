"""Who may come into a team by themselves, and what a team that was registered for them is told once."""

from __future__ import annotations

from bot.access import is_guest
from bot.errors import TeamChangeRefused, TeamUnknown
from bot.storage.tables import Team
from bot.storage.unit import Unit
from bot.tracked import Registered

INVITED = (
    "Whoever came by a link speaks for the team that they were invited to, and for no other. For another team ask its "
    "people or an admin for a link."
)


async def keeps_guest(unit: Unit, team: Team, person: str) -> None:
    """Raises TeamChangeRefused where a guest would come into another team than the one they were invited to."""
    if is_guest(person) and not await _is_in(unit, team, person):
        raise TeamChangeRefused(INVITED)


async def takes_in(unit: Unit, team: Team, person: str) -> None:
    """Raises TeamUnknown where the person may not come in by themselves."""
    if team.left_at is not None:
        raise TeamUnknown(f"“{team.name}” has withdrawn. One of its members can say “our team” and take part again.")
    if not team.joining_open and not await _is_in(unit, team, person):
        raise TeamUnknown(f"“{team.name}” takes new members through its contact only: ask them or an admin.")


async def told_once(unit: Unit, team: Team) -> Registered | None:
    """The team, where an admin registered it and nobody was told so before; from now on somebody was."""
    if team.told or not await unit.teams.tell_once(team.tenant, team.id):
        return None
    return Registered(team.name, team.relationship)


async def _is_in(unit: Unit, team: Team, person: str) -> bool:
    membership = await unit.teams.membership(team.tenant, person)
    return membership is not None and membership[0].id == team.id
