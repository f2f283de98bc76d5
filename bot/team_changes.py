"""What is recorded of a team: registered, changed and withdrawn by those in it; corrected by admins, with a reason."""

from __future__ import annotations

from dataclasses import replace

from bot.access import Who
from bot.errors import ChangedMeanwhile, NotAllowed, TeamChangeRefused
from bot.storage.tables import Team
from bot.storage.unit import Storage
from bot.team_rules import (
    STALE,
    STRANGER,
    By,
    Outcome,
    Recorded,
    Wish,
    apply,
    as_note,
    held,
    less_seen,
    own_team,
    recorded,
    takes_part,
    write,
)
from bot.tracker import Tracker


class TeamChanges:
    """Each change is one unit of work with its audit entry, and may come twice."""

    def __init__(self, storage: Storage, tracker: Tracker) -> None:
        self._storage = storage
        self._tracker = tracker

    async def own(self, by: By) -> Recorded | None:
        """The team that this person, or this channel, speaks for; else the one that they are in although it withdrew.
        """
        async with self._storage.view() as unit:
            team = await own_team(unit, by)
            return await recorded(unit, team) if team else None

    async def register(self, by: By, wish: Wish, event_key: str) -> Outcome | None:
        """Make the team as wished, with this person in it; None where the name is another team's already.

        The same event again changes nothing.
        """
        if not wish.name:
            raise TeamChangeRefused("A team needs a name.")
        tenant, person = by.who.tenant, by.who.person
        team_id = self._storage.secret.mark("team", tenant, event_key)
        async with self._storage.unit() as unit:
            if known := await unit.teams.get(tenant, team_id):
                return Outcome(await recorded(unit, known), changed=False)
            team, made = await unit.teams.get_or_make(tenant, wish.name, team_id=team_id)
            if not made:
                membership = await unit.teams.membership(tenant, person)
                mine = membership is not None and membership[0].id == team.id
                return Outcome(await recorded(unit, team), changed=False) if mine else None
            no_such_parent = await apply(unit, team, replace(wish, name=None))
            await write(unit, by, "registered", team, as_note(team))
            await self._tracker.enter(unit, team, person)
            return Outcome(await recorded(unit, team), changed=True, no_such_parent=no_such_parent)

    async def change(self, by: By, team_id: str, version: int, wish: Wish) -> Outcome:
        """Record what is wished of a team as it was at ``version``; what stands already is no change.

        Raises NotAllowed, TeamChangeRefused, ChangedMeanwhile.
        """
        async with self._storage.unit() as unit:
            team = await held(unit, by, team_id)
            takes_part(team)
            fresh = await unit.teams.version(team.tenant, team.id) == version
            before, note = _state(team), as_note(team)
            no_such_parent = await apply(unit, team, wish)
            changed = _state(team) != before
            if changed and not fresh:
                raise ChangedMeanwhile(STALE)
            if changed:
                await write(unit, by, "changed", team, f"{note} → {as_note(team)}")
            return Outcome(await recorded(unit, team), changed, no_such_parent)

    async def set_joining(self, by: By, *, open_: bool) -> Outcome:
        """Whether everybody may join the team that this person or channel speaks for. Raises as ``change``."""
        async with self._storage.unit() as unit:
            own = await own_team(unit, by)
            if own is None:
                raise NotAllowed(STRANGER)
            team = await held(unit, by, own.id)
            takes_part(team)
            changed = team.joining_open != open_
            if changed:
                team.joining_open = open_
                await write(unit, by, "opened joining" if open_ else "closed joining", team)
            return Outcome(await recorded(unit, team), changed)

    async def leave(self, who: Who) -> str | None:
        """This person is in no team from now on; the name of the one they left, None if they were in none.

        A guest was let in for that team alone, and is let in no longer.
        """
        async with self._storage.unit() as unit:
            membership = await unit.teams.membership(who.tenant, who.person)
            if membership is None or not await unit.team_exits.leave(who.tenant, who.person, membership[0].id):
                return None
            if who.is_guest:
                await unit.people.revoke(who.tenant, who.person)
            await write(unit, By(who), "left", membership[0])
            return membership[0].name

    async def withdraw(self, by: By, team_id: str, version: int) -> Outcome:
        """The team takes no part any more: no channel speaks for it, nothing is sent to it, its name is not shown.

        What it stated stays. Raises as ``change``.
        """
        async with self._storage.unit() as unit:
            team = await held(unit, by, team_id)
            if team.left_at is not None:
                return Outcome(await recorded(unit, team), changed=False)
            if await unit.teams.version(team.tenant, team.id) != version:
                raise ChangedMeanwhile(STALE)
            team.visibility = less_seen(team.visibility, "anonymous")
            await unit.team_exits.withdraw(team)
            await write(unit, by, "withdrew", team)
            return Outcome(await recorded(unit, team), changed=True)

    async def come_back(self, by: By, team_id: str) -> Outcome:
        """A team that withdrew takes part again, without its name until somebody says otherwise. Raises NotAllowed."""
        async with self._storage.unit() as unit:
            team = await held(unit, by, team_id)
            changed = team.left_at is not None
            if changed:
                team.left_at = None
                await write(unit, by, "came back", team)
            return Outcome(await recorded(unit, team), changed)


def _state(team: Team) -> tuple[str, str, str | None, str, bool]:
    return team.name, team.relationship, team.parent_id, team.visibility, team.joining_open
