"""Answers what is in the inbox.

Any number of workers may share one database. Whatever dies in between, another takes the row over when its claim runs
out: nothing is lost, and nothing is sent again unless the platform says that it is not there.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence

from bot.delivery import Courier
from bot.errors import StorageUnavailable
from bot.faults import trace_without_words
from bot.outbox import Outbox, Told
from bot.pace import Checkpoint, Pace, Sleep, no_checkpoint, rest
from bot.ports import Clock, Handler, Messenger
from bot.processing import UNREADABLE, ClaimLost, Processor
from bot.storage.inbox import Claim
from bot.storage.unit import Storage

PARALLEL = 8
"""Rows that one worker works on at a time; mostly they wait for a platform."""

_log = logging.getLogger(__name__)


class Worker:
    """Works through the inbox of the platforms it has messengers for.

    ``owner`` names this process and must be new for each start. ``handler`` must be idempotent by event id.
    ``checkpoint`` is for tests: it is called at each step that ``Processor`` names. ``told`` hear what came of what was
    said unasked.
    """

    def __init__(
        self, storage: Storage, handler: Handler, messengers: Mapping[str, Messenger], *, owner: str, clock: Clock,
        pace: Pace | None = None, sleep: Sleep = asyncio.sleep, chance: Callable[[], float] = random.random,
        checkpoint: Checkpoint = no_checkpoint, told: Sequence[Told] = (),
    ) -> None:
        self._storage = storage
        self._owner = owner
        self._clock = clock
        self._pace = pace or Pace()
        self._sleep = sleep
        self._chance = chance
        courier = Courier(
            storage, messengers, clock=clock, sleep=sleep, chance=chance, pace=self._pace, checkpoint=checkpoint
        )
        self.outbox = Outbox(
            storage, courier, messengers, clock=clock, pace=self._pace, sleep=sleep, checkpoint=checkpoint,
            told=told,
        )
        self._processors = {
            platform: Processor(
                storage, handler, messenger, courier, clock=clock, sleep=sleep, pace=self._pace, checkpoint=checkpoint
            )
            for platform, messenger in messengers.items()
        }
        self._awake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """There is something new in the inbox. To be called in the loop that ``run`` runs in."""
        self._awake.set()

    def stop(self) -> None:
        """Take nothing more; ``run``, and that of the outbox, return when what is in work is done."""
        self._stopping = True
        self.outbox.stop()
        self._awake.set()

    async def run(self) -> None:
        """Work until ``stop``, on several rows at a time; whatever fails is tried again after a pause."""
        working: set[asyncio.Task[None]] = set()
        while not self._stopping:
            self._awake.clear()
            claim = await self._next() if len(working) < PARALLEL else None
            if claim is None:
                await rest(self._sleep, self._pace.poll, self._awake)
                continue
            task = asyncio.create_task(self._work_on(claim))
            working.add(task)
            task.add_done_callback(working.discard)
            # Its conversation may have more, which was not to be taken before.
            task.add_done_callback(lambda _: self.wake())
        await asyncio.gather(*working)

    async def run_once(self) -> bool:
        """Work on one row; False if none is due."""
        claim = await self._claim()
        if claim is None:
            return False
        await self._work_on(claim)
        return True

    async def _next(self) -> Claim | None:
        try:
            return await self._claim()
        except StorageUnavailable as error:
            _log.warning("The inbox cannot be read now: %s", error)
        except Exception as error:
            _log.error("A row could not be taken: %s", trace_without_words(error))
        return None

    async def _claim(self) -> Claim | None:
        now = self._clock()
        async with self._storage.unit() as unit:
            return await unit.inbox.claim(self._owner, now, now + self._pace.claim_time, list(self._processors))

    async def _work_on(self, claim: Claim) -> None:
        try:
            await self._process(claim)
        except StorageUnavailable as error:
            # The row comes back by itself when its claim runs out.
            _log.warning("A row waits because the database failed: %s", error)
        except Exception as error:
            _log.error("A row waits because it could not be given back: %s", trace_without_words(error))

    async def _process(self, claim: Claim) -> None:
        processor = self._processors[claim.platform]
        try:
            if not await processor.process(claim):
                await self._give_back(claim, failed=True)
        except ClaimLost:
            _log.warning("A claim ran out before its row was answered; another worker has it.")
        except StorageUnavailable as error:
            _log.warning("A row is given back because the database failed: %s", error)
            await self._give_back(claim)
        except UNREADABLE as error:
            _log.error("A stored message cannot be read: %s", error)
            await self._put_aside(processor, claim, "unreadable")
        except Exception as error:
            _log.error("A row could not be worked on: %s", trace_without_words(error))
            await self._put_aside(processor, claim, type(error).__name__)

    async def _put_aside(self, processor: Processor, claim: Claim, reason: str) -> None:
        if claim.attempts < self._pace.claims:
            await self._give_back(claim)
        else:
            await processor.give_up(claim, reason)

    async def _give_back(self, claim: Claim, *, failed: bool = False) -> None:
        due_at = self._clock() + self._pace.wait(claim.attempts, self._chance())
        async with self._storage.unit() as unit:
            await unit.inbox.release(claim, due_at, failed=failed)
