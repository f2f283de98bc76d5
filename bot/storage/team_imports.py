"""Teams from a file. They have not registered themselves, so they are told later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import TeamFileInvalid
from bot.storage.audits import Audits
from bot.storage.records import RELATIONSHIPS, ImportOutcome, TeamRow
from bot.storage.tables import Team
from bot.storage.teams import ANY_PLATFORM, Teams, name_key, subject_of

_PLATFORM_AND_ID = re.compile(r"([a-z][a-z_]*):(.+)")


class TeamImports:
    def __init__(self, session: AsyncSession, teams: Teams, audits: Audits) -> None:
        self._session = session
        self._teams = teams
        self._audits = audits

    async def rows(self, tenant: str, rows: Sequence[TeamRow], by: str, now: datetime) -> ImportOutcome:
        """Make the teams as the rows say; a parent may come later in the file. A second time changes nothing.

        Rows of teams that withdrew or were merged into another change nothing.
        ``TeamFileInvalid`` if a row has no name, an unknown relationship, an unknown parent, or is its own ancestor.
        """
        _check(rows)
        made, changed = dict[str, Team](), dict[str, Team]()
        kept = [row for row in rows if not await self._is_over(tenant, row)]
        for row in kept:
            team, is_new = await self._teams.get_or_make(tenant, row.team, row.relationship or "unit")
            if is_new:
                team.told = False
                made[team.id] = team
            elif await self._adjust(team, row):
                changed[team.id] = team
        for row in kept:
            team = await self._team(tenant, row)
            if await self._bind(tenant, row, team) | await self._place_under_parent(tenant, row, team):
                changed[team.id] = team
        for what, found in (("imported", made), ("changed", {name: changed[name] for name in changed.keys() - made})):
            for team_id in sorted(found):
                await self._audits.write(tenant, by, what, subject_of(team_id), now, "from a team file")
        every = {name_key(row.team) for row in rows}
        return ImportOutcome(len(made), len(changed.keys() - made), len(every) - len(made.keys() | changed))

    async def _is_over(self, tenant: str, row: TeamRow) -> bool:
        team = await self._teams.as_written(tenant, row.team)
        return team is not None and (team.merged_into is not None or team.left_at is not None)

    async def _team(self, tenant: str, row: TeamRow) -> Team:
        team = await self._teams.named(tenant, row.team)
        assert team is not None
        return team

    async def _adjust(self, team: Team, row: TeamRow) -> bool:
        changed = bool(row.relationship) and team.relationship != row.relationship
        if changed:
            team.relationship = row.relationship
            await self._session.flush()
        return changed

    async def _place_under_parent(self, tenant: str, row: TeamRow, team: Team) -> bool:
        if not row.parent:
            return False
        parent = await self._teams.named(tenant, row.parent)
        if parent is None:
            raise TeamFileInvalid(f"“{row.team}” has the parent “{row.parent}”, which is no team: add a line for it.")
        if await self._teams.is_above(team, parent):
            raise TeamFileInvalid(f"“{team.name}” would be above itself: correct the parents.")
        if team.parent_id == parent.id:
            return False
        team.parent_id = parent.id
        await self._session.flush()
        return True

    async def _bind(self, tenant: str, row: TeamRow, team: Team) -> bool:
        if not row.channel:
            return False
        return await self._teams.bind_channel(tenant, *platform_and_channel(row.channel), team.id)


def platform_and_channel(said: str) -> tuple[str, str]:
    """``slack:C0123456789`` in its two parts; the platform is ``ANY_PLATFORM`` where none is named."""
    match = _PLATFORM_AND_ID.fullmatch(said.strip())
    return (match[1], match[2]) if match else (ANY_PLATFORM, said.strip())


def _check(rows: Iterable[TeamRow]) -> None:
    for number, row in enumerate(rows, start=1):
        if not row.team.strip():
            raise TeamFileInvalid(f"Row {number} has no team: write its name in the first column.")
        if row.relationship and row.relationship not in RELATIONSHIPS:
            allowed = ", ".join(RELATIONSHIPS)
            raise TeamFileInvalid(f"Row {number}: “{row.relationship}” is no relationship; use one of {allowed}.")
