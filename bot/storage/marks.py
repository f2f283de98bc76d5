"""What is recorded once: places that were told, feedback."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.ports import Clock
from bot.storage.statements import insert_once, upsert
from bot.storage.tables import Feedback, Place, Question


class Places:
    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def first_time(self, tenant: str, place: str) -> bool:
        """True exactly once for each place (a key from ``SecretKey.place_key``), whoever asks at the same time."""
        return await insert_once(
            self._session, Place, {"tenant": tenant, "place": place, "first_seen": self._clock()}
        )


class Feedbacks:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def rate(self, tenant: str, question_id: str, person: str, helpful: bool, now: datetime) -> bool:
        """This person's word on the answer; True if it is new or other than before, False also for no such question."""
        if not await _exists(self._session, tenant, question_id):
            return False
        row = {"tenant": tenant, "question_id": question_id, "person": person, "helpful": helpful, "at": now}
        return await upsert(self._session, Feedback, row, change="helpful", also=("at",))


async def _exists(session: AsyncSession, tenant: str, question_id: str) -> bool:
    own = select(Question.id).where(Question.id == question_id, Question.tenant == tenant)
    return (await session.exec(own)).first() is not None
