"""Teams from a file. They have not registered themselves, so they are told later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import TeamFileInvalid
from bot.storage.audits import Audits
from bot.storage.records import RELATIONSHIPS, ImportOutcome, TeamRow
from bot.storage.tables import ChannelTeam, Team
from bot.storage.teams import ANY_PLATFORM, Teams, name_key, subject_of

_PLATFORM_AND_ID = re.compile(r"([a-z][a-z_]*):(.+)")
_KNOWN_BY_ITSELF = re.compile(r"[CDG][A-Z0-9]+|19:.+@.+")
"""A channel id of Slack or of Teams, each unlike all others."""


class TeamImports:
    def __init__(self, session: AsyncSession, teams: Teams, audits: Audits) -> None:
        self._session = session
        self._teams = teams
        self._audits = audits

    async def rows(self, tenant: str, rows: Sequence[TeamRow], by: str, now: datetime) -> ImportOutcome:
        """Make the teams as the rows say; a parent may come later in the file. A second time changes nothing.

        Rows of teams that withdrew or were merged into another change nothing, nor does one that repeats another.
        ``TeamFileInvalid`` if a row has no name, an unknown relationship, an unknown parent, is its own ancestor, or
        contradicts another.
        """
        _check(rows)
        _check_against_each_other(rows)
        made, changed = dict[str, Team](), dict[str, Team]()
        once, notes = _without_repeats(rows)
        kept = list[TeamRow]()
        for row in once:
            if over := await self._over(tenant, row):
                notes.append(f"Line {row.line} was passed over: “{row.team}” {over}.")
            else:
                kept.append(row)
        for row in kept:
            team, is_new = await self._teams.get_or_make(tenant, row.team, row.relationship or "unit")
            if is_new:
                team.told = False
                made[team.id] = team
            elif await self._adjust(team, row):
                changed[team.id] = team
        for row in kept:
            team = await self._team(tenant, row)
            notes += await self._loss(tenant, row, team)
            if await self._bind(tenant, row, team) | await self._place_under_parent(tenant, row, team):
                changed[team.id] = team
        for what, found in (("imported", made), ("changed", {name: changed[name] for name in changed.keys() - made})):
            for team_id in sorted(found):
                await self._audits.write(tenant, by, what, subject_of(team_id), now, "from a team file")
        every = {name_key(row.team) for row in rows}
        unchanged = len(every) - len(made.keys() | changed)
        return ImportOutcome(len(made), len(changed.keys() - made), unchanged, tuple(notes))

    async def _over(self, tenant: str, row: TeamRow) -> str:
        """Why there is no such team any more; empty where there is, or never was."""
        team = await self._teams.as_written(tenant, row.team)
        if team is None:
            return ""
        return "was merged into another team" if team.merged_into else "withdrew" if team.left_at else ""

    async def _loss(self, tenant: str, row: TeamRow, team: Team) -> list[str]:
        """Which other team the channel of this row speaks for so far."""
        bound = await self._session.get(ChannelTeam, (tenant, *platform_and_channel(row.channel)))
        loser = await self._teams.get(tenant, bound.team_id) if bound else None
        if loser is None or loser.id == team.id:
            return []
        return [f"Line {row.line}: {row.channel} speaks for “{team.name}” now; “{loser.name}” has lost it."]

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


def names_a_channel(said: str) -> bool:
    """Whether it is clear which channel is meant: its platform is named, or its id has the form of one."""
    platform, channel = platform_and_channel(said)
    return platform != ANY_PLATFORM or _KNOWN_BY_ITSELF.fullmatch(channel) is not None


def _check(rows: Iterable[TeamRow]) -> None:
    for number, row in enumerate(rows, start=1):
        if not row.team.strip():
            raise TeamFileInvalid(f"Row {number} has no team: write its name in the first column.")
        if row.relationship and row.relationship not in RELATIONSHIPS:
            allowed = ", ".join(RELATIONSHIPS)
            raise TeamFileInvalid(f"Row {number}: “{row.relationship}” is not a relationship; use one of {allowed}.")


def _check_against_each_other(rows: Iterable[TeamRow]) -> None:
    """Of a team one relationship and one parent, of a channel one team: else the last would win, each time anew."""
    said: dict[tuple[str, ...], tuple[str, str, int]] = {}
    for row in rows:
        team, channel = name_key(row.team), platform_and_channel(row.channel)
        for about, key, value, shown in (
            (f"the relationship of “{row.team}”", ("relationship", team), row.relationship, row.relationship),
            (f"the parent of “{row.team}”", ("parent", team), name_key(row.parent), row.parent),
            (f"the team of the channel {row.channel}", ("channel", *channel), team if row.channel else "", row.team),
        ):
            if not value:
                continue
            before, before_shown, line = said.setdefault(key, (value, shown, row.line))
            if before != value:
                wrong = f"Line {row.line} says that {about} is “{shown}”, line {line} that it is “{before_shown}”"
                raise TeamFileInvalid(f"{wrong}: nothing was changed; correct one of them.")


def _without_repeats(rows: Iterable[TeamRow]) -> tuple[list[TeamRow], list[str]]:
    """Each row once, and a sentence for each that says what one before it says."""
    first: dict[tuple[str, ...], TeamRow] = {}
    notes = []
    for row in rows:
        key = (name_key(row.team), name_key(row.parent), row.relationship, *platform_and_channel(row.channel))
        standing = first.setdefault(key, row)
        if standing is not row:
            notes.append(f"Line {row.line} was passed over: it repeats line {standing.line}.")
    return list(first.values()), notes
