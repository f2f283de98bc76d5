"""Sends what is said unasked: an expert's answer, a nudge, a closed gap. Nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from bot.delivery import TOO_LATE, Courier
from bot.errors import StorageUnavailable
from bot.faults import trace_without_words
from bot.pace import Checkpoint, Pace, Sleep
from bot.ports import Clock
from bot.storage.ledger import Entry, Outcome, Recall
from bot.storage.unit import Storage, Unit

_log = logging.getLogger(__name__)


Told = Callable[[Unit, Entry, Outcome], Awaitable[None]]
"""Does what follows from the outcome of something said unasked, in the unit of work that writes it down."""


class Outbox:
    """Any number may share one database: each planned row is sent by one, and taken over if that one dies. Together
    they keep to the pace of each workspace.
    """

    def __init__(
        self, storage: Storage, courier: Courier, platforms: Collection[str], *, clock: Clock, pace: Pace, sleep: Sleep,
        checkpoint: Checkpoint, told: Sequence[Told] = (),
    ) -> None:
        self._storage = storage
        self._courier = courier
        self._platforms = tuple(platforms)
        self._clock = clock
        self._pace = pace
        self._sleep = sleep
        self._checkpoint = checkpoint
        self._told = tuple(told)

    async def run(self) -> None:
        """Send until cancelled; a database that is away is waited for."""
        sent = False
        while True:
            busy = sent
            try:
                sent = await self.send_next()
            except StorageUnavailable as error:
                _log.warning("The outbox cannot be read now: %s", error)
                sent = False
            except Exception as error:
                _log.error("A message could not be sent: %s", trace_without_words(error))
                sent = False
            if not sent:
                # After a message the next one mostly waits for its workspace alone.
                await self._sleep(self._pace.between if busy else self._pace.poll)

    async def send_next(self) -> bool:
        """Send one message that is due; False if none is, or its workspace is to be left alone for now."""
        now = self._clock()
        hold = timedelta(seconds=self._pace.hold)
        async with self._storage.unit() as unit:
            found = await unit.ledger.next_planned(self._platforms, now, now + self._pace.claim_time, hold)
        if found is None:
            return False
        self._checkpoint("intended")
        claimed, fresh = found
        outcome = await self._done(claimed, now, fresh=fresh)
        await asyncio.shield(self._record(claimed, outcome, now + hold))
        return True

    async def _done(self, claimed: Entry | Recall, now: datetime, *, fresh: bool) -> Outcome:
        if isinstance(claimed, Recall):
            return await self._courier.take_back(claimed)
        if claimed.expires_at is None or now < claimed.expires_at:
            return await self._courier.deliver(claimed, fresh=fresh)
        return Outcome("rejected", reason=TOO_LATE) if fresh else await self._courier.look(claimed)

    async def _record(self, claimed: Entry | Recall, outcome: Outcome, held: datetime) -> None:
        now = self._clock()
        async with self._storage.unit() as unit:
            await unit.ledger.record(claimed.tenant, claimed.key, outcome, now)
            rest = timedelta(seconds=self._pace.between if outcome.patience is None else outcome.patience)
            await unit.ledger.free(claimed.tenant, claimed.platform, now + rest, held)
            if isinstance(claimed, Entry):
                for told in self._told:
                    await told(unit, claimed, outcome)
        self._checkpoint("recorded")
