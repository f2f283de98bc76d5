"""Which practices people opened by a button, in which thread: what a follow-up there may be about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SecretKey
from bot.storage.statements import insert_once
from bot.storage.tables import Opening


@dataclass(frozen=True, slots=True)
class Opened:
    """``event_key`` and ``thread_key`` may be the platform's own ids: only keyed marks of them are stored."""

    tenant: str
    event_key: str
    thread_key: str
    person: str
    practice_id: str
    at: datetime


class Openings:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def record(self, opened: Opened) -> None:
        """The same ``event_key`` again stores nothing."""
        await insert_once(self._session, Opening, {
            "tenant": opened.tenant,
            "event_key": self._secret.mark("event", opened.tenant, opened.event_key),
            "thread_key": self._secret.mark("thread", opened.tenant, opened.thread_key),
            "person": opened.person,
            "practice_id": opened.practice_id,
            "at": opened.at,
        })

    async def thread(self, tenant: str, thread_key: str, limit: int) -> list[tuple[datetime, str]]:
        """When which practice was opened in a thread: the last ones, newest last."""
        thread = self._secret.mark("thread", tenant, thread_key)
        found = await self._session.exec(
            select(Opening.at, Opening.practice_id)
            .where(Opening.tenant == tenant, Opening.thread_key == thread)
            .order_by(col(Opening.at).desc(), col(Opening.event_key)).limit(limit)
        )
        return list(reversed(found.all()))
