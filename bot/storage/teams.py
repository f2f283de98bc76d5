"""Teams, and who speaks for which."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import TeamChangeRefused, TeamUnknown
from bot.nearest import no_such
from bot.ports import Clock
from bot.storage.adoption_tables import Audit
from bot.storage.statements import execute, insert_once, table_of, upsert
from bot.storage.tables import ChannelTeam, PersonTeam, Place, Team

ANY_PLATFORM = ""
COMINGS_AND_GOINGS = ("joined", "left", "let go")
"""What is written down about a team without changing what is recorded of it."""


def subject_of(team_id: str) -> str:
    """A team as the subject of an audit entry."""
    return f"team:{team_id}"


def name_key(name: str) -> str:
    """A team's name as compared: upper and lower case, spacing and composed letters make no difference."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Teams:
    """Whoever looks a merged team up finds the one that took its place; ``as_written`` gives the row itself."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def named(self, tenant: str, name: str) -> Team | None:
        """The team with this name, however it is capitalised."""
        return await self._standing(await self.as_written(tenant, name))

    async def taking_part(self, tenant: str, name: str) -> Team:
        """The team with this name. Raises TeamUnknown, naming where to look; also where it withdrew."""
        team = await self.named(tenant, name)
        if team is None or team.left_at is not None:
            known = [other.name for other in await self.all(tenant) if other.left_at is None]
            raise TeamUnknown(no_such("team", name, known, "midway teams list"))
        return team

    async def get(self, tenant: str, team_id: str) -> Team | None:
        team = await self._session.get(Team, team_id)
        return await self._standing(team) if team and team.tenant == tenant else None

    async def as_written(self, tenant: str, name: str) -> Team | None:
        """The row with this name, even of a team that was merged into another."""
        found = await self._session.exec(
            select(Team).where(Team.tenant == tenant, Team.name_key == name_key(name))
        )
        return found.first()

    async def row(self, tenant: str, team_id: str) -> Team | None:
        """The row itself, even of a team that was merged into another."""
        team = await self._session.get(Team, team_id)
        return team if team and team.tenant == tenant else None

    async def rename(self, team: Team, name: str) -> None:
        """Raises TeamChangeRefused where another team has this name, or it is blank."""
        shown = " ".join(name.split())
        if not shown:
            raise TeamChangeRefused("A team needs a name.")
        other = await self.as_written(team.tenant, shown)
        if other is not None and other.id != team.id:
            raise TeamChangeRefused(f"“{shown}” is another team's name. Choose one of your own.")
        team.name, team.name_key = shown, name_key(shown)
        await self._session.flush()

    async def locked(self, tenant: str, team_id: str) -> Team | None:
        """The row itself as it is now; nobody else changes it until the unit of work ends."""
        team = await self._session.get(Team, team_id, with_for_update=True, populate_existing=True)
        return team if team and team.tenant == tenant else None

    async def get_or_make(
        self, tenant: str, name: str, relationship: str = "unit", *, team_id: str | None = None
    ) -> tuple[Team, bool]:
        """The team with this name, made if there was none; True if made. The name must not be blank.

        With ``team_id`` a new one gets this id.
        """
        shown = " ".join(name.split())
        if not shown:
            raise ValueError("a team needs a name")
        made = await insert_once(self._session, Team, {
            "id": team_id or uuid.uuid4().hex, "tenant": tenant, "name": shown, "name_key": name_key(name),
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
        """The team the person named, else the team of the channel, else None; never one that withdrew."""
        return await self.of_person(tenant, person) or await self.of_channel(tenant, platform, channel)

    async def membership(self, tenant: str, person: str) -> tuple[Team, datetime] | None:
        """The team the person said to be in and since when; it may have withdrawn."""
        own = await self._session.get(PersonTeam, (tenant, person))
        team = await self.get(tenant, own.team_id) if own else None
        return (team, own.since) if own and team else None

    async def people(self, tenant: str, team_id: str) -> list[str]:
        """Who said to be in it, the first to join first."""
        mine = select(PersonTeam.person).where(PersonTeam.tenant == tenant, PersonTeam.team_id == team_id)
        return list(await self._session.exec(mine.order_by(col(PersonTeam.since), col(PersonTeam.person))))

    async def of_channel(self, tenant: str, platform: str, channel: str) -> Team | None:
        """The team that the channel speaks for."""
        bound = await self._of_channel(tenant, platform, channel)
        return await self.get(tenant, bound.team_id) if bound else None

    async def tell_once(self, tenant: str, team_id: str) -> bool:
        """True exactly once for a team that was imported and not told so, whoever asks at the same time."""
        table = table_of(Team)
        untold = update(table).where(table.c.id == team_id, table.c.tenant == tenant, table.c.told.is_(False))
        return (await execute(self._session, untold.values(told=True))).rowcount == 1

    async def version(self, tenant: str, team_id: str) -> int:
        """Goes up with every change of what is recorded of a team; 0 before the first."""
        changes = select(func.max(Audit.id)).where(
            Audit.tenant == tenant, Audit.subject == subject_of(team_id), col(Audit.what).not_in(COMINGS_AND_GOINGS)
        )
        return (await self._session.exec(changes)).one() or 0

    async def of_person(self, tenant: str, person: str) -> Team | None:
        """The team that the person named, wherever they are; never one that withdrew."""
        membership = await self.membership(tenant, person)
        return membership[0] if membership and membership[0].left_at is None else None

    async def with_merged(self, team: Team) -> set[str]:
        """The ids under which what is this team's is kept: its own, and those that were merged with it."""
        ours = team.merged_into or team.id
        merged = select(Team.id).where(Team.tenant == team.tenant, Team.merged_into == ours)
        return {ours, team.id, *await self._session.exec(merged)}

    async def ask_after(self, tenant: str, team_id: str, days: int) -> None:
        """The team is asked how a try went after so many days from now on, 0 for never."""
        await self._session.exec(
            update(Team).where(col(Team.tenant) == tenant, col(Team.id) == team_id).values(check_in_days=days)
        )

    async def all(self, tenant: str) -> list[Team]:
        """Every team, by name; those that withdrew or were merged into another among them."""
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

    async def names_of_channels(self, tenant: str) -> dict[tuple[str, str], str]:
        """The team that each speaks for, by platform (``ANY_PLATFORM`` for whichever) and channel."""
        teams = {team.id: team for team in await self.all(tenant)}
        found: dict[tuple[str, str], str] = {}
        for bound in await self.channels(tenant):
            team = teams.get(bound.team_id)
            while team is not None and team.merged_into is not None:
                team = teams.get(team.merged_into)
            if team is not None:
                found[bound.platform, bound.channel] = team.name
        return found

    async def _of_channel(self, tenant: str, platform: str, channel: str) -> ChannelTeam | None:
        found = await self._session.exec(
            select(ChannelTeam)
            .where(ChannelTeam.tenant == tenant, ChannelTeam.channel == channel)
            .where(col(ChannelTeam.platform).in_((platform, ANY_PLATFORM)))
            .order_by(col(ChannelTeam.platform).desc())
        )
        return found.first()

    async def is_above(self, team: Team, other: Team | None) -> bool:
        """Whether ``other`` is this team or stands somewhere under it."""
        while other is not None:
            if other.id == team.id:
                return True
            other = await self._session.get(Team, other.parent_id) if other.parent_id else None
        return False

    async def _standing(self, team: Team | None) -> Team | None:
        while team is not None and team.merged_into is not None:
            team = await self._session.get(Team, team.merged_into)
        return team
