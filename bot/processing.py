"""What happens to one claimed row: handle, write the intent down, send, record."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial

from bot.delivery import Courier
from bot.errors import BotError, StorageUnavailable
from bot.faults import trace_without_words
from bot.messages import Incoming, thread_key
from bot.pace import Checkpoint, Pace, Sleep
from bot.ports import Clock, Handler, Messenger
from bot.privacy import SealBroken
from bot.replies import Reply
from bot.storage.codec import PayloadUnreadable
from bot.storage.inbox import Claim
from bot.storage.ledger import Entry, Outcome
from bot.storage.unit import Storage, Unit

APOLOGY = "Something went wrong on my side and I could not answer this. Please ask me again in a moment."
_TRIES_TO_RECORD = 6
_FIRST_PAUSE = 0.2

_log = logging.getLogger(__name__)


class ClaimLost(Exception):
    """The claim ran out and another worker has the row."""


def apology_for(error: BaseException | None) -> Reply:
    """What the person is told: the sentence of an error of ours, else that something went wrong; never a trace."""
    return Reply(str(error) if isinstance(error, BotError) and str(error) else APOLOGY)


class Processor:
    """Brings one claimed row to its end, or as far as it gets.

    Steps, as named to ``checkpoint``: claimed, signed, handled, intended, sent, turned, recorded.
    """

    def __init__(
        self, storage: Storage, handler: Handler, messenger: Messenger, courier: Courier, *, clock: Clock, sleep: Sleep,
        pace: Pace, checkpoint: Checkpoint,
    ) -> None:
        self._storage = storage
        self._handler = handler
        self._messenger = messenger
        self._courier = courier
        self._clock = clock
        self._sleep = sleep
        self._pace = pace
        self._checkpoint = checkpoint

    async def process(self, claim: Claim) -> bool:
        """True when the row is finished or waits for its next try; False if its handler failed and it may be retried.

        ``ClaimLost`` and ``StorageUnavailable`` leave the row to whoever claims it next.
        """
        self._checkpoint("claimed")
        async with self._storage.view() as unit:
            stands = await unit.ledger.outcome(claim.tenant, claim.reply_key)
        if stands is None:
            return await self._handle(claim)
        if stands.final:
            await self._record(claim, stands)
        else:
            entry = await self._intend_again(claim)
            await self._say(claim, entry, fresh=stands.state == "rejected")
        return True

    async def give_up(self, claim: Claim, reason: str) -> None:
        """End a row that cannot be worked on; if a reply to it was under way, it is listed as uncertain."""
        async with self._storage.unit() as unit:
            await unit.inbox.finish(claim, self._clock(), failed=True, note=reason)
            stands = await unit.ledger.outcome(claim.tenant, claim.reply_key)
            if stands is not None and not stands.final:
                uncertain = Outcome("uncertain", reason=reason)
                await unit.ledger.record(claim.tenant, claim.reply_key, uncertain, self._clock())

    async def _handle(self, claim: Claim) -> bool:
        async with self._storage.view() as unit:
            incoming = unit.inbox.open(claim)
        if claim.failures >= self._pace.failures or claim.attempts > self._pace.claims:
            await self._apologise(claim, incoming, None)
            return True
        try:
            reply = await self._handled(claim, incoming)
        except StorageUnavailable:
            raise
        except Exception as error:
            _log.error("The handler raised %s", trace_without_words(error))
            if claim.failures + 1 < self._pace.failures:
                return False
            await self._apologise(claim, incoming, error)
            return True
        self._checkpoint("handled")
        await self._reply(claim, incoming, reply)
        return True

    async def _handled(self, claim: Claim, incoming: Incoming) -> Reply | None:
        draft = partial(self._draft, incoming, claim.reply_key)
        await draft("")
        self._checkpoint("signed")
        async with asyncio.timeout(self._pace.handle):
            return await self._handler(incoming, draft)

    async def _draft(self, incoming: Incoming, key: str, text: str) -> None:
        try:
            async with asyncio.timeout(self._pace.sign):
                await self._messenger.draft(incoming.conversation, key, text)
        except Exception as error:
            _log.warning("A draft could not be shown: %s", trace_without_words(error))

    async def _apologise(self, claim: Claim, incoming: Incoming, error: Exception | None) -> None:
        failed = replace(claim, failures=max(claim.failures, self._pace.failures))
        await self._reply(failed, incoming, apology_for(error))

    async def _reply(self, claim: Claim, incoming: Incoming, reply: Reply | None) -> None:
        if reply is None:
            await self._record(claim, None)
        else:
            await self._say(claim, await self._intend(claim, incoming, reply), fresh=True)

    async def _intend(self, claim: Claim, incoming: Incoming, reply: Reply) -> Entry:
        async with self._storage.unit() as unit:
            await self._keep(unit, claim)
            now = self._clock()
            person = await unit.inbox.whose(claim)
            entry = await unit.ledger.intend(
                claim.tenant, claim.reply_key, incoming.conversation, reply, now, person=person
            )
            if entry is None:
                raise ClaimLost
        self._checkpoint("intended")
        return entry

    async def _intend_again(self, claim: Claim) -> Entry:
        async with self._storage.unit() as unit:
            await self._keep(unit, claim)
            entry = await unit.ledger.again(claim.tenant, claim.reply_key)
        self._checkpoint("intended")
        return entry

    async def _keep(self, unit: Unit, claim: Claim) -> None:
        if not await unit.inbox.keep(claim, self._clock() + self._pace.claim_time):
            raise ClaimLost

    async def _say(self, claim: Claim, entry: Entry, *, fresh: bool) -> None:
        outcome = await self._courier.deliver(entry, fresh=fresh)
        pause = _FIRST_PAUSE
        for _ in range(_TRIES_TO_RECORD - 1):
            try:
                await self._record(claim, outcome)
                return
            except StorageUnavailable as error:
                _log.warning("What was sent cannot be recorded yet: %s", error)
            await self._sleep(pause)
            pause *= 2
        await self._record(claim, outcome)

    async def _record(self, claim: Claim, outcome: Outcome | None) -> None:
        now = self._clock()
        async with self._storage.unit() as unit:
            # The inbox row first, as everywhere: two who lock the same two rows in two orders block each other.
            if outcome is not None and outcome.retry_at is not None:
                await unit.inbox.release(claim, outcome.retry_at, note=outcome.state)
            else:
                failed = claim.failures >= self._pace.failures
                note = outcome.state if outcome else "silent"
                known = note == "sent" and await self._may_be_known(unit, claim)
                await unit.inbox.finish(claim, now, failed=failed, note=note, answered=known)
            if outcome is not None:
                await unit.ledger.record(claim.tenant, claim.reply_key, outcome, now)
            if outcome is not None and outcome.message_id and unit.inbox.open(claim).conversation.begins:
                begun = thread_key(claim.platform, outcome.message_id)
                await unit.questions.began(claim.tenant, claim.event_key, begun)
        self._checkpoint("recorded")

    async def _may_be_known(self, unit: Unit, claim: Claim) -> bool:
        """Whether it may be remembered who was answered: not of those who asked not to be tracked."""
        person = await unit.inbox.whose(claim)
        return person is not None and (await unit.choices.of(claim.tenant, person)).tracked


UNREADABLE = (SealBroken, PayloadUnreadable)
"""What a stored payload that cannot be opened raises: another secret key, another version."""
