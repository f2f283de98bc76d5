"""Says one thing on a platform and finds out what came of it; never says it twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from bot.faults import trace_without_words
from bot.pace import Checkpoint, Pace, Sleep
from bot.ports import Clock, Delivered, Messenger, NotFound, Rejected, Sent, Unknown, Unsupported
from bot.storage.ledger import Entry, Outcome, Recall
from bot.storage.unit import Storage

_log = logging.getLogger(__name__)

TOO_LATE = "its time was over before it could be sent"
Answer = TypeVar("Answer")
Found = Sent | NotFound | Unknown | Unsupported


class Courier:
    """Delivers entries of the ledger. The intent must be committed before ``deliver`` is called."""

    def __init__(
        self, storage: Storage, messengers: Mapping[str, Messenger], *, clock: Clock, sleep: Sleep,
        chance: Callable[[], float], pace: Pace, checkpoint: Checkpoint,
    ) -> None:
        self._storage = storage
        self._messengers = messengers
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._pace = pace
        self._checkpoint = checkpoint

    async def deliver(self, entry: Entry, *, fresh: bool) -> Outcome:
        """Say it. ``fresh`` is False if an earlier try may have shown it: then it is looked for first."""
        if entry.reply.replaces is not None:
            return await self._deliver_in_place(entry)
        if not fresh:
            found = await self._find(entry)
            if not isinstance(found, NotFound):
                return self._found(entry, found)
        return await self._deliver_anew(entry)

    async def look(self, entry: Entry) -> Outcome:
        """Only find out whether it stands there: the time to say it is over."""
        found = await self._find(entry)
        return Outcome("rejected", reason=TOO_LATE) if isinstance(found, NotFound) else self._found(entry, found)

    async def take_back(self, recall: Recall) -> Outcome:
        """Take a message back; what cannot be is said to stand as it was."""
        messenger = self._messengers[recall.platform]
        taken = await self._asked(lambda: messenger.withdraw(recall.message_id))
        if isinstance(taken, Sent):
            return Outcome("recalled")
        if isinstance(taken, Unsupported) or (isinstance(taken, Rejected) and taken.permanent):
            return Outcome("sent", reason=f"not taken back: {taken.reason}")
        told = taken.retry_after if isinstance(taken, Rejected) else None
        if told is None and recall.attempts >= self._pace.sends:
            return Outcome("uncertain", reason=f"not known to be taken back: {taken.reason}")
        again = self._clock() + self._pace.wait(recall.attempts, self._chance(), told)
        return Outcome("recall", reason=taken.reason, retry_at=again, patience=told, counted=told is None)

    async def _deliver_anew(self, entry: Entry) -> Outcome:
        sent = await self._send(entry)
        if not isinstance(sent, Unknown):
            return self._told(entry, sent)
        await self._sleep(self._pace.look_after)
        found = await self._find(entry)
        if isinstance(found, NotFound):
            # It may still be on its way: look once more, later, before sending again.
            return self._look_again(entry, sent.reason)
        return self._found(entry, found, sent.reason)

    async def _deliver_in_place(self, entry: Entry) -> Outcome:
        replaced = await self._replace(entry)
        if isinstance(replaced, Unsupported) or (isinstance(replaced, Rejected) and replaced.permanent):
            async with self._storage.unit() as unit:
                entry = await unit.ledger.as_new_message(entry)
            self._checkpoint("turned")
            return await self._deliver_anew(entry)
        if isinstance(replaced, Unknown):
            # Replacing twice shows the same as once.
            return self._look_again(entry, replaced.reason)
        return self._told(entry, replaced)

    def _look_again(self, entry: Entry, reason: str) -> Outcome:
        # What has a time to be said in is looked for until then: an outage may last longer than a few tries.
        in_time = entry.expires_at is not None and self._clock() < entry.expires_at
        if entry.attempts >= self._pace.sends and not in_time:
            return Outcome("uncertain", reason=reason)
        return Outcome("intent", reason=reason, retry_at=self._later(entry))

    def _told(self, entry: Entry, delivered: Sent | Rejected) -> Outcome:
        if isinstance(delivered, Sent):
            return Outcome("sent", delivered.message_id)
        told = delivered.retry_after
        # What is put right for all places at once is worth waiting for, however long that takes.
        patient = told is not None and (delivered.everywhere or self._clock() < self._worth_until(entry))
        over = delivered.permanent or (entry.attempts >= self._pace.sends and not patient)
        retry_at = None if over else self._later(entry, told)
        patience = None if delivered.permanent else told
        return Outcome(
            "rejected", reason=delivered.reason, retry_at=retry_at, permanent=delivered.permanent, patience=patience,
            everywhere=delivered.everywhere, counted=not patient,
        )

    def _worth_until(self, entry: Entry) -> datetime:
        return entry.expires_at or entry.created_at + timedelta(seconds=self._pace.patience)

    def _found(self, entry: Entry, found: Sent | Unknown | Unsupported, before: str = "") -> Outcome:
        if isinstance(found, Sent):
            return Outcome("sent", found.message_id)
        reason = "; ".join(filter(None, (before, found.reason)))
        if isinstance(found, Unsupported):
            return Outcome("uncertain", reason=reason)
        return self._look_again(entry, reason)

    def _later(self, entry: Entry, told: float | None = None) -> datetime:
        return self._clock() + self._pace.wait(entry.attempts, self._chance(), told)

    async def _send(self, entry: Entry) -> Delivered:
        messenger = self._messengers[entry.platform]
        sent = await self._asked(lambda: messenger.send(entry.conversation, entry.reply, entry.key))
        self._checkpoint("sent")
        return sent

    async def _find(self, entry: Entry) -> Found:
        if entry.reply.audience == "sender" and entry.conversation.kind == "channel":
            # What only one person was shown stands in no history, so "not there" would prove nothing.
            return Unsupported("a message shown to one person only cannot be looked up")
        messenger = self._messengers[entry.platform]
        return await self._asked(lambda: messenger.find(entry.conversation, entry.key))

    async def _replace(self, entry: Entry) -> Delivered | Unsupported:
        messenger, message_id = self._messengers[entry.platform], entry.reply.replaces
        assert message_id is not None
        replaced = await self._asked(lambda: messenger.replace(message_id, entry.reply))
        self._checkpoint("sent")
        return replaced

    async def _asked(self, ask: Callable[[], Awaitable[Answer]]) -> Answer | Unknown:
        try:
            async with asyncio.timeout(self._pace.send):
                return await ask()
        except TimeoutError:
            return Unknown("the platform did not answer in time")
        except Exception as error:
            _log.error("A messenger raised %s", trace_without_words(error))
            return Unknown(type(error).__name__)
