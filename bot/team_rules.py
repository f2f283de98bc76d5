"""What may be recorded of a team, by whom, and what everybody who changes one keeps to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.access import Role, Who
from bot.errors import ChangedMeanwhile, NotAllowed, TeamChangeRefused, TeamUnknown
from bot.messages import Conversation
from bot.storage.records import RELATIONSHIPS
from bot.storage.tables import Team
from bot.storage.teams import subject_of
from bot.storage.unit import Unit

VISIBILITIES = ("named", "anonymous", "counted")
"""From the one that shows most of a team to the one that shows least."""
STRANGER = "Only those in a team can change it. If it is yours, say: my team is NAME."
REASON_NEEDED = "Say why: those who are in the team see the reason in its history."
STALE = "Somebody has changed it in the meantime. Say “our team” to see it as it is now, and change it there."
WITHDRAWN = "“{}” has withdrawn. One of its members can say “our team” and take part again."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants recorded. None leaves it as it is; ``parent`` is a team's name, empty for none."""

    name: str | None = None
    relationship: str | None = None
    parent: str | None = None
    visibility: str | None = None
    joining_open: bool | None = None


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, from where (None on a page), and why where they are not in the team."""

    who: Who
    where: Conversation | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A team as it stands. ``version`` goes up with every change; ``parent`` is a name."""

    id: str
    name: str
    relationship: str
    parent: str | None
    visibility: str
    joining_open: bool
    left_at: datetime | None
    channels: int
    version: int
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a wish; ``no_such_parent`` is a name that is no team's, so that no parent was recorded."""

    team: Recorded
    changed: bool
    no_such_parent: str = ""


async def recorded(unit: Unit, team: Team) -> Recorded:
    """A team as it stands, even one that was merged."""
    parent = await unit.teams.get(team.tenant, team.parent_id) if team.parent_id else None
    into = await unit.teams.get(team.tenant, team.id) if team.merged_into else None
    channels = sum(bound.team_id == team.id for bound in await unit.teams.channels(team.tenant))
    return Recorded(
        team.id, team.name, team.relationship, parent.name if parent else None, team.visibility, team.joining_open,
        team.left_at, channels, await unit.teams.version(team.tenant, team.id), into.name if into else None,
    )


async def own_team(unit: Unit, by: By) -> Team | None:
    where, who = by.where, by.who
    team = await unit.teams.of(who.tenant, who.person, where.platform, where.channel) if where else None
    membership = await unit.teams.membership(who.tenant, who.person)
    return team or (membership[0] if membership else None)


async def held(unit: Unit, by: By, team_id: str) -> Team:
    """The row, locked, for those who may change it."""
    team = await unit.teams.locked(by.who.tenant, team_id)
    await check(unit, by, team)
    assert team is not None
    if team.merged_into is not None:
        into = await unit.teams.get(team.tenant, team.id)
        raise ChangedMeanwhile(
            f"“{team.name}” was merged into “{into.name if into else ''}”. Say “our team” to see that one."
        )
    own = await own_team(unit, by)
    if own is None or own.id != team.id:
        needs_reason(by)
    return team


async def check(unit: Unit, by: By, team: Team | None) -> None:
    """Raises NotAllowed for strangers, TeamUnknown where there is no team."""
    if team is None:
        raise TeamUnknown("There is no such team any more.")
    if by.who.may(Role.ADMIN):
        return
    own, standing = await own_team(unit, by), await unit.teams.get(team.tenant, team.id)
    if own is None or standing is None or own.id != standing.id:
        raise NotAllowed(STRANGER)


async def apply(unit: Unit, team: Team, wish: Wish) -> str:
    """Record what is wished; returns the name of a parent that is no team's, empty where there is none such."""
    if wish.name is not None and wish.name != team.name:
        await unit.teams.rename(team, wish.name)
    if wish.relationship in RELATIONSHIPS:
        team.relationship = wish.relationship
    if wish.visibility in VISIBILITIES:
        team.visibility = wish.visibility
    if wish.joining_open is not None:
        team.joining_open = wish.joining_open
    unknown = "" if wish.parent is None else await _place(unit, team, wish.parent)
    await unit.session.flush()
    return unknown


async def write(unit: Unit, by: By, what: str, team: Team, note: str = "") -> None:
    """Into the team's history, with the reason if one was given."""
    said = "; ".join(part for part in (note, by.reason.strip()) if part)
    await unit.audits.write(team.tenant, by.who.person, what, subject_of(team.id), unit.clock(), said)


async def _place(unit: Unit, team: Team, parent_name: str) -> str:
    """Under this parent; the name, where there is no such team."""
    parent = await unit.teams.named(team.tenant, parent_name) if parent_name else None
    if parent is not None and await unit.teams.is_above(team, parent):
        raise TeamChangeRefused(f"“{team.name}” would be above itself. Choose another parent.")
    team.parent_id = parent.id if parent else None
    return parent_name if parent is None else ""


def takes_part(team: Team) -> None:
    """Raises TeamChangeRefused where it withdrew."""
    if team.left_at is not None:
        raise TeamChangeRefused(WITHDRAWN.format(team.name))


def needs_reason(by: By) -> None:
    """Raises TeamChangeRefused where none was given."""
    if not by.reason.strip():
        raise TeamChangeRefused(REASON_NEEDED)


def less_seen(*visibilities: str) -> str:
    """The one that shows least."""
    return max(visibilities, key=VISIBILITIES.index)


def as_note(team: Team) -> str:
    """What is recorded of a team, in few words."""
    under = ", with a parent" if team.parent_id else ""
    joining = "open" if team.joining_open else "closed"
    return f"{team.name}, {team.relationship}{under}, {team.visibility}, joining {joining}"
