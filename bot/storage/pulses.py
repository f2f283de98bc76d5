"""Which places get a short report when a month is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation
from bot.privacy import SecretKey
from bot.storage.addresses import sealed, unsealed
from bot.storage.report_tables import Pulse
from bot.storage.statements import execute, insert_once, table_of


@dataclass(frozen=True, slots=True)
class KeptPulse:
    """``where`` is None where the address cannot be read any more; ``last`` is the month (202610) sent last."""

    tenant: str
    platform: str
    place: str
    where: Conversation | None
    by: str
    zone: str
    last: int


class Pulses:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def wish(self, where: Conversation, by: str, zone: str, last: int, now: datetime) -> bool:
        """This place gets reports of the months after ``last``; False if it does already."""
        return await insert_once(self._session, Pulse, {
            "tenant": where.tenant, "platform": where.platform, "place": self._place(where),
            "address": sealed(self._secret, where), "by": by, "zone": zone, "last": last, "at": now,
        })

    async def stop(self, where: Conversation) -> bool:
        """False if there was none."""
        return await self._delete(where.tenant, where.platform, self._place(where))

    async def drop(self, kept: KeptPulse) -> None:
        await self._delete(kept.tenant, kept.platform, kept.place)

    async def behind(self, month: int) -> list[KeptPulse]:
        """Those of every tenant that have not got the report of this month."""
        rows = await self._session.exec(select(Pulse).where(col(Pulse.last) < month))
        return [
            KeptPulse(
                row.tenant, row.platform, row.place, unsealed(self._secret, row.address), row.by, row.zone, row.last
            )
            for row in rows
        ]

    async def take(self, kept: KeptPulse, month: int) -> bool:
        """It gets the report of this month now; False if somebody else sends it."""
        key = (kept.tenant, kept.platform, kept.place)
        row = await self._session.get(Pulse, key, with_for_update=True, populate_existing=True)
        if row is None or row.last >= month:
            return False
        row.last = month
        await self._session.flush()
        return True

    async def _delete(self, tenant: str, platform: str, place: str) -> bool:
        mine = col(Pulse.tenant) == tenant, col(Pulse.platform) == platform, col(Pulse.place) == place
        return (await execute(self._session, delete(table_of(Pulse)).where(*mine))).rowcount > 0

    def _place(self, where: Conversation) -> str:
        return self._secret.place_key(where.tenant, where.platform, where.channel)
