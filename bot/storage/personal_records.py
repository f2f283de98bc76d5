"""Everything that is stored about a person, in the clear, for that person alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SealBroken, SecretKey
from bot.storage.adoption_tables import Audit, CheckIn, Contact, PersonChoice, Pilot, Result
from bot.storage.chats import in_chats_of
from bot.storage.curation_tables import Gap, Post, PracticeEvent, RoleGrant
from bot.storage.platform_tables import Endpoint, WebMessage
from bot.storage.report_tables import Pulse
from bot.storage.statements import execute, table_of
from bot.storage.tables import (
    AdoptionEvent,
    Delivery,
    Escalation,
    Feedback,
    Opening,
    PersonTeam,
    Question,
    Team,
)
from bot.storage.tip_tables import Subscription
from bot.storage.versions import EVERYBODY

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what is stored: rows of a table that name the person in ``who``, with these columns."""

    model: type[SQLModel]
    columns: tuple[str, ...]
    who: str = "person"
    sealed: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "questions": Kind(
        Question, ("asked_at", "lang", "outcome", "practices", "nearest", "route", "team_id"), sealed=("text",)
    ),
    "openings": Kind(Opening, ("at", "practice_id")),
    "ratings": Kind(Feedback, ("at", "question_id", "helpful")),
    "handed_to_experts": Kind(Escalation, ("at", "state"), sealed=("words", "reply")),
    "statements": Kind(AdoptionEvent, ("at", "team_id", "practice_id", "state", "reason")),
    "results": Kind(
        Result, ("at", "team_id", "practice_id", "metric", "before", "after", "unit", "period", "cost", "saving",
                 "income", "currency"), sealed=("evidence", "credit"),
    ),
    "contact_offers": Kind(Contact, ("at", "team_id", "practice_id"), sealed=("name",)),
    "pilots": Kind(Pilot, ("created_at", "team_id", "state", "practices", "decision"), sealed=("plan",)),
    "check_ins": Kind(CheckIn, ("practice_id", "state", "due_at", "asked_at", "answer")),
    "roles": Kind(RoleGrant, ("at", "role", "label")),
    "taken_as_expert": Kind(Escalation, ("changed_at", "state"), who="taken_by", sealed=("reply",)),
    "library_changes": Kind(PracticeEvent, ("at", "practice_id", "version", "what", "note"), who="by"),
    "gaps_closed": Kind(Gap, ("at", "nearest", "note"), who="by"),
    "channels_named": Kind(Post, ("at", "task"), who="by"),
    "changes": Kind(Audit, ("at", "what", "subject", "note"), who="by"),
    "tips": Kind(Subscription, ("created_at", "state", "topics", "audience", "weekday", "hour", "zone")),
    "monthly_reports": Kind(Pulse, ("at", "zone"), who="by"),
    "endpoints": Kind(Endpoint, ("at", "platform", "url")),
    "deliveries": Kind(Delivery, ("created_at", "kind", "state")),
}
MESSAGES = "web_messages"


class PersonalRecords:
    """Reads; changes nothing."""

    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def team(self, tenant: str, person: str) -> str | None:
        """The name of the team that the person said to be in."""
        own = await self._session.get(PersonTeam, (tenant, person))
        team = await self._session.get(Team, own.team_id) if own else None
        return team.name if team else None

    async def tenants(self) -> set[str]:
        """Every tenant in which anything is stored that ``everything`` may give of somebody."""
        models: set[type[SQLModel]] = {WebMessage, PersonTeam, PersonChoice}
        columns = [table_of(model).c.tenant for model in models.union(kind.model for kind in KINDS.values())]
        found = {name for column in columns for (name,) in await execute(self._session, select(column).distinct())}
        return found - {EVERYBODY}

    async def beginning(self, letters: str) -> set[tuple[str, str]]:
        """Tenant and pseudonym of everybody of whom something is stored and whose pseudonym begins with these."""
        who = {table_of(model).c.person for model in (PersonTeam, PersonChoice)}
        who |= {table_of(kind.model).c[kind.who] for kind in KINDS.values()}
        found = {one for column in who for one in await self._beginning(column, letters) if one[0] != EVERYBODY}
        # Words on the web stand there under one tenant, whichever the person is of.
        talked = await self._beginning(table_of(WebMessage).c.person, letters)
        return found | {one for one in talked if one[1] not in {person for _, person in found}}

    async def _beginning(self, column: Column[Any], letters: str) -> set[tuple[str, str]]:
        theirs = select(column.table.c.tenant, column).where(column.startswith(letters, autoescape=True)).distinct()
        return {(tenant, person) for tenant, person in await execute(self._session, theirs)}

    async def everything(self, tenant: str, person: str) -> dict[str, list[Row]]:
        """Every kind of which there is something, oldest first; moments in ISO 8601, teams by name.

        ``choices`` and ``team`` hold what the person chose and said of themselves.
        """
        teams = dict((await self._session.exec(select(Team.id, Team.name).where(Team.tenant == tenant))).all())
        found = {name: await self._rows(kind, tenant, person, teams) for name, kind in KINDS.items()}
        found[MESSAGES] = await self._messages(person)
        found["team"] = await self._plain(PersonTeam, ("since", "team_id"), tenant, person, teams)
        found["choices"] = await self._plain(PersonChoice, ("at", "tracked", "check_ins"), tenant, person, teams)
        return {name: rows for name, rows in found.items() if rows}

    async def _plain(
        self, model: type[SQLModel], columns: tuple[str, ...], tenant: str, person: str, teams: Mapping[str, str]
    ) -> list[Row]:
        return await self._rows(Kind(model, columns), tenant, person, teams)

    async def _rows(self, kind: Kind, tenant: str, person: str, teams: Mapping[str, str]) -> list[Row]:
        table = table_of(kind.model)
        columns = *kind.columns, *kind.sealed
        mine = table.c[kind.who] == person, table.c.tenant.in_((tenant, EVERYBODY))
        order = next((table.c[name] for name in columns if name.endswith("at")), table.c.tenant)
        rows = await execute(self._session, table.select().where(*mine).order_by(order))
        return [self._row(dict(row), columns, kind.sealed, teams) for row in rows.mappings()]

    def _row(
        self, row: Row, columns: tuple[str, ...], sealed: tuple[str, ...], teams: Mapping[str, str]
    ) -> Row:
        said = {}
        for name in columns:
            value = self._opened(row[name]) if name in sealed else _plain(row[name])
            if name == "team_id":
                name, value = "team", teams.get(value or "")
            if value is not None:
                said[name] = value
        return said

    async def _messages(self, person: str) -> list[Row]:
        """Of the web chat, where people of every tenant talk: what both sides said in this person's conversations."""
        found = select(WebMessage).where(in_chats_of(person))
        rows = await self._session.exec(found.order_by(col(WebMessage.id)))
        return [
            {"at": _plain(row.at), "author": row.author, "message": self._opened(row.message)} for row in rows
        ]

    def _opened(self, sealed: str | None) -> str | None:
        try:
            return None if sealed is None else self._secret.unseal(sealed)
        except SealBroken:
            return None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
