"""Where adapters put what came in: stored first, answered by the worker or, where the platform insists, at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.errors import StorageUnavailable
from bot.faults import trace_without_words
from bot.messages import Ending, Incoming
from bot.pace import Pace, Sleep
from bot.ports import Clock, Handler
from bot.processing import apology_for
from bot.replies import Reply
from bot.storage.inbox import Claim, Finished
from bot.storage.unit import Storage

_LOOK_EVERY = 0.1

_log = logging.getLogger(__name__)


async def _no_draft(_text: str) -> None:
    """Answers within a request are too short to be shown growing."""


class DurableIntake:
    """``Intake`` over the inbox. ``wake`` tells the worker of this process, if there is one; ``end`` does what follows
    where nothing can be said any more.

    Raises ``StorageUnavailable`` where nothing could be stored: the adapter must not acknowledge then.
    """

    def __init__(
        self, storage: Storage, handler: Handler, wake: Callable[[], None], *, end: Callable[[Ending], Awaitable[None]],
        owner: str, clock: Clock,
        pace: Pace | None = None, sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._storage = storage
        self._handler = handler
        self._wake = wake
        self._end = end
        self._owner = owner
        self._clock = clock
        self._pace = pace or Pace()
        self._sleep = sleep

    async def accept(self, incoming: Incoming) -> bool:
        """Store it to be answered. When this returns, nothing can lose it. True if it is new, False if a repeat."""
        async with self._storage.unit() as unit:
            is_new = await unit.inbox.put(incoming, self._clock())
        if is_new:
            self._wake()
        return is_new

    async def answer_now(self, incoming: Incoming) -> Reply | None:
        """Store it, then answer within this request. A repeat gets the same reply again.

        None if there is nothing to say, or if it takes too long: then the worker answers with a message.
        """
        taken = await self._take(incoming)
        if taken is None:
            taken = await self._wait_for_the_other(incoming)
        if isinstance(taken, Claim):
            return await self._answer(taken, incoming)
        return taken.reply if taken else None

    async def say_besides(self, incoming: Incoming, reply: Reply) -> None:
        """Have the answer to a request said as a message of its own, too: once, and not lost."""
        where = incoming.conversation
        async with self._storage.unit() as unit:
            key = f"besides:{unit.secret.mark('event', where.tenant, incoming.event_id)}"
            person = unit.secret.pseudonym(where.tenant, incoming.sender.user)
            await unit.ledger.plan(where.tenant, key, where, reply, self._clock(), person=person)

    async def ended(self, ending: Ending) -> None:
        """Take note that some places, or a person, can no longer be spoken to; all that follows is done when this
        returns.
        """
        await self._end(ending)

    async def _take(self, incoming: Incoming) -> Claim | Finished | None:
        now = self._clock()
        async with self._storage.unit() as unit:
            return await unit.inbox.take(incoming, self._owner, now, now + self._pace.claim_time)

    async def _wait_for_the_other(self, incoming: Incoming) -> Claim | Finished | None:
        for _ in range(int(self._pace.answer_now / _LOOK_EVERY)):
            await self._sleep(_LOOK_EVERY)
            taken = await self._take(incoming)
            if taken is not None:
                return taken
        return None

    async def _answer(self, claim: Claim, incoming: Incoming) -> Reply | None:
        try:
            async with asyncio.timeout(self._pace.answer_now):
                reply = await self._handler(incoming, _no_draft)
        except TimeoutError:
            await self._leave_to_the_worker(claim)
            return None
        except Exception as error:
            _log.error("The handler raised %s", trace_without_words(error))
            return await self._finished(claim, apology_for(error), failed=True)
        return await self._finished(claim, reply)

    async def _finished(self, claim: Claim, reply: Reply | None, *, failed: bool = False) -> Reply | None:
        try:
            async with self._storage.unit() as unit:
                ours = await unit.inbox.finish(claim, self._clock(), failed=failed, reply=reply)
        except StorageUnavailable as error:
            # Not recorded as answered, so the worker will answer: saying it here too would say it twice.
            _log.warning("An answer could not be recorded and is left to the worker: %s", error)
            return None
        return reply if ours else None

    async def _leave_to_the_worker(self, claim: Claim) -> None:
        async with self._storage.unit() as unit:
            await unit.inbox.release(claim, self._clock())
        self._wake()
