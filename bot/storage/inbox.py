"""What came in and has to be answered: stored before it is acknowledged, claimed before it is worked on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation, Incoming, IncomingMessage
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.codec import dump_incoming, dump_reply, load_incoming, load_reply
from bot.storage.statements import insert_once
from bot.storage.tables import Delivery, InboxRow

UNFINISHED = ("pending", "working")
"""The states of what is still to be answered."""


def given_up(note: str, done_at: Any) -> dict[str, Any]:
    """The values of a row that nobody will answer: it stays, without its words and whose they were, to know repeats."""
    return {"state": "done", "payload": None, "person": None, "lease_owner": None, "note": note, "done_at": done_at}


def reply_key(event_key: str) -> str:
    return f"reply:{event_key}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until its lease ends. ``payload`` is sealed; ``attempts`` counts this claim too."""

    id: int
    tenant: str
    platform: str
    event_key: str
    owner: str
    payload: str
    attempts: int
    failures: int

    @property
    def reply_key(self) -> str:
        """The key of the reply in the ledger and on the platform."""
        return reply_key(self.event_key)


@dataclass(frozen=True, slots=True)
class Finished:
    """The row is done; ``reply`` is what was answered within the request, if it was."""

    reply: Reply | None


class Inbox:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def put(self, incoming: Incoming, now: datetime) -> bool:
        """Store it to be worked on; False if the event is known already."""
        return await insert_once(self._session, InboxRow, self._values(incoming, now))

    async def settle(self, tenant: str, platform: str, event_id: str, now: datetime) -> bool:
        """Remember an event that nobody is answered to, in the unit that does what follows; False if it is known."""
        return await insert_once(self._session, InboxRow, {
            "tenant": tenant, "platform": platform, "event_key": self._secret.mark("event", tenant, event_id),
            "conversation_key": "", "state": "done", "attempts": 0, "failures": 0, "note": "", "due_at": now,
            "received_at": now, "done_at": now,
        })

    async def claim(self, owner: str, now: datetime, until: datetime, platforms: Collection[str]) -> Claim | None:
        """The oldest row that is due and whose conversation has no earlier unfinished row; ours until ``until``.

        A row whose claim ran out is due again. Two never get the same row.
        """
        # One state at a time, so that the index gives them in order and the first that fits ends the search.
        for state in reversed(UNFINISHED):
            row = await self._first_due(state, now, platforms)
            if row is not None:
                return await self._claim(row, owner, until)
        return None

    async def take(self, incoming: Incoming, owner: str, now: datetime, until: datetime) -> Claim | Finished | None:
        """Store this one and claim it at once, to be answered within its request.

        ``Finished`` if it was answered before; None if somebody else is at it, or a reply to it is under way.
        """
        await self.put(incoming, now)
        row = await self._row_of(incoming)
        if row.state not in UNFINISHED:
            return Finished(load_reply(self._secret.unseal(row.reply)) if row.reply else None)
        if row.due_at > now or await self._is_being_said(row):
            return None
        return await self._claim(row, owner, until)

    def open(self, claim: Claim) -> Incoming:
        """What came in. ``SealBroken`` or ``PayloadUnreadable`` if it cannot be read any more."""
        return load_incoming(self._secret.unseal(claim.payload))

    async def keep(self, claim: Claim, until: datetime) -> bool:
        """Prolong the claim; False if it ran out and somebody else has the row."""
        row = await self._own(claim)
        if row is not None:
            row.due_at = until
            await self._session.flush()
        return row is not None

    async def whose(self, claim: Claim) -> str | None:
        """Who sent it; None once that person is forgotten."""
        row = await self._session.get(InboxRow, claim.id)
        return row.person if row else None

    async def finish(
        self, claim: Claim, now: datetime, *, failed: bool = False, note: str = "", reply: Reply | None = None,
        answered: bool = False,
    ) -> bool:
        """Done: the payload is blanked, the row stays to recognise repeats. False if the row is no longer ours.

        Whose words in a channel were ``answered`` stays known as long as the row, for ``last_answered``.
        """
        row = await self._own(claim)
        if row is None:
            return False
        row.state, row.done_at, row.note = "failed" if failed else "done", now, note
        row.payload, row.lease_owner = None, None
        row.reply = self._secret.seal(dump_reply(reply)) if reply else None
        if reply is None and not (answered and _said_among_others(self.open(claim))):
            row.person = None
        await self._session.flush()
        return True

    async def last_answered(self, where: Conversation) -> str | None:
        """Whose words, of whatever kind, were answered last in this thread of a channel; None once it is forgotten."""
        key = self._conversation_key(where)
        said = InboxRow.tenant == where.tenant, InboxRow.conversation_key == key, InboxRow.state == "done"
        answered = InboxRow.note == "sent", col(InboxRow.person).is_not(None)
        newest = select(InboxRow.person).where(*said, *answered).order_by(col(InboxRow.id).desc()).limit(1)
        return (await self._session.exec(newest)).first()

    async def release(self, claim: Claim, due_at: datetime, *, failed: bool = False, note: str = "") -> bool:
        """Give it back, to be taken again from ``due_at``; ``failed`` counts an error of the handler."""
        row = await self._own(claim)
        if row is None:
            return False
        row.state, row.lease_owner, row.due_at, row.note = "pending", None, due_at, note
        row.failures += int(failed)
        await self._session.flush()
        return True

    async def _first_due(self, state: str, now: datetime, platforms: Collection[str]) -> InboxRow | None:
        other = aliased(InboxRow)
        # Equal to the smallest rather than "none exists before it": that PostgreSQL would join over the whole backlog.
        first_of_conversation = select(func.min(other.id)).where(
            col(other.tenant) == col(InboxRow.tenant),
            col(other.conversation_key) == col(InboxRow.conversation_key),
            col(other.state).in_(UNFINISHED),
        )
        in_turn = col(InboxRow.id) == first_of_conversation.scalar_subquery()
        due = InboxRow.state == state, InboxRow.due_at <= now, col(InboxRow.platform).in_(platforms)
        found = await self._session.exec(
            select(InboxRow).where(*due, in_turn).order_by(col(InboxRow.id)).limit(1)
            .with_for_update(skip_locked=True, of=InboxRow)
        )
        return found.first()

    def _values(self, incoming: Incoming, now: datetime) -> dict[str, Any]:
        where = incoming.conversation
        return {
            "tenant": where.tenant,
            "platform": where.platform,
            "event_key": self._event_key(incoming),
            "conversation_key": self._conversation_key(where),
            "person": self._secret.pseudonym(where.tenant, incoming.sender.user),
            "payload": self._secret.seal(dump_incoming(incoming)),
            "state": "pending", "attempts": 0, "failures": 0, "note": "", "due_at": now, "received_at": now,
        }

    def _conversation_key(self, where: Conversation) -> str:
        return self._secret.mark("conversation", where.tenant, where.platform, where.thread)

    def _event_key(self, incoming: Incoming) -> str:
        # Some platforms build event ids from the ids of people.
        return self._secret.mark("event", incoming.conversation.tenant, incoming.event_id)

    async def _row_of(self, incoming: Incoming) -> InboxRow:
        where = incoming.conversation
        same = InboxRow.tenant == where.tenant, InboxRow.platform == where.platform
        mine = select(InboxRow).where(*same, InboxRow.event_key == self._event_key(incoming)).with_for_update()
        return (await self._session.exec(mine)).one()

    async def _is_being_said(self, row: InboxRow) -> bool:
        same = Delivery.tenant == row.tenant, Delivery.key == reply_key(row.event_key)
        return (await self._session.exec(select(Delivery.id).where(*same))).first() is not None

    async def _own(self, claim: Claim) -> InboxRow | None:
        ours = InboxRow.state == "working", InboxRow.lease_owner == claim.owner, InboxRow.attempts == claim.attempts
        found = await self._session.exec(select(InboxRow).where(InboxRow.id == claim.id, *ours).with_for_update())
        return found.first()

    async def _claim(self, row: InboxRow, owner: str, until: datetime) -> Claim:
        row.state, row.lease_owner, row.due_at = "working", owner, until
        row.attempts += 1
        await self._session.flush()
        assert row.id is not None
        return Claim(
            id=row.id, tenant=row.tenant, platform=row.platform, event_key=row.event_key, owner=owner,
            payload=row.payload or "", attempts=row.attempts, failures=row.failures,
        )


def _said_among_others(incoming: Incoming) -> bool:
    """Not pressed: who presses a button below an answer to somebody else is not whom we talk with."""
    return isinstance(incoming, IncomingMessage) and incoming.conversation.kind == "channel"
