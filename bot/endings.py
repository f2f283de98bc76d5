"""What follows where a platform says, before anything is refused, that places or a person cannot be spoken to any more.

It is what follows a refusal for good (``Tips.end``, ``Refusals``), and more: nothing that waits is tried there.
"""

from __future__ import annotations

import logging

from bot.erasure import OFFERED
from bot.messages import Ending, PersonGone, PlacesClosed
from bot.ports import Clock
from bot.refusals import MIDWAY, Refusals
from bot.storage.unit import Storage, Unit
from bot.tips import Tips

AT_ONCE = 50
"""Subscriptions that are ended in one unit of work: with the app they all end, and others want to write meanwhile."""
_log = logging.getLogger(__name__)


class Endings:
    """What follows an event is one unit of work that remembers it, so that it happens once. Subscriptions come after it
    and are looked for each time: none that is older than the event is left, whatever died in between.
    """

    def __init__(self, storage: Storage, clock: Clock, tips: Tips, refusals: Refusals) -> None:
        self._storage = storage
        self._clock = clock
        self._tips = tips
        self._refusals = refusals

    async def follow(self, ending: Ending) -> None:
        """Do what follows, unless it was done. What began after the event, for instance after the app was installed
        anew, is not touched by it.
        """
        whose = ending if isinstance(ending, PersonGone) else ending.reach
        async with self._storage.unit() as unit:
            is_new = await unit.inbox.settle(whose.tenant, whose.platform, ending.event_id, self._clock())
            if is_new and isinstance(ending, PersonGone):
                await self._person_gone(unit, ending)
            elif is_new and isinstance(ending, PlacesClosed):
                await self._places_closed(unit, ending)
        if isinstance(ending, PlacesClosed):
            await self._end_tips(ending)

    async def _places_closed(self, unit: Unit, closed: PlacesClosed) -> None:
        reach = closed.reach
        if not (reach.channel or reach.within):
            _log.error("%s ended this installation: %s", reach.platform, closed.reason)
        await unit.place_exits.call_off(reach, closed.at, self._clock())
        await unit.endpoints.forget(reach, closed.at)
        # Before the tips: what admins hear of those goes to their channel, unless that is closed, too.
        await self._refusals.let_be(unit, reach, closed.reason)
        if closed.user:
            person = unit.secret.pseudonym(reach.tenant, closed.user)
            await self._refusals.offer_pilots(unit, reach.tenant, person, closed.reason)

    async def _end_tips(self, closed: PlacesClosed) -> None:
        async with self._storage.view() as unit:
            found = await unit.subscriptions.within(closed.reach, closed.at)
        for first in range(0, len(found), AT_ONCE):
            async with self._storage.unit() as unit:
                for subscription in found[first : first + AT_ONCE]:
                    await self._tips.end(unit, subscription, closed.reason)

    async def _person_gone(self, unit: Unit, gone: PersonGone) -> None:
        tenant, now = gone.tenant, self._clock()
        person = unit.secret.pseudonym(tenant, gone.user)
        await unit.place_exits.call_off_for(tenant, person, gone.at, now)
        await unit.check_ins.cancel_direct(tenant, person, now)
        for subscription in await unit.subscriptions.of_person(tenant, person):
            await self._tips.end(unit, subscription, gone.reason)
        await self._refusals.offer_pilots(unit, tenant, person, gone.reason)
        for question in await unit.escalations.give_back(tenant, person):
            await unit.audits.write(tenant, MIDWAY, OFFERED, f"question:{question}", now, gone.reason)
        if await unit.contacts.withdraw(tenant, person):
            await unit.audits.write(tenant, MIDWAY, "took back being asked", "person", now, gone.reason)
