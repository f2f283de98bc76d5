"""Who changed what and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.adoption_tables import Audit
from bot.storage.versions import EVERYBODY

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: ``by`` did ``what`` to ``subject``, for the reason in ``note`` if one was given."""

    at: datetime
    by: str
    what: str
    subject: str
    note: str


class Audits:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def write(self, tenant: str, by: str, what: str, subject: str, now: datetime, note: str = "") -> None:
        """Write down a change, in the unit of work that makes it. ``subject`` is a kind and an id: ``team:1f…``."""
        row = Audit(tenant=tenant, at=now, by=by, what=what, subject=subject, note=note[:LONGEST_NOTE])
        self._session.add(row)
        await self._session.flush()

    async def about(self, tenant: str, subject: str | None = None, limit: int = 200) -> list[Entry]:
        """The last changes of a tenant and of what belongs to all, or those of one subject; newest first."""
        found = select(Audit).where(col(Audit.tenant).in_((tenant, EVERYBODY)))
        if subject is not None:
            found = found.where(Audit.subject == subject)
        rows = await self._session.exec(found.order_by(col(Audit.id).desc()).limit(limit))
        return [Entry(row.at, row.by, row.what, row.subject, row.note) for row in rows]
