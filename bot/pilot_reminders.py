"""Tells whoever looks after a pilot that its review is due: once for each date, and only who wants to be told."""

from __future__ import annotations

from bot.check_ins import may_be_asked
from bot.faults import held_apart
from bot.pilot_views import review_due_reply
from bot.ports import Clock
from bot.storage.adoptions import holder_of
from bot.storage.pilots import KeptPilot
from bot.storage.unit import Storage, Unit

DELIVERY = "pilot-review:"
"""How the keys of these reminders begin."""


class PilotReminders:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def send_due(self) -> int:
        """Plan in the ledger what is due; how many. Any number of processes may do this at once.

        Whoever is not to be told now (they switched that off, or the team withdrew) is told when that has changed, if
        the review is still open then.
        """
        async with self._storage.view() as unit:
            due = await unit.pilots.due(self._clock().date())
        told = [await held_apart("A review could not be told of", self._tell(pilot)) for pilot in due]
        return sum(one is True for one in told)

    async def _tell(self, seen: KeptPilot) -> bool:
        async with self._storage.unit() as unit:
            # A team that withdraws waits until this is planned, and then calls it off. Teams are locked before pilots.
            if seen.team_id and await unit.teams.locked(seen.tenant, seen.team_id) is None:
                return False
            pilot = await unit.pilots.get(seen.tenant, seen.id, to_change=True)
            if pilot is None or pilot.where is None or pilot != seen or not await _wanted(unit, pilot):
                return False
            key = f"{DELIVERY}{holder_of(pilot.person, pilot.team_id)}:{pilot.id}:{pilot.review_on}"
            card = review_due_reply(pilot)
            await unit.pilots.told(pilot)
            return await unit.ledger.plan(pilot.tenant, key, pilot.where, card, self._clock(), person=pilot.person)


async def _wanted(unit: Unit, pilot: KeptPilot) -> bool:
    assert pilot.where is not None, "only those that can be told are due"
    team = await unit.teams.get(pilot.tenant, pilot.team_id) if pilot.team_id else None
    return await may_be_asked(unit, pilot.person, pilot.where, team)
