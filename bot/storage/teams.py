"""Teams, and who speaks for which."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import TeamFileInvalid
from bot.ports import Clock
from bot.storage.records import RELATIONSHIPS, ImportOutcome, TeamRow
from bot.storage.statements import insert_once, upsert
from bot.storage.tables import ChannelTeam, PersonTeam, Place, Team

ANY_PLATFORM = ""
_PLATFORM_AND_ID = re.compile(r"([a-z][a-z_]*):(.+)")


def name_key(name: str) -> str:
    """A team's name as compared: upper and lower case, spacing and composed letters make no difference."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Teams:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def named(self, tenant: str, name: str) -> Team | None:
        """The team with this name, however it is capitalised."""
        found = await self._session.exec(
            select(Team).where(Team.tenant == tenant, Team.name_key == name_key(name))
        )
        return found.first()

    async def get(self, tenant: str, team_id: str) -> Team | None:
        team = await self._session.get(Team, team_id)
        return team if team and team.tenant == tenant else None

    async def get_or_make(self, tenant: str, name: str, relationship: str = "unit") -> tuple[Team, bool]:
        """The team with this name, made if there was none; True if made. The name must not be blank."""
        shown = " ".join(name.split())
        if not shown:
            raise ValueError("a team needs a name")
        made = await insert_once(self._session, Team, {
            "id": uuid.uuid4().hex, "tenant": tenant, "name": shown, "name_key": name_key(name),
            "relationship": relationship, "visibility": "named", "joining_open": True, "check_in_days": 14,
            "told": True, "created_at": self._clock(),
        })
        team = await self.named(tenant, name)
        assert team is not None
        return team, made

    async def bind_channel(self, tenant: str, platform: str, channel: str, team_id: str) -> bool:
        """The channel speaks for this team from now on; True if it did not before."""
        return await upsert(
            self._session, ChannelTeam,
            {"tenant": tenant, "platform": platform, "channel": channel, "team_id": team_id}, change="team_id",
        )

    async def bind_person(self, tenant: str, person: str, team_id: str, now: datetime) -> bool:
        """The person is in this team from now on; True if they were not before."""
        return await upsert(
            self._session, PersonTeam,
            {"tenant": tenant, "person": person, "team_id": team_id, "since": now}, change="team_id", also=("since",),
        )

    async def of(self, tenant: str, person: str, platform: str, channel: str) -> Team | None:
        """The team the person named, else the team of the channel, else None."""
        own = await self._session.get(PersonTeam, (tenant, person))
        bound = own or await self._of_channel(tenant, platform, channel)
        return await self._session.get(Team, bound.team_id) if bound else None

    async def standing(self, team: Team) -> Team:
        """The team that took its place, or the one that took that one's; itself if none did."""
        seen = {team.id}
        while team.merged_into and team.merged_into not in seen:
            seen.add(team.merged_into)
            after = await self._session.get(Team, team.merged_into)
            if after is None:
                break
            team = after
        return team

    async def ask_after(self, tenant: str, team_id: str, days: int) -> None:
        """The team is asked how a try went after so many days from now on, 0 for never."""
        await self._session.exec(
            update(Team).where(col(Team.tenant) == tenant, col(Team.id) == team_id).values(check_in_days=days)
        )

    async def all(self, tenant: str) -> list[Team]:
        """Every team, by name."""
        found = await self._session.exec(select(Team).where(Team.tenant == tenant).order_by(col(Team.name_key)))
        return list(found)

    async def everywhere(self) -> list[Team]:
        """Every team of every tenant; for the local shell, which administers them all."""
        found = await self._session.exec(select(Team).order_by(col(Team.tenant), col(Team.name_key)))
        return list(found)

    async def tenants(self) -> list[str]:
        """Every tenant in which a question was asked or a team was made."""
        asked = set(await self._session.exec(select(Place.tenant).distinct()))
        made = set(await self._session.exec(select(Team.tenant).distinct()))
        return sorted(asked | made)

    async def channels(self, tenant: str) -> list[ChannelTeam]:
        """Every channel that speaks for a team."""
        order = col(ChannelTeam.platform), col(ChannelTeam.channel)
        found = await self._session.exec(select(ChannelTeam).where(ChannelTeam.tenant == tenant).order_by(*order))
        return list(found)

    async def import_rows(self, tenant: str, rows: Sequence[TeamRow], now: datetime) -> ImportOutcome:
        """Make the teams as the rows say; a parent may come later in the file. A second time changes nothing.

        ``TeamFileInvalid`` if a row has no name, an unknown relationship, an unknown parent, or is its own ancestor.
        """
        _check(rows)
        made, changed = set[str](), set[str]()
        for row in rows:
            team, is_new = await self.get_or_make(tenant, row.team, row.relationship or "unit")
            if is_new:
                made.add(team.name_key)
            elif await self._adjust(team, row):
                changed.add(team.name_key)
        for row in rows:
            if await self._bind_and_place(tenant, row):
                changed.add(name_key(row.team))
        every = {name_key(row.team) for row in rows}
        return ImportOutcome(len(made), len(changed - made), len(every - made - changed))

    async def _adjust(self, team: Team, row: TeamRow) -> bool:
        changed = bool(row.relationship) and team.relationship != row.relationship
        if changed:
            team.relationship = row.relationship
            self._session.add(team)
            await self._session.flush()
        return changed

    async def _bind_and_place(self, tenant: str, row: TeamRow) -> bool:
        team = await self.named(tenant, row.team)
        assert team is not None
        bound = await self._bind(tenant, row, team)
        return await self._place_under_parent(tenant, row, team) or bound

    async def _place_under_parent(self, tenant: str, row: TeamRow, team: Team) -> bool:
        if not row.parent:
            return False
        parent = await self.named(tenant, row.parent)
        if parent is None:
            raise TeamFileInvalid(f"“{row.team}” has the parent “{row.parent}”, which is no team: add a line for it.")
        await self._refuse_circle(team, parent)
        if team.parent_id == parent.id:
            return False
        team.parent_id = parent.id
        self._session.add(team)
        await self._session.flush()
        return True

    async def _bind(self, tenant: str, row: TeamRow, team: Team) -> bool:
        if not row.channel:
            return False
        match = _PLATFORM_AND_ID.fullmatch(row.channel.strip())
        platform, channel = match.groups() if match else (ANY_PLATFORM, row.channel.strip())
        return await self.bind_channel(tenant, platform, channel, team.id)

    async def _refuse_circle(self, team: Team, parent: Team) -> None:
        above: Team | None = parent
        while above is not None:
            if above.id == team.id:
                raise TeamFileInvalid(f"“{team.name}” would be above itself: correct the parents.")
            above = await self._session.get(Team, above.parent_id) if above.parent_id else None

    async def _of_channel(self, tenant: str, platform: str, channel: str) -> ChannelTeam | None:
        found = await self._session.exec(
            select(ChannelTeam)
            .where(ChannelTeam.tenant == tenant, ChannelTeam.channel == channel)
            .where(col(ChannelTeam.platform).in_((platform, ANY_PLATFORM)))
            .order_by(col(ChannelTeam.platform).desc())
        )
        return found.first()


def _check(rows: Iterable[TeamRow]) -> None:
    for number, row in enumerate(rows, start=1):
        if not row.team.strip():
            raise TeamFileInvalid(f"Row {number} has no team: write its name in the first column.")
        if row.relationship and row.relationship not in RELATIONSHIPS:
            allowed = ", ".join(RELATIONSHIPS)
            raise TeamFileInvalid(f"Row {number}: “{row.relationship}” is no relationship; use one of {allowed}.")
