"""What was to be said in places, or to a person, that cannot be spoken to any more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation, Reach
from bot.privacy import SecretKey
from bot.storage.addresses import unsealed
from bot.storage.codec import load_incoming, load_outgoing
from bot.storage.curation_tables import Owed
from bot.storage.planned import UNASKED
from bot.storage.statements import execute, table_of
from bot.storage.tables import Delivery, InboxRow


class PlaceExits:
    """Addresses are sealed, so each row that is still open is opened and looked at."""

    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def call_off(self, reach: Reach, happened: datetime, now: datetime) -> None:
        """Nothing from before it ``happened`` is answered, sent or tried again there, and nobody is owed it there.

        What is worked on at this moment goes on, and is refused.
        """
        # The inbox first: whoever works on a reply locks the two in this order.
        await self._answer_nothing(reach, happened, now)
        waiting = select(Delivery).where(Delivery.tenant == reach.tenant, Delivery.platform == reach.platform)
        await self._cancel(waiting, reach.covers, happened, now)
        debts = await self._session.exec(select(Owed).where(Owed.tenant == reach.tenant, col(Owed.at) <= happened))
        places = {row.question_id: unsealed(self._secret, row.address) for row in debts}
        await self._forgive([name for name, where in places.items() if where and reach.covers(where)])

    async def call_off_for(self, tenant: str, person: str, happened: datetime, now: datetime) -> None:
        """Nothing that was planned for this person's direct messages is sent, and they are owed nothing any more."""
        waiting = select(Delivery).where(
            Delivery.tenant == tenant, Delivery.person == person, Delivery.kind == UNASKED
        )
        await self._cancel(waiting, lambda where: where.kind == "direct", happened, now)
        mine = select(Owed.question_id).where(Owed.tenant == tenant, Owed.person == person)
        await self._forgive(list(await self._session.exec(mine)))

    async def _answer_nothing(self, reach: Reach, happened: datetime, now: datetime) -> None:
        waiting = select(InboxRow).where(
            InboxRow.tenant == reach.tenant, InboxRow.platform == reach.platform, InboxRow.state == "pending",
            col(InboxRow.received_at) <= happened,
        )
        for row in list(await self._session.exec(waiting.with_for_update())):
            where = unsealed(self._secret, row.payload, lambda text: load_incoming(text).conversation)
            if where and reach.covers(where):
                row.state, row.done_at, row.note, row.payload, row.person = "done", now, "closed", None, None
        await self._session.flush()

    async def _cancel(
        self, waiting: Any, there: Callable[[Conversation], bool], happened: datetime, now: datetime
    ) -> None:
        """What is to be taken back still is."""
        open_ = waiting.where(
            col(Delivery.finished_at).is_(None), col(Delivery.state) != "recall", col(Delivery.created_at) <= happened
        )
        for row in list(await self._session.exec(open_.with_for_update())):
            where = unsealed(self._secret, row.payload, lambda text: load_outgoing(text)[0])
            if where and there(where):
                row.state, row.payload, row.retry_at, row.finished_at = "cancelled", None, None, now
        await self._session.flush()

    async def _forgive(self, question_ids: Collection[str]) -> None:
        paid = delete(table_of(Owed)).where(col(Owed.question_id).in_(question_ids))
        await execute(self._session, paid)
