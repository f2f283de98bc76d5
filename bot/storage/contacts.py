"""Who can be asked about a practice of their team, as they chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SecretKey
from bot.storage.adoption_tables import Contact
from bot.storage.statements import execute, table_of


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who may be asked; ``name`` is what they want to be called."""

    team_id: str
    practice_id: str
    person: str
    name: str
    at: datetime


class Contacts:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def offer(self, tenant: str, team_id: str, practice_id: str, person: str, name: str, now: datetime) -> None:
        """This person may be asked about the practice, under this name, from now on."""
        key = (tenant, team_id, practice_id, person)
        row = await self._session.get(Contact, key) or Contact(
            tenant=tenant, team_id=team_id, practice_id=practice_id, person=person, name="", at=now
        )
        row.name, row.at = self._secret.seal(name), now
        self._session.add(row)
        await self._session.flush()

    async def withdraw(self, tenant: str, person: str, practice_id: str | None = None) -> int:
        """Nobody is sent to this person any more, about one practice or about any; how many offers are gone."""
        mine = delete(table_of(Contact)).where(col(Contact.tenant) == tenant, col(Contact.person) == person)
        if practice_id is not None:
            mine = mine.where(col(Contact.practice_id) == practice_id)
        return (await execute(self._session, mine)).rowcount

    async def all(self, tenant: str, practice_id: str | None = None) -> list[Reachable]:
        """Everybody who may be asked, about one practice or about any; by practice."""
        found = select(Contact).where(Contact.tenant == tenant)
        if practice_id is not None:
            found = found.where(Contact.practice_id == practice_id)
        rows = await self._session.exec(found.order_by(col(Contact.practice_id), col(Contact.at)))
        return [
            Reachable(row.team_id, row.practice_id, row.person, self._secret.unseal(row.name), row.at) for row in rows
        ]
