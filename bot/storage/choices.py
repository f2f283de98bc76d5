"""What people chose for themselves: whether they are tracked, and whether they are asked how a try went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.adoption_tables import PersonChoice
from bot.storage.statements import insert_once


@dataclass(frozen=True, slots=True)
class Choice:
    """The defaults are those of somebody who chose nothing."""

    tracked: bool = True
    check_ins: bool = True


class Choices:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, tenant: str, person: str) -> Choice:
        row = await self._session.get(PersonChoice, (tenant, person))
        return Choice(row.tracked, row.check_ins) if row else Choice()

    async def track(self, tenant: str, person: str, wanted: bool, now: datetime) -> bool:
        """Whether this person is tracked from now on; True if that is a change."""
        row = await self._row(tenant, person, now)
        changed = row.tracked != wanted
        row.tracked, row.at = wanted, now
        await self._session.flush()
        return changed

    async def check_in(self, tenant: str, person: str, wanted: bool, now: datetime) -> bool:
        """Whether this person is asked how a try went from now on; True if that is a change."""
        row = await self._row(tenant, person, now)
        changed = row.check_ins != wanted
        row.check_ins, row.at = wanted, now
        await self._session.flush()
        return changed

    async def _row(self, tenant: str, person: str, now: datetime) -> PersonChoice:
        await insert_once(self._session, PersonChoice, {
            "tenant": tenant, "person": person, "tracked": True, "check_ins": True, "at": now,
        })
        row = await self._session.get(PersonChoice, (tenant, person), with_for_update=True, populate_existing=True)
        assert row is not None
        return row
