"""Teams as admins and parent units look after them: the list, invitations, merging two that are one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.access import Access, Role, Who, is_guest
from bot.commands import LONGEST_TEAM_NAME, TOO_LONG
from bot.errors import NotAllowed, TeamChangeRefused, TeamUnknown
from bot.storage.audits import Entry
from bot.storage.people import Grant
from bot.storage.tables import Team
from bot.storage.teams import subject_of
from bot.storage.unit import Storage, Unit
from bot.team_rules import (
    By,
    Outcome,
    Recorded,
    as_note,
    check,
    held,
    less_seen,
    needs_reason,
    recorded,
    takes_part,
    write,
)
from bot.tracker import Tracker

SPENT = (
    "This invitation was made before. Its link was used or is too old, or whoever it was for was let go: "
    "make another one."
)


NOT_YOURS_TO_MAKE = (
    "A new link is made by an admin, by those in the unit above, or by somebody of the team who did not come by a link."
)
NO_SUCH_GUEST = "Nobody of this team came by that link, or they are let in no more: invite them anew."


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came into a team by a link."""

    team: Recorded
    grant: Grant


@dataclass(frozen=True, slots=True)
class Invitation:
    """``token`` is the secret part of a link that lets somebody in once."""

    team: Recorded
    made: bool
    token: str


class TeamCare:
    """Each change is one unit of work with its audit entry, and may come twice."""

    def __init__(self, storage: Storage, tracker: Tracker, access: Access) -> None:
        self._storage = storage
        self._tracker = tracker
        self._access = access

    async def invite(
        self, by: By, name: str, relationship: str, parent: str | None, event_key: str
    ) -> Invitation:
        """A link for somebody who is only on the web, who then speaks for this team, made if there was none.

        For admins, for those in the parent unit, and for those in the team itself. ``parent`` is for admins to name;
        else it is the team of whoever invites. The same event again gives the same link, while it lets in. Raises
        NotAllowed, TeamUnknown, TeamChangeRefused.
        """
        who = by.who
        async with self._storage.unit() as unit:
            above = await _parent(unit, who, parent)
            team, made = await unit.teams.get_or_make(who.tenant, name, relationship)
            takes_part(team)
            if made and len(name) > LONGEST_TEAM_NAME:
                raise TeamChangeRefused(TOO_LONG)
            if made:
                team.parent_id = above.id if above else None
                await write(unit, by, "registered", team, f"by invitation: {as_note(team)}")
            elif not (who.may(Role.ADMIN) or (above and _is_open_to(team, above))):
                raise NotAllowed(f"“{team.name}” is already registered: an admin or one of its own people can invite.")
            person, token, new = await self._access.invite_guest(unit, who, who.tenant, team.name, event_key)
            if new:
                await self._tracker.enter(unit, team, person, by=who.person)
            elif not await unit.people.opens(token, self._tracker.now()):
                raise TeamChangeRefused(SPENT)
            return Invitation(await recorded(unit, team), made, token)

    async def merge(self, by: By, source_name: str, target_name: str) -> Outcome:
        """One team takes another's place, with all that was the other's; the outcome is of the one that stays.

        For admins, with a reason. A second time changes nothing. Raises NotAllowed, TeamUnknown, TeamChangeRefused.
        """
        by.who.needs(Role.ADMIN)
        needs_reason(by)
        async with self._storage.unit() as unit:
            source, target = await _both(unit, by.who.tenant, source_name, target_name)
            again = source.merged_into is not None
            if not again:
                target.visibility = less_seen(source.visibility, target.visibility)
            await unit.team_merges.merge(source, target)
            if not again:
                await write(unit, by, "merged", source, f"into {target.name}")
                await write(unit, by, "took over", target, source.name)
            return Outcome(await recorded(unit, target), changed=not again)

    async def all(self, who: Who) -> list[Recorded]:
        """Every team of the tenant, by name. Raises NotAllowed."""
        who.needs(Role.ADMIN)
        async with self._storage.view() as unit:
            return [await recorded(unit, team) for team in await unit.teams.all(who.tenant)]

    async def one(self, by: By, team_id: str) -> tuple[Recorded, list[Entry]]:
        """A team with its history, newest first, for admins and those in it. Raises NotAllowed, TeamUnknown."""
        async with self._storage.view() as unit:
            team = await unit.teams.row(by.who.tenant, team_id)
            await check(unit, by, team)
            assert team is not None
            return await recorded(unit, team), await unit.audits.about(team.tenant, subject_of(team.id))

    async def guests(self, by: By, team_id: str) -> list[Grant]:
        """Those who came into the team by a link. Raises as ``one``."""
        async with self._storage.view() as unit:
            await check(unit, by, await unit.teams.row(by.who.tenant, team_id))
            return await _guests(unit, by.who.tenant, team_id)

    async def guests_below(self, by: By, team_id: str) -> list[Guest]:
        """Those who came by a link into the units right under the team. Raises as ``one``."""
        tenant = by.who.tenant
        async with self._storage.view() as unit:
            await check(unit, by, await unit.teams.row(tenant, team_id))
            below = [team for team in await unit.teams.all(tenant) if team.parent_id == team_id]
            return [
                Guest(await recorded(unit, team), grant)
                for team in below for grant in await _guests(unit, tenant, team.id)
            ]

    async def link_again(self, by: By, team_id: str, person: str) -> Invitation:
        """A new link for somebody who came into the team by one: they stay the same person.

        For admins, for those in the unit above, and for those in the team who are no guests themselves, as whoever has
        the link is that person. It stands in the team's history. Raises NotAllowed, TeamUnknown, TeamChangeRefused.
        """
        async with self._storage.unit() as unit:
            team = await unit.teams.row(by.who.tenant, team_id)
            if team is None:
                raise TeamUnknown("There is no such team any more.")
            if not await _lets_in_again(unit, by.who, team):
                raise NotAllowed(NOT_YOURS_TO_MAKE)
            if person not in {grant.person for grant in await _guests(unit, team.tenant, team.id)}:
                raise TeamChangeRefused(NO_SUCH_GUEST)
            token = await self._access.link_again(unit, by.who, team.tenant, person)
            await write(unit, by, "made a new link", team, "for somebody who came by a link")
            return Invitation(await recorded(unit, team), False, token)

    async def dismiss(self, by: By, team_id: str, person: str) -> bool:
        """Whoever came by a link is let in no more; True if they were. Raises as ``TeamChanges.change``."""
        async with self._storage.unit() as unit:
            team = await held(unit, by, team_id)
            guest = is_guest(person) and await unit.team_exits.leave(team.tenant, person, team.id)
            if guest:
                await unit.people.revoke(team.tenant, person)
                await write(unit, by, "let go", team, "somebody who came by a link")
        return guest


async def _guests(unit: Unit, tenant: str, team_id: str) -> list[Grant]:
    people = [person for person in await unit.teams.people(tenant, team_id) if is_guest(person)]
    return [grant for person in people for grant in await unit.people.grants(tenant, person)]


async def _lets_in_again(unit: Unit, who: Who, team: Team) -> bool:
    if who.may(Role.ADMIN):
        return True
    membership = await unit.teams.membership(who.tenant, who.person)
    if membership is None or membership[0].left_at is not None:
        return False
    own = membership[0]
    return team.parent_id == own.id or (team.id == own.id and not who.is_guest)


async def _parent(unit: Unit, who: Who, parent: str | None) -> Team | None:
    """Under which team somebody invites. Raises NotAllowed where they are in none and no admin."""
    if parent and who.may(Role.ADMIN):
        found = await unit.teams.named(who.tenant, parent)
        if found is None:
            raise TeamUnknown(f"There is no team “{parent}” to put above it.")
        return found
    membership = await unit.teams.membership(who.tenant, who.person)
    if membership is None or membership[0].left_at is not None:
        who.needs(Role.ADMIN)
        return None
    return membership[0]


async def _both(unit: Unit, tenant: str, source_name: str, target_name: str) -> tuple[Team, Team]:
    """The two teams of a merge, locked."""
    source, target = await unit.teams.as_written(tenant, source_name), await unit.teams.named(tenant, target_name)
    for name, found in ((source_name, source), (target_name, target)):
        if found is None:
            raise TeamUnknown(f"There is no team “{name}”. The list of teams shows them all.")
    assert source is not None and target is not None
    locked = await unit.team_merges.locked(tenant, source.id, target.id)
    _can_be_merged(*locked)
    return locked[0], locked[1]


def _can_be_merged(source: Team, target: Team) -> None:
    if source.id == target.id:
        raise TeamChangeRefused(f"“{source.name}” cannot be merged into itself, or into one that was merged into it.")
    if target.merged_into is not None or source.merged_into not in (None, target.id):
        raise TeamChangeRefused(f"“{source.name}” was already merged into another team: look at the list of teams.")
    for team in (source, target):
        takes_part(team)


def _is_open_to(team: Team, inviting: Team) -> bool:
    return team.id == inviting.id or (team.parent_id == inviting.id and team.joining_open)
