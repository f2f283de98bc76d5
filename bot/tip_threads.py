"""What people say below a tip: a first reply that asks something is for us, talk between people is left alone."""

from __future__ import annotations

from collections.abc import Callable

from bot.messages import Incoming, IncomingMessage
from bot.storage.unit import Storage
from knowledge.practice import Practice
from knowledge.wording import asks


class TipThreads:
    """``practice`` looks one up in the library in force."""

    def __init__(self, storage: Storage, practice: Callable[[str], Practice | None]) -> None:
        self._storage = storage
        self._practice = practice

    async def is_first_question(self, message: IncomingMessage) -> bool:
        """Whether this is the first thing anybody said below a tip, and asks something; the same event again is still
        the first.
        """
        where = message.conversation
        if where.kind != "channel":
            return False
        thread = where.thread_key
        async with self._storage.view() as unit:
            if await unit.subscriptions.in_thread(where.tenant, thread) is None:
                return False
            if await unit.questions.last_asker(where.tenant, thread) is not None:
                # Somebody asked us by name before; whom that answers, ``last_answered`` knows.
                return False
        async with self._storage.unit() as unit:
            first = await unit.subscriptions.first_reply(where.tenant, thread, message.event_id, message.at)
        return first and asks(message.text)

    async def subject(self, incoming: Incoming) -> list[str]:
        """What a question below a tip is about, as if it had been asked before: the tip's practice, if there is one."""
        where = incoming.conversation
        if where.kind != "channel":
            return []
        async with self._storage.view() as unit:
            tip = await unit.subscriptions.in_thread(where.tenant, where.thread_key)
        practice = self._practice(tip.practice_id) if tip and tip.practice_id else None
        return [practice.questions[0]] if practice else []
