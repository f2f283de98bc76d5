"""What was asked and could not be answered well, counted by week and nearest practice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.curation_tables import Gap
from bot.storage.statements import insert_once
from bot.storage.tables import Escalation, Feedback, Question


@dataclass(frozen=True, slots=True)
class Unmet:
    """Questions of one week near one practice: how many declined, called unhelpful, handed to an expert.

    ``people`` is how many asked them. ``closed`` says what was done about it, if anything was.
    """

    week: int
    nearest: str
    declined: int
    unhelpful: int
    escalated: int
    people: int
    questions: tuple[str, ...]
    closed: str | None


class Gaps:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unmet(self, tenant: str, since_week: int) -> list[Unmet]:
        """Newest week first; within it the most asked first."""
        lately = Question.tenant == tenant, Question.week >= since_week
        ids = select(Question.id).where(*lately)
        unhelpful = select(Feedback.question_id).where(
            Feedback.tenant == tenant, col(Feedback.helpful).is_(False), col(Feedback.question_id).in_(ids)
        )
        handed = select(Escalation.question_id).where(
            Escalation.tenant == tenant, col(Escalation.question_id).in_(ids)
        )
        found = await self._session.exec(select(Question).where(
            *lately,
            or_(
                (col(Question.outcome) == "declined") & col(Question.nearest).is_not(None),
                col(Question.id).in_(unhelpful), col(Question.id).in_(handed),
            ),
        ))
        marks = set((await self._session.exec(unhelpful)).all()), set((await self._session.exec(handed)).all())
        groups: dict[tuple[int, str], list[Question]] = {}
        for question in found:
            nearest = question.nearest or next(iter(question.practices), None)
            if nearest:
                groups.setdefault((question.week, nearest), []).append(question)
        closed = await self._closed(tenant, since_week)
        unmet = [_counted(*key, rows, *marks, closed.get(key)) for key, rows in groups.items()]
        return sorted(unmet, key=lambda one: (-one.week, -len(one.questions), one.nearest))

    async def close(
        self, tenant: str, week: int, nearest: str, note: str, practice_id: str | None, by: str, now: datetime
    ) -> bool:
        """Write down what was done about it; False if somebody did before."""
        return await insert_once(self._session, Gap, {
            "tenant": tenant, "week": week, "nearest": nearest, "note": note, "practice_id": practice_id, "at": now,
            "by": by,
        })

    async def _closed(self, tenant: str, since_week: int) -> dict[tuple[int, str], str]:
        rows = await self._session.exec(select(Gap).where(Gap.tenant == tenant, Gap.week >= since_week))
        return {(row.week, row.nearest): row.note for row in rows}


def _counted(
    week: int, nearest: str, rows: Iterable[Question], unhelpful: set[Any], handed: set[Any], closed: str | None
) -> Unmet:
    rows = list(rows)
    kinds = Counter[str]()
    for row in rows:
        kinds["declined"] += row.outcome == "declined"
        kinds["unhelpful"] += row.id in unhelpful
        kinds["escalated"] += row.id in handed
    return Unmet(
        week, nearest, kinds["declined"], kinds["unhelpful"], kinds["escalated"], len({row.person for row in rows}),
        tuple(row.id for row in rows), closed,
    )
