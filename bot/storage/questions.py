"""Who asked what, and which practices answered."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SecretKey
from bot.storage.inbox import reply_key
from bot.storage.records import QuestionRecord, Turn
from bot.storage.statements import execute, insert_once, table_of
from bot.storage.tables import Delivery, Question, QuestionPractice
from bot.weeks import week_of


def iso_week(moment: datetime) -> int:
    """The ISO year and week in UTC as one number: 202647."""
    return week_of(moment.astimezone(UTC).date())


class Questions:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def record(self, question: QuestionRecord) -> str:
        """Store it and return its id; the same ``event_key`` again stores nothing and returns the first's id."""
        event_key = self._secret.mark("event", question.tenant, question.event_key)
        row = {"id": uuid.uuid4().hex, **self._values(question), "event_key": event_key}
        if await insert_once(self._session, Question, row):
            await self._record_practices(row)
            return str(row["id"])
        found = await self._session.exec(
            select(Question.id).where(Question.tenant == question.tenant, Question.event_key == event_key)
        )
        return found.one()

    async def get(self, tenant: str, question_id: str) -> Turn | None:
        question = await self._session.get(Question, question_id)
        return self._turn(question) if question and question.tenant == tenant else None

    async def tenants(self) -> list[str]:
        """Every tenant that anything was asked in, the one with most questions first."""
        most = func.count().desc(), col(Question.tenant)
        return list(await self._session.exec(select(Question.tenant).group_by(col(Question.tenant)).order_by(*most)))

    async def thread(self, tenant: str, thread_key: str, limit: int) -> list[Turn]:
        """The last questions of a thread, newest last."""
        found = await self._session.exec(self._in_thread(tenant, thread_key).limit(limit))
        return [self._turn(question) for question in reversed(list(found))]

    async def shown_as(self, tenant: str, thread_key: str, person: str, message_id: str) -> str | None:
        """Which question of this person in a thread was answered in that message; None where none was, or where its
        answer cannot be rated.

        Ids of messages are sealed, so they are opened one by one: those of one person in one thread are few.
        """
        thread = self._secret.mark("thread", tenant, thread_key)
        answers = col(Delivery.key) == reply_key("") + col(Question.event_key)
        said = select(Question.id, Delivery.message_id).join(
            Delivery, (col(Delivery.tenant) == col(Question.tenant)) & answers
        ).where(
            Question.tenant == tenant, Question.thread_key == thread, Question.person == person,
            or_(col(Question.outcome) == "answered", col(Question.may_be_honest)),
            col(Delivery.message_id).is_not(None),
        ).order_by(col(Question.asked_at).desc())
        named = await self._session.exec(said)
        return next((question for question, name in named if self._secret.unseal(name or "") == message_id), None)

    async def last_asker(self, tenant: str, thread_key: str) -> str | None:
        """The pseudonym of whoever asked last in this thread."""
        question = (await self._session.exec(self._in_thread(tenant, thread_key).limit(1))).first()
        return question.person if question else None

    async def began(self, tenant: str, event_key: str, thread_key: str) -> None:
        """The answer to this event (a mark) begins a thread: what is said there follows the question."""
        mine = update(table_of(Question)).where(col(Question.tenant) == tenant, col(Question.event_key) == event_key)
        await execute(self._session, mine.values(thread_key=self._secret.mark("thread", tenant, thread_key)))

    async def purge_texts(self, before: datetime) -> int:
        """Blank the words of every question asked before this moment, in all tenants; how many."""
        old = update(table_of(Question)).where(col(Question.asked_at) < before, col(Question.text).is_not(None))
        return (await execute(self._session, old.values(text=None))).rowcount

    def _in_thread(self, tenant: str, thread_key: str) -> Any:
        thread = self._secret.mark("thread", tenant, thread_key)
        newest_first = col(Question.asked_at).desc(), col(Question.id).desc()
        return select(Question).where(Question.tenant == tenant, Question.thread_key == thread).order_by(*newest_first)

    def _values(self, question: QuestionRecord) -> dict[str, Any]:
        return {
            "tenant": question.tenant,
            "platform": question.platform,
            "thread_key": self._secret.mark("thread", question.tenant, question.thread_key),
            "person": question.person,
            "team_id": question.team_id,
            "asked_at": question.asked_at,
            "week": iso_week(question.asked_at),
            "text": None if question.text is None else self._secret.seal(question.text),
            "lang": question.lang,
            "outcome": question.outcome,
            "route": question.route,
            "confidence": question.confidence,
            "practices": list(question.practices),
            "nearest": question.nearest,
            "may_be_honest": question.may_be_honest,
        }

    async def _record_practices(self, row: dict[str, Any]) -> None:
        for rank, practice_id in enumerate(dict.fromkeys(row["practices"]), start=1):
            self._session.add(QuestionPractice(
                question_id=row["id"], practice_id=practice_id, tenant=row["tenant"], rank=rank,
                week=row["week"], team_id=row["team_id"],
            ))
        await self._session.flush()

    def _turn(self, question: Question) -> Turn:
        return Turn(
            id=question.id,
            person=question.person,
            asked_at=question.asked_at,
            text=None if question.text is None else self._secret.unseal(question.text),
            practices=tuple(question.practices),
            outcome=question.outcome,
            lang=question.lang,
            route=question.route,
            confidence=question.confidence,
            team_id=question.team_id,
        )
