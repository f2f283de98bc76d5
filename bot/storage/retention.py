"""Keeps the promise of how long words are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_, update
from sqlmodel import col

from bot.storage.curation_tables import Owed
from bot.storage.inbox import UNFINISHED, given_up
from bot.storage.platform_tables import WebMessage
from bot.storage.records import Purged
from bot.storage.statements import execute, table_of
from bot.storage.tables import Delivery, Escalation, InboxRow, Opening, Question
from bot.storage.unit import Storage, Unit

REPEATS_DAYS = 7
"""How long an event is remembered; the slowest platform repeats its last delivery after some minutes."""


async def purge(storage: Storage, now: datetime, days: int) -> Purged:
    """Blank the words of questions asked more than ``days`` ago and of experts about them, delete web messages, debts
    and what was opened, as old; forget events that were answered a week ago.

    What came in or was to be said as long ago and is still not done, is over. Payloads of deliveries, and whom they
    were for, go then, too: until then an uncertain one can be sent again. Endpoints stay, however old: what is sent
    unasked may be sent there years later.
    """
    before = now - timedelta(days=days)
    async with storage.unit() as unit:
        texts = await unit.questions.purge_texts(before)
        texts += await _count(unit, delete(table_of(WebMessage)).where(col(WebMessage.at) < before))
        asked = exists().where(col(Question.id) == col(Escalation.question_id), col(Question.asked_at) < before)
        kept = or_(col(Escalation.words).is_not(None), col(Escalation.reply).is_not(None))
        over = update(table_of(Escalation)).where(kept, asked)
        texts += await _count(unit, over.values(words=None, reply=None))
        await _count(unit, delete(table_of(Owed)).where(col(Owed.at) < before))
        await _count(unit, delete(table_of(Opening)).where(col(Opening.at) < before))
        waiting = col(InboxRow.received_at) < before, col(InboxRow.state).in_(UNFINISHED)
        await _count(unit, update(table_of(InboxRow)).where(*waiting).values(**given_up("past retention", now)))
        forgotten = now - timedelta(days=REPEATS_DAYS)
        rows = await _count(unit, delete(table_of(InboxRow)).where(col(InboxRow.done_at) < forgotten))
        written = col(Delivery.created_at) < before
        unsaid = written, col(Delivery.finished_at).is_(None)
        over_now = {"state": "uncertain", "reason": "nobody delivered it in time", "retry_at": None, "finished_at": now}
        await _count(unit, update(table_of(Delivery)).where(*unsaid).values(**over_now))
        done = update(table_of(Delivery)).where(written, col(Delivery.payload).is_not(None))
        payloads = await _count(unit, done.values(payload=None))
        known = update(table_of(Delivery)).where(written, col(Delivery.person).is_not(None))
        await _count(unit, known.values(person=None, message_id=None))
    await storage.empty_log()
    return Purged(texts, rows, payloads)


async def _count(unit: Unit, statement: Any) -> int:
    return (await execute(unit.session, statement)).rowcount
