"""Sends what is said unasked: an expert's answer, a nudge, a closed gap. Nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery import TOO_LATE, Courier
from bot.errors import StorageUnavailable
from bot.faults import trace_without_words
from bot.pace import Checkpoint, Pace, Sleep, rest
from bot.ports import Clock
from bot.storage.ledger import Entry, Outcome, Recall
from bot.storage.unit import Storage, Unit

AT_ONCE = 4
"""Messages that one process has on their way at a time: who is slow to answer holds up no other workspace."""

_log = logging.getLogger(__name__)


Told = Callable[[Unit, Entry, Outcome], Awaitable[None]]
"""Does what follows from the outcome of something said unasked, in the unit of work that writes it down."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is ours to send since ``at``, and its workspace with it until ``held``.

    ``fresh`` if it surely was not shown.
    """

    claimed: Entry | Recall
    fresh: bool
    at: datetime
    held: datetime


class _StoppedError(Exception):
    """Rolls back the taking of a message."""


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
        self._on_their_way = 0
        self._busy = False
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take nothing more; ``run`` returns when what is on its way has arrived."""
        self._stopping.set()

    async def run(self) -> None:
        """Send until ``stop``; a database that is away is waited for."""
        taking = asyncio.Lock()
        await asyncio.gather(*(self._send_on(taking) for _ in range(AT_ONCE)))

    async def drain(self) -> None:
        """Send what is due now and what becomes due meanwhile; what a platform asks to wait for is left."""
        while await self.send_next() or await self._owes():
            await self._sleep(self._pace.between)

    async def _owes(self) -> bool:
        now = self._clock()
        async with self._storage.view() as unit:
            return await unit.ledger.owes(self._platforms, now, now + timedelta(seconds=self._pace.hold))

    async def send_next(self) -> bool:
        """Send one message that is due; False if none is, or its workspace is to be left alone for now."""
        taken = await self.take()
        if taken is None:
            return False
        await self.finish(taken)
        return True

    async def take(self) -> Taken | None:
        """One message that is due, as ours; None if none is, or its workspace is to be left alone for now, or ``stop``
        was called meanwhile: what was being taken then is nobody's.
        """
        now = self._clock()
        held = now + timedelta(seconds=self._pace.hold)
        try:
            async with self._storage.unit() as unit:
                found = await unit.ledger.next_planned(self._platforms, now, now + self._pace.claim_time, held - now)
                if self._stopping.is_set():
                    raise _StoppedError
        except _StoppedError:
            return None
        if found is None:
            return None
        self._checkpoint("intended")
        return Taken(*found, now, held)

    async def finish(self, taken: Taken) -> None:
        """Send it, and write down what came of it."""
        outcome = await self._done(taken.claimed, taken.at, fresh=taken.fresh)
        await asyncio.shield(self._record(taken.claimed, outcome, taken.held))

    async def _send_on(self, taking: asyncio.Lock) -> None:
        """One after the other; while this one is on its way, another of ours looks for the next."""
        while True:
            async with taking:
                taken = await self._next()
            if taken is None:
                return
            self._on_their_way += 1
            try:
                await self.finish(taken)
            except StorageUnavailable as error:
                _log.warning("What came of a message cannot be written down now: %s", error)
            except Exception as error:
                _log.error("A message could not be sent: %s", trace_without_words(error))
            finally:
                self._on_their_way -= 1
                self._busy = True

    async def _next(self) -> Taken | None:
        """What is to be sent next, as soon as anything is; None to stop."""
        while not self._stopping.is_set():
            # With a message on its way, or just sent, the next one mostly waits for its workspace alone.
            busy, self._busy = self._busy or self._on_their_way > 0, False
            try:
                if taken := await self.take():
                    return taken
            except StorageUnavailable as error:
                _log.warning("The outbox cannot be read now: %s", error)
            except Exception as error:
                _log.error("A message could not be taken: %s", trace_without_words(error))
            await rest(self._sleep, self._pace.between if busy else self._pace.poll, self._stopping)
        return None

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
