"""What ends when a person leaves a team, or a team withdraws."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.ports import Clock
from bot.storage.adoption_tables import CheckIn, Contact
from bot.storage.adoptions import holder_of
from bot.storage.ledger import Ledger
from bot.storage.pilots import Pilots
from bot.storage.statements import execute, table_of
from bot.storage.tables import ChannelTeam, PersonTeam, Team
from bot.storage.teams import Teams

OPEN = ("waiting", "asked")
"""States of a check-in that somebody still waits in."""


class TeamExits:
    def __init__(
        self, session: AsyncSession, clock: Clock, teams: Teams, pilots: Pilots, ledger: Ledger
    ) -> None:
        self._session = session
        self._clock = clock
        self._teams = teams
        self._pilots = pilots
        self._ledger = ledger

    async def leave(self, tenant: str, person: str, team_id: str) -> bool:
        """The person is in no team from now on, is asked nothing for it, offers nothing there and looks after no
        pilot of it; True if they were.
        """
        own = await self._session.get(PersonTeam, (tenant, person), with_for_update=True, populate_existing=True)
        if own is None or own.team_id != team_id:
            return False
        await self._session.delete(own)
        await self._session.flush()
        await self.withdraw_contacts(tenant, team_id, person=person)
        await self.cancel_check_ins(tenant, holder_of("", team_id), person=person)
        await self._ledger.cancel(tenant, holder_of("", team_id), self._clock(), person=person)
        await self._pilots.release(tenant, person, team_id)
        return True

    async def withdraw(self, team: Team) -> None:
        """No channel speaks for the team, nobody is asked or sent to for it, also where that is planned already.

        Who is in it and what it stated stays.
        """
        bound = (col(ChannelTeam.tenant) == team.tenant, col(ChannelTeam.team_id) == team.id)
        await execute(self._session, delete(table_of(ChannelTeam)).where(*bound))
        await self.withdraw_contacts(team.tenant, team.id)
        await self.cancel_check_ins(team.tenant, holder_of("", team.id))
        # After the check-ins: whoever is just asking about one has planned it by now.
        for team_id in await self._teams.with_merged(team):
            await self._ledger.cancel(team.tenant, holder_of("", team_id), self._clock())
        team.left_at = self._clock()
        await self._session.flush()

    async def withdraw_contacts(self, tenant: str, team_id: str, *, person: str | None = None) -> None:
        """Nobody is sent to this person, or to anybody, about what this team does."""
        offers = delete(table_of(Contact)).where(col(Contact.tenant) == tenant, col(Contact.team_id) == team_id)
        if person is not None:
            offers = offers.where(col(Contact.person) == person)
        await execute(self._session, offers)

    async def cancel_check_ins(
        self, tenant: str, holder: str, *, practice_id: str | None = None, person: str | None = None
    ) -> None:
        """Nobody is asked any more, about one practice or about any; where they would have been asked is forgotten."""
        owed = update(table_of(CheckIn)).where(
            col(CheckIn.tenant) == tenant, col(CheckIn.holder) == holder, col(CheckIn.state).in_(OPEN)
        )
        if practice_id is not None:
            owed = owed.where(col(CheckIn.practice_id) == practice_id)
        if person is not None:
            owed = owed.where(col(CheckIn.person) == person)
        await execute(self._session, owed.values(state="cancelled", address=None, ended_at=self._clock()))
