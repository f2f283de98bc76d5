"""Sends what is said unasked: an expert's answer, a nudge, a closed gap. Nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from bot.delivery import Courier
from bot.errors import StorageUnavailable
from bot.faults import trace_without_words
from bot.pace import Checkpoint, Pace, Sleep
from bot.ports import Clock
from bot.storage.ledger import Entry, Outcome
from bot.storage.unit import Storage

_log = logging.getLogger(__name__)


class Outbox:
    """Any number may share one database: each planned row is sent by one, and taken over if that one dies."""

    def __init__(
        self, storage: Storage, courier: Courier, platforms: Collection[str], *, clock: Clock, pace: Pace, sleep: Sleep,
        checkpoint: Checkpoint,
    ) -> None:
        self._storage = storage
        self._courier = courier
        self._platforms = tuple(platforms)
        self._clock = clock
        self._pace = pace
        self._sleep = sleep
        self._checkpoint = checkpoint

    async def run(self) -> None:
        """Send until cancelled; a database that is away is waited for."""
        while True:
            try:
                sent = await self.send_next()
            except StorageUnavailable as error:
                _log.warning("The outbox cannot be read now: %s", error)
                sent = False
            except Exception as error:
                _log.error("A message could not be sent: %s", trace_without_words(error))
                sent = False
            if not sent:
                await self._sleep(self._pace.poll)

    async def send_next(self) -> bool:
        """Send one message that is due; False if none is."""
        now = self._clock()
        async with self._storage.unit() as unit:
            found = await unit.ledger.next_planned(self._platforms, now, now + self._pace.claim_time)
        if found is None:
            return False
        self._checkpoint("intended")
        entry, fresh = found
        outcome = await self._courier.deliver(entry, fresh=fresh)
        await asyncio.shield(self._record(entry, outcome))
        return True

    async def _record(self, entry: Entry, outcome: Outcome) -> None:
        async with self._storage.unit() as unit:
            await unit.ledger.record(entry.tenant, entry.key, outcome, self._clock())
        self._checkpoint("recorded")
