"""Channels with a task: where what is for experts, for curators or for admins is said."""

from __future__ import annotations

from bot.access import Role, Who
from bot.experts import Experts
from bot.messages import Conversation
from bot.ports import Clock
from bot.storage.people import EXPERTS, Task
from bot.storage.unit import Storage


class Posts:
    def __init__(self, storage: Storage, clock: Clock, experts: Experts) -> None:
        self._storage = storage
        self._clock = clock
        self._experts = experts

    async def name(self, by: Who, task: Task, where: Conversation) -> None:
        """What is for them comes to this channel from now on; experts get the open questions as well.

        Raises NotAllowed.
        """
        by.needs(Role.ADMIN)
        async with self._storage.unit() as unit:
            await unit.people.assign(by.tenant, task, where.outside_threads(), by.person, self._clock())
            if task == EXPERTS:
                await self._experts.tell_all(unit, by.tenant)
