"""Questions handed to experts, and what is owed to those who asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation
from bot.privacy import SecretKey
from bot.storage.addresses import sealed
from bot.storage.codec import load_conversation
from bot.storage.curation_tables import Owed
from bot.storage.statements import execute, insert_once, table_of
from bot.storage.tables import Escalation, Question

State = Literal["open", "taken", "answered", "closed"]
UNFINISHED = ("open", "taken")


@dataclass(frozen=True, slots=True)
class Handed:
    """A question in the hands of experts. ``words`` and ``reply`` are None once they are past retention."""

    question_id: str
    tenant: str
    state: str
    at: datetime
    words: str | None
    taken_by: str | None
    reply: str | None
    nearest: str | None
    practices: tuple[str, ...]


class Escalations:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def open(self, tenant: str, question_id: str, person: str, words: str | None, now: datetime) -> bool:
        """Hand the question to an expert; False if it was already, or if there is no such question."""
        if await self._question(tenant, question_id) is None:
            return False
        sealed = self._secret.seal(words) if words else None
        return await insert_once(self._session, Escalation, {
            "tenant": tenant, "question_id": question_id, "person": person, "state": "open", "at": now,
            "words": sealed, "changed_at": now,
        })

    async def get(self, tenant: str, question_id: str) -> Handed | None:
        row = await self._row(tenant, question_id)
        return self._handed(row, await self._question(tenant, question_id)) if row else None

    async def listed(self, tenant: str, states: Collection[str]) -> list[Handed]:
        """Those in one of these states, oldest first."""
        wanted = select(Escalation).where(Escalation.tenant == tenant, col(Escalation.state).in_(states))
        rows = list(await self._session.exec(wanted.order_by(col(Escalation.at))))
        ids = [row.question_id for row in rows]
        asked = await self._session.exec(select(Question).where(Question.tenant == tenant, col(Question.id).in_(ids)))
        questions = {question.id: question for question in asked}
        return [self._handed(row, questions.get(row.question_id)) for row in rows]

    async def overdue(self, before: datetime) -> list[Handed]:
        """Those of all tenants that were asked before this moment and are neither answered nor closed, oldest first."""
        same, late = col(Question.id) == col(Escalation.question_id), col(Question.asked_at) < before
        wanted = select(Escalation, Question).join(Question, same).where(late, col(Escalation.state).in_(UNFINISHED))
        rows = await self._session.exec(wanted.order_by(col(Question.asked_at)))
        return [self._handed(row, question) for row, question in rows]

    async def take(self, tenant: str, question_id: str, person: str, thread_key: str, now: datetime) -> bool:
        """This expert answers it, in this thread; False if it is taken by another or over."""
        row = await self._row(tenant, question_id)
        if row is None or row.state not in UNFINISHED or row.taken_by not in {None, person}:
            return False
        row.state, row.taken_by, row.changed_at = "taken", person, now
        row.thread = self._secret.mark("thread", tenant, thread_key)
        await self._session.flush()
        return True

    async def give_back(self, tenant: str, person: str) -> list[str]:
        """What this expert took and did not answer is open again, for others to take; the ids."""
        table, mine = table_of(Escalation), (col(Escalation.tenant) == tenant, col(Escalation.taken_by) == person)
        open_again = update(table).where(*mine, col(Escalation.state).in_(UNFINISHED))
        freed = open_again.values(state="open", taken_by=None, thread=None).returning(table.c.question_id)
        return sorted((await execute(self._session, freed)).scalars())

    async def taken_in(self, tenant: str, thread_key: str, person: str) -> str | None:
        """The question that this person took to answer in this thread; of several, the one taken last."""
        thread = self._secret.mark("thread", tenant, thread_key)
        mine = select(Escalation.question_id).where(
            Escalation.tenant == tenant, Escalation.thread == thread, Escalation.taken_by == person,
            Escalation.state == "taken",
        )
        return (await self._session.exec(mine.order_by(col(Escalation.changed_at).desc()))).first()

    async def answered_in(self, tenant: str, thread_key: str, person: str, reply: str) -> str | None:
        """The question that this person answered in this thread with this reply."""
        thread = self._secret.mark("thread", tenant, thread_key)
        mine = select(Escalation).where(
            Escalation.tenant == tenant, Escalation.thread == thread, Escalation.taken_by == person,
            Escalation.state == "answered",
        )
        found = (row.question_id for row in await self._session.exec(mine) if self._opened(row.reply) == reply)
        return next(found, None)

    async def finish(self, tenant: str, question_id: str, state: State, reply: str | None, now: datetime) -> bool:
        """Answered or closed; False if it was before."""
        row = await self._row(tenant, question_id)
        if row is None or row.state not in UNFINISHED:
            return False
        row.state, row.changed_at = state, now
        row.reply = self._secret.seal(reply) if reply else None
        await self._session.flush()
        return True

    async def is_of(self, tenant: str, question_id: str, person: str) -> bool:
        """Whether this person handed it over."""
        row = await self._row(tenant, question_id)
        return row is not None and row.person == person

    async def take_back(self, tenant: str, question_id: str) -> bool:
        """It is in nobody's hands any more, as if it had not been handed over; False unless it is still open."""
        row = await self._row(tenant, question_id)
        if row is None or row.state != "open":
            return False
        await self._session.delete(row)
        await self._session.flush()
        return True

    async def owe(self, tenant: str, question_id: str, person: str, where: Conversation, now: datetime) -> None:
        """Remember where this person is told of it."""
        address = sealed(self._secret, where)
        row = {"question_id": question_id, "tenant": tenant, "person": person, "address": address, "at": now}
        await insert_once(self._session, Owed, row)

    async def owed(self, tenant: str, question_ids: Collection[str]) -> list[tuple[str, Conversation]]:
        """Questions whose askers are still to be told, and where."""
        rows = await self._session.exec(
            select(Owed).where(Owed.tenant == tenant, col(Owed.question_id).in_(question_ids))
        )
        return [(row.question_id, load_conversation(self._secret.unseal(row.address))) for row in rows]

    async def paid(self, tenant: str, question_id: str) -> None:
        """Forget where this person is."""
        mine = delete(table_of(Owed)).where(col(Owed.tenant) == tenant, col(Owed.question_id) == question_id)
        await execute(self._session, mine)

    async def _row(self, tenant: str, question_id: str) -> Escalation | None:
        wanted = select(Escalation).where(Escalation.tenant == tenant, Escalation.question_id == question_id)
        return (await self._session.exec(wanted.with_for_update())).first()

    async def _question(self, tenant: str, question_id: str) -> Question | None:
        question = await self._session.get(Question, question_id)
        return question if question and question.tenant == tenant else None

    def _handed(self, row: Escalation, question: Question | None) -> Handed:
        return Handed(
            row.question_id, row.tenant, row.state, row.at, self._opened(row.words), row.taken_by,
            self._opened(row.reply), question.nearest if question else None,
            tuple(question.practices) if question else (),
        )

    def _opened(self, sealed: str | None) -> str | None:
        return None if sealed is None else self._secret.unseal(sealed)
