"""How it stands with what is to be answered and sent, for whoever looks after an installation: counts, never words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SealBroken, SecretKey
from bot.storage.inbox import UNFINISHED
from bot.storage.platform_tables import Endpoint
from bot.storage.tables import Delivery, InboxRow

LONG = timedelta(minutes=2)
"""Where somebody is at work, everything is answered within seconds."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many wait, and since when the oldest; None where none does."""

    count: int
    since: datetime | None

    def is_stuck(self, now: datetime) -> bool:
        """Whether the oldest waits longer than it should."""
        return self.since is not None and now - self.since > LONG


@dataclass(frozen=True, slots=True)
class Trouble:
    """Deliveries to a platform that were ``rejected`` or are ``uncertain``, all for one reason."""

    platform: str
    state: str
    reason: str
    count: int


class Health:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def unanswered(self) -> Backlog:
        """What came in and is not answered yet."""
        waiting = col(InboxRow.state).in_(UNFINISHED)
        found = await self._session.exec(select(func.count(), func.min(InboxRow.received_at)).where(waiting))
        return Backlog(*found.one())

    async def unsent(self, now: datetime) -> Backlog:
        """What is to be said unasked, or again, and was due before now."""
        due = col(Delivery.finished_at).is_(None), col(Delivery.retry_at) <= now
        found = await self._session.exec(select(func.count(), func.min(Delivery.retry_at)).where(*due))
        return Backlog(*found.one())

    async def given_up(self, since: datetime) -> int:
        """How many messages got an apology instead of an answer."""
        failed = InboxRow.state == "failed", col(InboxRow.done_at) >= since
        return (await self._session.exec(select(func.count()).where(*failed))).one()

    async def troubles(self, since: datetime) -> list[Trouble]:
        """What platforms did not take, and what nobody knows whether they took, the most frequent first."""
        kind = Delivery.platform, Delivery.state, Delivery.reason
        bad = col(Delivery.state).in_(("rejected", "uncertain")), col(Delivery.created_at) >= since
        count = func.count()
        found = await self._session.exec(select(*kind, count).where(*bad).group_by(*kind).order_by(count.desc(), *kind))
        return [Trouble(*row) for row in found]

    async def try_to_write(self, now: datetime) -> None:
        """Writes a row and takes it out again: as the unit ends both reach the disk, and nothing stays. Raises
        StorageUnavailable where the disk is full or nothing may be written.
        """
        row = Endpoint(tenant="", platform="", place=f"trial {uuid4()}", url="", at=now)
        self._session.add(row)
        await self._session.flush()
        await self._session.delete(row)

    async def may_write(self) -> bool:
        """Whether this role of PostgreSQL may change what is stored, here and now; changes nothing."""
        may = "SELECT NOT pg_is_in_recovery() AND has_table_privilege('inbox', 'INSERT')"
        return bool((await (await self._session.connection()).execute(text(may))).scalar_one())

    async def may_make_schema(self, name: str) -> bool:
        """Whether this role of PostgreSQL may make a schema, or tables in it where it is there."""
        may = """SELECT CASE WHEN to_regnamespace(:name) IS NULL
            THEN has_database_privilege(current_database(), 'CREATE') ELSE has_schema_privilege(:name, 'CREATE') END"""
        return bool((await (await self._session.connection()).execute(text(may), {"name": name})).scalar_one())

    async def key_fits(self) -> bool | None:
        """Whether the key opens what was sealed last; None where nothing is sealed."""
        sealed = select(func.coalesce(Delivery.payload, Delivery.message_id)).where(
            col(Delivery.payload).is_not(None) | col(Delivery.message_id).is_not(None)
        )
        found = (await self._session.exec(sealed.order_by(col(Delivery.id).desc()).limit(1))).first()
        if found is None:
            return None
        try:
            self._secret.unseal(found)
        except SealBroken:
            return False
        return True
