"""One team takes another's place: everything that was the one's is the other's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import ChangedMeanwhile
from bot.storage.adoption_tables import CheckIn, Contact, Pilot, Result
from bot.storage.adoptions import Adoptions, holder_of
from bot.storage.statements import insert_once, table_of
from bot.storage.tables import ChannelTeam, PersonTeam, Question, QuestionPractice, Team
from bot.storage.team_exits import OPEN, TeamExits
from bot.storage.teams import Teams

OWNED: tuple[Any, ...] = (PersonTeam, ChannelTeam, Question, QuestionPractice, Result, Pilot)
"""Tables whose rows need nothing but another ``team_id``."""


class TeamMerges:
    def __init__(self, session: AsyncSession, teams: Teams, adoptions: Adoptions, exits: TeamExits) -> None:
        self._session = session
        self._teams = teams
        self._adoptions = adoptions
        self._exits = exits

    async def locked(self, tenant: str, *team_ids: str) -> list[Team]:
        """These rows in this order; nobody else changes them. Raises ChangedMeanwhile where one is gone."""
        # Two who lock the same rows in different orders would wait for each other for ever.
        rows = {team_id: await self._teams.locked(tenant, team_id) for team_id in sorted(set(team_ids))}
        found = [row for team_id in team_ids if (row := rows[team_id]) is not None]
        if len(found) != len(team_ids):
            raise ChangedMeanwhile("One of these teams is gone. Look at the list of teams and begin again.")
        return found

    async def merge(self, source: Team, target: Team) -> None:
        """Everything of ``source`` is ``target``'s from now on, and whoever looks it up finds ``target``.

        Both are ``locked``. A second time takes over what was written for ``source`` in the meantime.
        """
        await self._move_under(source, target)
        for model in OWNED:
            mine = (model.tenant == source.tenant, model.team_id == source.id)
            await self._session.exec(update(model).where(*mine).values(team_id=target.id))
        await self._adoptions.attach_team(source.tenant, source.id, target.id)
        await self._contacts(source, target)
        await self._check_ins(source, target)
        earlier = (col(Team.tenant) == source.tenant, col(Team.merged_into) == source.id)
        await self._session.exec(update(Team).where(*earlier).values(merged_into=target.id))
        source.merged_into, source.told = target.id, True
        await self._session.flush()

    async def _move_under(self, source: Team, target: Team) -> None:
        """Teams under ``source`` stand under ``target``; those that ``target`` stands under move up instead."""
        children = select(Team).where(Team.tenant == source.tenant, Team.parent_id == source.id)
        for child in list(await self._session.exec(children)):
            above = await self._teams.is_above(child, target)
            child.parent_id = source.parent_id if above else target.id
        await self._session.flush()

    async def _contacts(self, source: Team, target: Team) -> None:
        offered = select(Contact).where(Contact.tenant == source.tenant, Contact.team_id == source.id)
        for offer in list(await self._session.exec(offered)):
            await insert_once(self._session, Contact, {**offer.model_dump(), "team_id": target.id})
        await self._exits.withdraw_contacts(source.tenant, source.id)

    async def _check_ins(self, source: Team, target: Team) -> None:
        """Numbers go on after the target's; where both wait for an answer about a practice, the target's is asked."""
        mine, theirs = holder_of("", source.id), holder_of("", target.id)
        held = select(CheckIn).where(CheckIn.tenant == source.tenant)
        rows = list(await self._session.exec(held.where(CheckIn.holder == theirs, col(CheckIn.state).in_(OPEN))))
        for practice_id in {row.practice_id for row in rows}:
            await self._exits.cancel_check_ins(source.tenant, mine, practice_id=practice_id)
        practices = await self._session.exec(
            select(CheckIn.practice_id).where(CheckIn.tenant == source.tenant, CheckIn.holder == mine).distinct()
        )
        table = table_of(CheckIn)
        for practice_id in list(practices):
            at = (table.c.tenant == source.tenant, table.c.practice_id == practice_id)
            last = await self._session.exec(select(func.max(CheckIn.number)).where(*at, table.c.holder == theirs))
            renumbered = {"holder": theirs, "number": table.c.number + (last.one() or 0)}
            await self._session.exec(update(table).where(*at, table.c.holder == mine).values(renumbered))
