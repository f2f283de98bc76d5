"""Subscriptions as they are made and changed: each change once, with its entry in the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, takewhile

from bot.messages import Conversation
from bot.ports import Clock
from bot.storage.subscriptions import KeptSubscription, Wish, delivery_key
from bot.storage.unit import Storage, Unit
from bot.tip_times import Slot, local_day, next_slots, slot_from, slot_of, slots_after

BY_ADMIN = "an admin ended it"
YEAR = 53
"""Weeks."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes something, and where: the place itself, outside its threads."""

    where: Conversation
    person: str

    @property
    def owner(self) -> str | None:
        """Whose direct messages the place is."""
        return self.person if self.where.kind == "direct" else None


class SubscriptionKeeping:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def at(self, where: Conversation) -> KeptSubscription | None:
        """The subscription of this place, if it has one that did not end."""
        async with self._storage.view() as unit:
            kept = await unit.subscriptions.of_place(where)
        return kept if kept and kept.state != "ended" else None

    def today(self, zone: str) -> date:
        return local_day(self._clock(), zone)

    async def save(self, change: Change, wish: Wish) -> tuple[KeptSubscription, bool]:
        """Subscribe the place, or change what it wants; True if it is newly subscribed."""
        now = self._clock()
        async with self._storage.unit() as unit:
            kept = await _to_change(unit, change, now)
            if kept is None:
                slot = next_slots(wish.rhythm, now, 1)[0]
                made = await unit.subscriptions.make(change.where, change.owner, wish, slot, now)
                kept = await unit.subscriptions.of_place(change.where, to_change=True)
                assert kept is not None, "it was made by us or by somebody who was faster"
                if made:
                    await self._audit(unit, kept, change, "subscribed", now)
                    return kept, True
            new = kept.state == "ended"
            state, until = ("active", None) if new else (kept.state, kept.paused_until)
            after = replace(kept, wish=wish, where=change.where, state=state, paused_until=until, reason="")
            if after == kept:
                return kept, False
            after = replace(after, emptied=False, created_at=now if new else kept.created_at)
            return await self._kept(unit, after, change, "subscribed" if new else "changed", now), new

    async def pause(self, change: Change, until: date | None) -> KeptSubscription | None:
        """Send nothing before this local day, or until it is resumed; None if there is no subscription."""
        def paused(kept: KeptSubscription) -> KeptSubscription:
            return replace(kept, state="paused", paused_until=until)

        return await self._changed(change, f"paused until {until}" if until else "paused", paused)

    async def resume(self, change: Change) -> KeptSubscription | None:
        def resumed(kept: KeptSubscription) -> KeptSubscription:
            return replace(kept, state="active", paused_until=None)

        return await self._changed(change, "resumed", resumed)

    async def stop(self, change: Change) -> KeptSubscription | None:
        """Send nothing any more, not even what is already planned; None if there was no subscription."""
        now = self._clock()
        async with self._storage.unit() as unit:
            kept = await _to_change(unit, change, now)
            if kept is None or kept.state == "ended":
                return None
            await call_off(unit, kept, now)
            after = replace(kept, state="ended", paused_until=None, reason="unsubscribed")
            return await self._kept(unit, after, change, "unsubscribed", now)

    async def skip(
        self, change: Change, at: datetime, week: int | None = None
    ) -> tuple[KeptSubscription, Slot] | None:
        """Leave out the next tip, but only if it is that of ``week``: pressing twice skips one.

        ``at`` is when it was wished: the same wish once more, after a crash, skips no second tip.
        The subscription and what is left out; None if there is nothing of the kind.
        """
        now = self._clock()
        async with self._storage.unit() as unit:
            kept = await _to_change(unit, change, now)
            if kept is None or kept.state == "ended":
                return None
            for tip in await unit.subscriptions.tips(kept.id, YEAR):
                if tip.state == "skipped" and tip.at == at:
                    return kept, slot_of(kept.wish.rhythm, tip.week)
            if kept.due is None or week not in {None, kept.due[0]}:
                return None
            slot = slot_of(kept.wish.rhythm, kept.due[0])
            await unit.subscriptions.note(kept, slot, "skipped", at)
            return await self._kept(unit, kept, change, "skipped the next", now), slot

    async def unskip(self, change: Change, week: int | None = None) -> tuple[KeptSubscription, Slot] | None:
        """Have the tip of ``week`` after all, else of the last week that was skipped and is still to come; None if
        there is none such.
        """
        now = self._clock()
        async with self._storage.unit() as unit:
            kept = await _to_change(unit, change, now)
            if kept is None or kept.state == "ended":
                return None
            for tip in await unit.subscriptions.tips(kept.id, YEAR):
                slot = slot_of(kept.wish.rhythm, tip.week)
                wished = tip.state == "skipped" and tip.practice_id is None and week in {None, tip.week}
                if wished and slot.at > now:
                    await unit.subscriptions.unsettle(kept.id, tip.week)
                    return await self._kept(unit, kept, change, "took the skip back", now), slot
        return None

    async def end(self, subscription_id: str, tenant: str, person: str) -> bool:
        """An admin ends it; False if there is no such subscription."""
        now = self._clock()
        async with self._storage.unit() as unit:
            kept = await unit.subscriptions.get(subscription_id, to_change=True)
            if kept is None or kept.tenant != tenant or kept.state == "ended":
                return False
            await call_off(unit, kept, now)
            await unit.subscriptions.keep(replace(kept, state="ended", due=None, reason=BY_ADMIN), now)
            await unit.audits.write(tenant, person, "tips ended", _subject(kept), now)
        return True

    async def upcoming(self, kept: KeptSubscription, count: int) -> list[Slot]:
        """The next slots; none while nothing is due."""
        if kept.due is None:
            return []
        async with self._storage.view() as unit:
            without = await unit.subscriptions.weeks(kept.id, kept.due[0])
        first = slot_of(kept.wish.rhythm, kept.due[0])
        return [first, *next_slots(kept.wish.rhythm, first.at, count - 1, without)]

    async def _changed(
        self, change: Change, what: str, changed: Callable[[KeptSubscription], KeptSubscription]
    ) -> KeptSubscription | None:
        now = self._clock()
        async with self._storage.unit() as unit:
            kept = await _to_change(unit, change, now)
            if kept is None or kept.state == "ended":
                return None
            after = changed(replace(kept, where=change.where))
            return await self._kept(unit, after, change, what, now) if after != kept else kept

    async def _kept(
        self, unit: Unit, kept: KeptSubscription, change: Change, what: str, now: datetime
    ) -> KeptSubscription:
        whole = replace(kept, due=await next_due(unit, kept, now))
        await unit.subscriptions.keep(whole, now)
        await self._audit(unit, whole, change, what, now)
        return whole

    async def _audit(self, unit: Unit, kept: KeptSubscription, change: Change, what: str, now: datetime) -> None:
        await unit.audits.write(kept.tenant, change.person, f"tips {what}", _subject(kept), now)


async def call_off(unit: Unit, kept: KeptSubscription, now: datetime) -> None:
    """What was planned for this place and not yet sent is called off; its week counts as skipped."""
    await unit.ledger.cancel(kept.tenant, kept.id, now)
    for last in await unit.subscriptions.tips(kept.id, 1):
        delivery = await unit.ledger.outcome(kept.tenant, delivery_key(kept.id, last.week))
        if last.state == "planned" and delivery and delivery.state == "cancelled":
            await unit.subscriptions.turned(kept.id, last.week, "skipped")


async def caught_up(unit: Unit, kept: KeptSubscription, now: datetime) -> KeptSubscription:
    """As it stands after downtime: each week whose day is over is left out; what is due today is still to be sent."""
    if kept.due is None:
        return kept
    rhythm, first = kept.wish.rhythm, slot_of(kept.wish.rhythm, kept.due[0])
    today = local_day(now, rhythm.zone)
    missed = list(takewhile(lambda slot: slot.day < today, chain((first,), slots_after(rhythm, first.at))))
    if not missed:
        return kept
    for slot in missed:
        await unit.subscriptions.note(kept, slot, "late", now)
    again = slot_from(rhythm, today, now, await unit.subscriptions.weeks(kept.id, first.week))
    return replace(kept, state="active", paused_until=None, due=(again.week, again.at))


async def next_due(unit: Unit, kept: KeptSubscription, now: datetime) -> tuple[int, datetime] | None:
    """The next week that nothing was decided about; None while nothing is to be sent.

    It is later than ``now``, except for what was due today already and is still to be sent.
    """
    if kept.state == "ended" or (kept.state == "paused" and kept.paused_until is None):
        return None
    rhythm = kept.wish.rhythm
    settled = await unit.subscriptions.weeks(kept.id, _long_before(now))
    slot = next(slots_after(rhythm, now, settled))
    if kept.paused_until is not None:
        slot = max(slot, slot_from(rhythm, kept.paused_until, now, settled), key=lambda one: one.at)
    elif kept.due and kept.due[1] <= now and kept.due[0] not in settled:
        due = slot_of(rhythm, kept.due[0])
        slot = due if due.at <= now and due.day == local_day(now, rhythm.zone) else slot
    return slot.week, slot.at


async def _to_change(unit: Unit, change: Change, now: datetime) -> KeptSubscription | None:
    kept = await unit.subscriptions.of_place(change.where, to_change=True)
    return await caught_up(unit, kept, now) if kept else None


def _long_before(now: datetime) -> int:
    """A week before any that can still come."""
    year, _, _ = now.isocalendar()
    return (year - 1) * 100


def _subject(kept: KeptSubscription) -> str:
    return f"subscription:{kept.id}"
