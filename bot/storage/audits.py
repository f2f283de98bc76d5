"""Who changed what and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, not_, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.adoption_tables import Audit
from bot.storage.adoptions import holder_of
from bot.storage.versions import EVERYBODY, within

LONGEST_NOTE = 300
_ALONE = f"adoption:{holder_of('', None)}"
"""How the subject of what somebody stated for nobody else begins."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: ``by`` did ``what`` to ``subject``, for the reason in ``note`` if one was given."""

    at: datetime
    by: str
    what: str
    subject: str
    note: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are looked for: of one subject, of subjects of a kind, from ``since`` on and before ``until``."""

    subject: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Audits:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def write(self, tenant: str, by: str, what: str, subject: str, now: datetime, note: str = "") -> None:
        """Write down a change, in the unit of work that makes it. ``subject`` is a kind and an id: ``team:1f…``."""
        row = Audit(tenant=tenant, at=now, by=by, what=what, subject=subject, note=note[:LONGEST_NOTE])
        self._session.add(row)
        await self._session.flush()

    async def listed(self, tenant: str, wanted: Wanted, most: int | None = None) -> list[Entry]:
        """The changes of a tenant and of what belongs to all, newest first, without what one person stated for
        themselves alone.
        """
        found = select(Audit).where(
            col(Audit.tenant).in_((tenant, EVERYBODY)), not_(col(Audit.subject).startswith(_ALONE)),
            *within(col(Audit.at), wanted.since, wanted.until),
        )
        if wanted.subject:
            found = found.where(Audit.subject == wanted.subject)
        if wanted.kind:
            begins = col(Audit.subject).startswith(f"{wanted.kind}:", autoescape=True)
            found = found.where(or_(begins, col(Audit.subject) == wanted.kind))
        rows = await self._session.exec(found.order_by(col(Audit.at).desc(), col(Audit.id).desc()).limit(most))
        return [Entry(row.at, row.by, row.what, row.subject, row.note) for row in rows]

    async def about(self, tenant: str, subject: str | None = None, limit: int = 200) -> list[Entry]:
        """The last changes of a tenant and of what belongs to all, or those of one subject; newest first."""
        found = select(Audit).where(col(Audit.tenant).in_((tenant, EVERYBODY)))
        if subject is not None:
            found = found.where(Audit.subject == subject)
        rows = await self._session.exec(found.order_by(col(Audit.id).desc()).limit(limit))
        return [Entry(row.at, row.by, row.what, row.subject, row.note) for row in rows]
