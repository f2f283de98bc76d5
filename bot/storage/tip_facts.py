"""What a place has asked, got and what others like it do: what its next tip is chosen by."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.adoptions import TAKEN_UP
from bot.storage.tables import Adoption, Question, QuestionPractice, Team
from bot.storage.tip_tables import Tip
from knowledge.answers import Outcome


class TipFacts:
    """Reads; changes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def asked(self, tenant: str, team_id: str | None, person: str | None, since: int) -> Counter[str]:
        """How many questions of the team from that week on were answered first with each practice; of the person where
        there is no team. What was refused counts not: the practice that says why is not what they asked about.
        """
        theirs = col(Question.id) == col(QuestionPractice.question_id)
        first = select(QuestionPractice.practice_id, func.count()).join(Question, theirs).where(
            QuestionPractice.tenant == tenant, QuestionPractice.rank == 1, col(QuestionPractice.week) >= since,
            Question.outcome == Outcome.ANSWERED.value,
        )
        if team_id is not None:
            first = first.where(QuestionPractice.team_id == team_id)
        elif person is not None:
            first = first.where(Question.person == person)
        else:
            return Counter()
        return await self._counted(first.group_by(col(QuestionPractice.practice_id)))

    async def alike(self, tenant: str, relationship: str) -> Counter[str]:
        """How many teams of this relationship took up each practice; those that withdrew do not count."""
        taken = select(Adoption.practice_id, func.count()).join(Team, col(Team.id) == col(Adoption.team_id)).where(
            Adoption.tenant == tenant, Team.relationship == relationship, col(Team.left_at).is_(None),
            col(Adoption.state).in_(TAKEN_UP),
        )
        return await self._counted(taken.group_by(col(Adoption.practice_id)))

    async def got(self, subscription_id: str, since: int) -> list[str]:
        """Practices that the place got from that week on, the newest first."""
        mine = select(Tip.practice_id).where(
            Tip.subscription_id == subscription_id, col(Tip.week) >= since, col(Tip.practice_id).is_not(None),
            col(Tip.state) == "planned",
        )
        return [name for name in await self._session.exec(mine.order_by(col(Tip.week).desc())) if name]

    async def _counted(self, counts: Any) -> Counter[str]:
        return Counter(dict((await self._session.exec(counts)).all()))
