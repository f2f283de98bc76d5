"""Everything that is said, written down before it is said: intent, then sent, rejected, uncertain or cancelled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import col, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation
from bot.privacy import SealBroken, SecretKey
from bot.replies import Reply
from bot.storage.codec import PayloadUnreadable, dump_outgoing, load_outgoing
from bot.storage.planned import UNASKED, due, unsaid
from bot.storage.statements import execute, insert_once, table_of
from bot.storage.tables import Delivery
from bot.storage.tip_tables import SendingTurn

_CANCELLED = {"state": "cancelled", "payload": None, "retry_at": None}
State = Literal["planned", "intent", "sent", "rejected", "uncertain", "recall", "recalled", "cancelled"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be said, written down at ``created_at``. ``attempts`` bounds how often it is tried; it never decides
    whether it was sent.

    From ``expires_at`` on it is not said any more; until then, a platform that asks for patience gets it.
    ``person`` as in ``Ledger.plan``, of what is said unasked.
    """

    tenant: str
    platform: str
    key: str
    conversation: Conversation
    reply: Reply
    attempts: int
    created_at: datetime
    expires_at: datetime | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """A message that is to be taken back."""

    tenant: str
    platform: str
    key: str
    message_id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of saying it. With ``retry_at`` it will be tried again, without it this is the end.

    ``intent`` means: not known to be shown, to be looked for before it is sent again. ``permanent`` is whether the
    platform refuses this place for good; ``patience`` are the seconds for which it wants to hear nothing at all;
    ``everywhere`` is whether it refuses the installation. What is not ``counted`` was no try: it was asked to wait.
    """

    state: State
    message_id: str | None = None
    reason: str = ""
    retry_at: datetime | None = None
    permanent: bool = False
    patience: float | None = None
    everywhere: bool = False
    counted: bool = True

    @property
    def final(self) -> bool:
        return self.retry_at is None and self.state not in {"intent", "recall"}


@dataclass(frozen=True, slots=True)
class Case:
    """A delivery that a person has to look at: uncertain, or given up."""

    tenant: str
    platform: str
    key: str
    kind: str
    state: str
    reason: str
    attempts: int
    created_at: datetime


class Ledger:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def outcome(self, tenant: str, key: str) -> Outcome | None:
        """How it stands with this key; None if nothing was ever meant to be said under it."""
        mine = select(Delivery).where(Delivery.tenant == tenant, Delivery.key == key)
        row = (await self._session.exec(mine)).first()
        return self._outcome(row) if row else None

    async def outcomes(self, tenant: str, keys: Collection[str]) -> dict[str, Outcome]:
        """As ``outcome``, by key, of those of which something was ever meant to be said."""
        mine = select(Delivery).where(Delivery.tenant == tenant, col(Delivery.key).in_(keys))
        return {row.key: self._outcome(row) for row in await self._session.exec(mine)}

    async def intend(
        self, tenant: str, key: str, conversation: Conversation, reply: Reply, now: datetime, *, kind: str = "reply",
        person: str | None = None,
    ) -> Entry | None:
        """Write down that this is about to be said, to ``person``; None if the key is taken. Commit before sending."""
        is_new = await insert_once(self._session, Delivery, {
            "tenant": tenant, "platform": conversation.platform, "key": key, "kind": kind, "person": person,
            "state": "intent", "payload": self._secret.seal(dump_outgoing(conversation, reply)), "reason": "",
            "attempts": 1, "created_at": now,
        })
        return Entry(tenant, conversation.platform, key, conversation, reply, 1, now) if is_new else None

    async def plan(
        self, tenant: str, key: str, conversation: Conversation, reply: Reply, now: datetime, *,
        person: str | None = None, expires_at: datetime | None = None,
    ) -> bool:
        """Write down what is to be said unasked, together with the reason for it; False if the key is taken.

        ``person`` is whom it is for or whose words it holds: it is not sent any more once they are forgotten.
        From ``expires_at`` on it is not sent, either.
        """
        return await insert_once(self._session, Delivery, {
            "tenant": tenant, "platform": conversation.platform, "key": key, "kind": UNASKED, "person": person,
            "state": "planned", "payload": self._secret.seal(dump_outgoing(conversation, reply)), "reason": "",
            "attempts": 0, "retry_at": now, "created_at": now, "expires_at": expires_at,
        })

    async def count(self, tenant: str, begins: str, ends: str) -> int:
        """How many there are, whatever came of them, whose key begins and ends like this."""
        key = col(Delivery.key)
        mine = select(func.count()).where(
            Delivery.tenant == tenant, key.startswith(begins, autoescape=True), key.endswith(ends, autoescape=True)
        )
        return (await self._session.exec(mine)).one()

    async def cancel(self, tenant: str, holder: str, now: datetime, *, person: str | None = None) -> int:
        """What was to be said unasked to a holder (see ``holder_of``) is not said any more; how many.

        Its key names the holder. What is on its way at this moment is not called back, but not tried again either; what
        is to be taken back still is.
        """
        open_ = update(table_of(Delivery)).where(
            col(Delivery.tenant) == tenant, col(Delivery.kind) == UNASKED, col(Delivery.finished_at).is_(None),
            col(Delivery.key).contains(f":{holder}:", autoescape=True), col(Delivery.state) != "recall",
        )
        if person is not None:
            open_ = open_.where(col(Delivery.person) == person)
        return (await execute(self._session, open_.values(**_CANCELLED, finished_at=now))).rowcount

    async def drop(self, tenant: str, key: str, now: datetime) -> None:
        """Nobody needs it any more: where it is not known to be sent it is not said, and its words go."""
        mine = col(Delivery.tenant) == tenant, col(Delivery.key) == key, col(Delivery.state) != "sent"
        await self._session.exec(update(Delivery).where(*mine).values(**_CANCELLED, finished_at=now))

    async def next_planned(
        self, platforms: Collection[str], now: datetime, until: datetime, hold: timedelta = timedelta()
    ) -> tuple[Entry | Recall, bool] | None:
        """The longest due unasked row whose workspace may be spoken to, as ours until ``until``; True if it surely was
        not shown.

        Commit before sending. The workspace is ours, too: for ``hold``, or until ``free`` is called. A row whose sender
        died is due again when its time ran out, and is then looked for first. What cannot be read is left uncertain.
        """
        row = (await self._session.exec(due(platforms, now))).first()
        if row is None or not await self._take_turn(row, now, now + hold):
            return None
        fresh = row.state not in {"intent", "recall"}
        try:
            claimed = self._claimed(row)
        except (SealBroken, PayloadUnreadable):
            row.state, row.reason, row.finished_at = "uncertain", "unreadable", now
            return None
        row.state, row.retry_at = "recall" if isinstance(claimed, Recall) else "intent", until
        row.attempts += 1
        await self._session.flush()
        return claimed, fresh

    async def owes(self, platforms: Collection[str], now: datetime, soon: datetime) -> bool:
        """Whether something unasked is due whose workspace may be spoken to ``soon``."""
        return (await self._session.exec(unsaid(platforms, now, soon).limit(1))).first() is not None

    async def free(self, tenant: str, platform: str, at: datetime, held: datetime) -> None:
        """The workspace, which was ours until ``held``, may be spoken to from then on; who holds it longer keeps it."""
        mine = col(SendingTurn.tenant) == tenant, col(SendingTurn.platform) == platform
        ours_or_sooner = or_(col(SendingTurn.free_at) == held, col(SendingTurn.free_at) < at)
        await self._session.exec(update(SendingTurn).where(*mine, ours_or_sooner).values(free_at=at))

    async def send_again(self, tenant: str, key: str, now: datetime) -> bool:
        """Somebody wants it sent once more, whatever came of it; False if it was sent, or its words are gone."""
        row = await self._row(tenant, key)
        if row is None or row.payload is None or row.finished_at is None or row.kind != UNASKED:
            return False
        row.state, row.reason, row.retry_at, row.attempts = "planned", "", now, 0
        row.finished_at, row.expires_at = None, None
        await self._session.flush()
        return True

    async def recall(self, tenant: str, key: str, now: datetime) -> bool:
        """It is to be taken back; False if it was not sent, or its name is not kept any more."""
        row = await self._row(tenant, key)
        if row is None or row.state != "sent" or row.message_id is None or row.kind != UNASKED:
            return False
        row.state, row.reason, row.retry_at, row.attempts, row.finished_at = "recall", "", now, 0, None
        await self._session.flush()
        return True

    async def again(self, tenant: str, key: str) -> Entry:
        """Write down that it is about to be tried once more. Commit before sending."""
        row = await self._row(tenant, key)
        assert row is not None and row.payload is not None, "only what is not finished is tried again"
        row.state, row.retry_at = "intent", None
        row.attempts += 1
        await self._session.flush()
        conversation, reply = load_outgoing(self._secret.unseal(row.payload))
        return Entry(tenant, row.platform, key, conversation, reply, row.attempts, row.created_at)

    async def as_new_message(self, entry: Entry) -> Entry:
        """It cannot replace a message, so it is about to be sent as a new one. Commit before sending."""
        changed = replace(entry, reply=replace(entry.reply, replaces=None))
        row = await self._row(entry.tenant, entry.key)
        if row is not None:
            row.payload = self._secret.seal(dump_outgoing(changed.conversation, changed.reply))
            await self._session.flush()
        return changed

    async def record(self, tenant: str, key: str, outcome: Outcome, now: datetime) -> None:
        """Write down what came of it; what is known to be sent stays so. The payload goes when it is over.

        A row that is gone was of somebody who was forgotten while it was sent: then there is nothing to write.
        """
        row = await self._row(tenant, key)
        if row is None or row.state == "sent" or (row.state == "cancelled" and not outcome.final):
            return
        recalled = row.state == "recall"
        row.state, row.reason, row.retry_at = outcome.state, outcome.reason, outcome.retry_at
        if not outcome.counted:
            row.attempts -= 1
        if not recalled:
            row.message_id = self._secret.seal(outcome.message_id) if outcome.message_id else None
        if outcome.final:
            row.finished_at = now
        if outcome.state == "sent":
            row.payload = None
        await self._session.flush()

    async def cases(self, tenant: str | None = None) -> list[Case]:
        """What was left uncertain or given up, oldest first; of one tenant or of all."""
        seen_to = col(Delivery.state).in_(("sent", "recalled", "cancelled"))
        ended = select(Delivery).where(col(Delivery.finished_at).is_not(None), ~seen_to)
        if tenant is not None:
            ended = ended.where(Delivery.tenant == tenant)
        rows = await self._session.exec(ended.order_by(col(Delivery.id)))
        return [
            Case(row.tenant, row.platform, row.key, row.kind, row.state, row.reason, row.attempts, row.created_at)
            for row in rows
        ]

    def _outcome(self, row: Delivery) -> Outcome:
        state: State = row.state  # type: ignore[assignment]  # only this class writes it
        message_id = self._secret.unseal(row.message_id) if row.message_id else None
        return Outcome(state, message_id, row.reason, row.retry_at)

    async def _row(self, tenant: str, key: str) -> Delivery | None:
        mine = select(Delivery).where(Delivery.tenant == tenant, Delivery.key == key).with_for_update()
        return (await self._session.exec(mine)).first()

    async def _take_turn(self, row: Delivery, now: datetime, until: datetime) -> bool:
        """False where another sender was faster."""
        mine = {"tenant": row.tenant, "platform": row.platform}
        if await insert_once(self._session, SendingTurn, {**mine, "free_at": until}):
            return True
        free = update(SendingTurn).where(
            col(SendingTurn.tenant) == row.tenant, col(SendingTurn.platform) == row.platform,
            col(SendingTurn.free_at) <= now,
        )
        return (await self._session.exec(free.values(free_at=until))).rowcount == 1

    def _claimed(self, row: Delivery) -> Entry | Recall:
        if row.state == "recall":
            message_id = self._secret.unseal(row.message_id or "")
            return Recall(row.tenant, row.platform, row.key, message_id, row.attempts + 1)
        conversation, reply = load_outgoing(self._secret.unseal(row.payload or ""))
        return Entry(
            row.tenant, row.platform, row.key, conversation, reply, row.attempts + 1, row.created_at, row.expires_at,
            row.person,
        )
