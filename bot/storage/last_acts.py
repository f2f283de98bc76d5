"""What a person recorded last by a button, to be taken back or changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.tables import AdoptionEvent, Escalation, Feedback


@dataclass(frozen=True, slots=True)
class LastAct:
    """``stated``: ``about`` is a practice, ``word`` the state that was stated, ``before`` the one that stood until
    then, empty for none. ``rated`` and ``handed``: ``about`` is a question, ``word`` the verdict or the state it is in.
    ``holder_team`` is the team that it was stated for.
    """

    kind: Literal["stated", "rated", "handed"]
    about: str
    word: str
    at: datetime
    holder_team: str | None = None
    before: str = ""


class LastActs:
    """Reads; changes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, tenant: str, person: str) -> LastAct | None:
        """The newest of all."""
        found = [await read(tenant, person) for read in (self._stated, self._rated, self._handed)]
        return max(filter(None, found), key=lambda act: act.at, default=None)

    async def _stated(self, tenant: str, person: str) -> LastAct | None:
        mine = select(AdoptionEvent).where(AdoptionEvent.tenant == tenant, AdoptionEvent.person == person)
        last = (await self._session.exec(mine.order_by(col(AdoptionEvent.id).desc()).limit(1))).first()
        if last is None:
            return None
        same = select(AdoptionEvent.state).where(
            AdoptionEvent.tenant == tenant, AdoptionEvent.practice_id == last.practice_id,
            AdoptionEvent.team_id == last.team_id, col(AdoptionEvent.id) < last.id,
        )
        if last.team_id is None:
            same = same.where(AdoptionEvent.person == person)
        before = (await self._session.exec(same.order_by(col(AdoptionEvent.id).desc()).limit(1))).first()
        return LastAct("stated", last.practice_id, last.state, last.at, last.team_id, before or "")

    async def _rated(self, tenant: str, person: str) -> LastAct | None:
        mine = select(Feedback).where(Feedback.tenant == tenant, Feedback.person == person)
        last = (await self._session.exec(mine.order_by(col(Feedback.at).desc()).limit(1))).first()
        if last is None:
            return None
        return LastAct("rated", last.question_id, "helpful" if last.helpful else "not helpful", last.at)

    async def _handed(self, tenant: str, person: str) -> LastAct | None:
        mine = select(Escalation).where(Escalation.tenant == tenant, Escalation.person == person)
        last = (await self._session.exec(mine.order_by(col(Escalation.at).desc()).limit(1))).first()
        return LastAct("handed", last.question_id, last.state, last.at) if last else None
