"""Sends the weekly tips: each week of each subscription exactly once, chosen for that place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from bot import tip_views as views
from bot.faults import held_apart
from bot.ports import Clock
from bot.replies import Paragraph, Reply
from bot.storage.ledger import Entry, Outcome
from bot.storage.people import ADMINS
from bot.storage.subscriptions import KeptSubscription, delivery_key, of_delivery, tip_name
from bot.storage.tables import Team
from bot.storage.unit import Storage, Unit
from bot.subscription_keeping import call_off, caught_up, next_due
from bot.tip_choice import BEGINNING, Chosen, Known, choose
from bot.tip_times import Slot, end_of, local_day, next_slots, slot_of
from bot.weeks import week_of
from knowledge.library import Library
from knowledge.practice import Stage
from knowledge.tip import tip_of

HALF_A_YEAR = timedelta(weeks=26)
"""How far back it counts what a place was shown and asked."""
AT_ONCE = 200
"""So many subscriptions are looked up at once; after them the next."""
TEST = "tip-test:"
"""How the keys of tests begin, which count as no tip of the week."""
EMPTY = "tip-empty:"
"""How the keys of notices begin that nothing is left."""
STAGES = {
    "draft": BEGINNING, "running": frozenset({Stage.PILOT, Stage.PROVE}),
    "ended": frozenset({Stage.PROVE, Stage.EXPAND}),
}
Alike = dict[tuple[str, str], Counter[str]]


class Tips:
    """``library`` gives the one in force; ``public_url`` is where the pages are, empty if nowhere."""

    def __init__(self, storage: Storage, clock: Clock, library: Callable[[], Library], public_url: str) -> None:
        self._storage = storage
        self._clock = clock
        self._library = library
        self._public_url = public_url.rstrip("/")

    async def send_due(self) -> int:
        """Plan in the ledger what is due; how many. Any number of processes may do this at once."""
        planned, alike = 0, Alike()
        while True:
            async with self._storage.view() as unit:
                due = await unit.subscriptions.due(self._clock(), AT_ONCE)
            taken = [await held_apart("A tip could not be planned", self._take(name, alike)) for name in due]
            planned += sum(took is True for took in taken)
            # Those that somebody else has in hand are theirs; when nothing else is left, it is enough.
            if all(took is None for took in taken):
                return planned

    async def shown(self, kept: KeptSubscription, *, to_others: bool = False) -> Reply | None:
        """The tip that this place would get now; None if nothing is left for it.

        ``to_others`` leaves out the reason in somebody's direct messages: what they asked or kept is theirs.
        """
        now = self._clock()
        async with self._storage.view() as unit:
            chosen, _ = await self._choose(unit, kept, now, {})
        if chosen and to_others and kept.kind == "direct":
            chosen = replace(chosen, because="")
        return self._card(kept, chosen, kept.due[0] if kept.due else 0, (), now) if chosen else None

    async def test(self, kept: KeptSubscription, event_id: str) -> bool:
        """Send this place now what it would get, marked as a test; False if nothing is left for it."""
        card = await self.shown(kept)
        if card is None or kept.where is None:
            return False
        card = replace(card, blocks=(Paragraph(views.TEST, quiet=True), *card.blocks))
        async with self._storage.unit() as unit:
            key = f"{TEST}{kept.id}:{unit.secret.mark('event', kept.tenant, event_id)}"
            await unit.ledger.plan(kept.tenant, key, kept.where, card, self._clock(), person=kept.person)
        return True

    async def told(self, unit: Unit, entry: Entry, outcome: Outcome) -> None:
        """What follows from the outcome of a delivery: a thread begins, or the place is left alone."""
        named = of_delivery(entry.key)
        if named is None:
            return
        if outcome.state == "sent" and outcome.message_id and entry.conversation.kind == "channel":
            await unit.subscriptions.began(*named, f"{entry.platform}:{outcome.message_id}")
        if outcome.state != "rejected" or not outcome.final:
            return
        await unit.subscriptions.turned(*named, "failed" if outcome.permanent else "late")
        if outcome.permanent:
            await self.end(unit, named[0], outcome.reason)

    async def end(self, unit: Unit, subscription_id: str, reason: str) -> None:
        """Nothing can be said there any more: the place is left alone, and the admins are told."""
        kept = await unit.subscriptions.get(subscription_id, to_change=True)
        if kept is None or kept.state == "ended":
            return
        now = self._clock()
        await call_off(unit, kept, now)
        ended = replace(kept, state="ended", due=None, paused_until=None, reason=reason)
        await unit.subscriptions.keep(ended, now)
        await unit.audits.write(kept.tenant, "midway", "tips ended", f"subscription:{kept.id}", now, reason)
        post = await unit.people.post(kept.tenant, ADMINS)
        if post:
            key = f"tips-ended:{kept.id}:{now.isoformat()}"
            await unit.ledger.plan(kept.tenant, key, post, views.ended_card(ended, self._public_url), now)

    async def _take(self, subscription_id: str, alike: Alike) -> bool | None:
        """True if a tip was planned, False if something else came of it, None if it is not ours to take."""
        now = self._clock()
        async with self._storage.unit() as unit:
            kept = await unit.subscriptions.take(subscription_id, now)
            if kept is None or kept.due is None:
                return None
            slot = slot_of(kept.wish.rhythm, kept.due[0])
            if kept.where is None:
                await self.end(unit, kept.id, views.NO_ADDRESS)
            elif slot.at > now:
                # The zone's rules changed since.
                await unit.subscriptions.keep(replace(kept, due=(slot.week, slot.at)), now)
            elif slot.day < local_day(now, kept.wish.rhythm.zone):
                await unit.subscriptions.keep(await caught_up(unit, kept, now), now)
            else:
                return await self._plan(unit, kept, slot, now, alike)
        return False

    async def _plan(self, unit: Unit, kept: KeptSubscription, slot: Slot, now: datetime, alike: Alike) -> bool:
        active = replace(kept, state="active", paused_until=None)
        chosen, team = await self._choose(unit, kept, now, alike)
        notes = await self._notes(unit, kept, slot)
        is_new = await unit.subscriptions.note(
            kept, slot, "planned" if chosen else "empty", now, practice_id=chosen.practice.id if chosen else None,
            team_id=team.id if team else None,
        )
        if is_new and (chosen or not kept.emptied):
            card = self._card(kept, chosen, slot.week, notes, now) if chosen else views.nothing_left_reply()
            key = delivery_key(kept.id, slot.week) if chosen else f"{EMPTY}{kept.id}:{slot.week}"
            assert kept.where is not None, "who has no address was ended"
            over = end_of(slot.day, kept.wish.rhythm.zone)
            await unit.ledger.plan(kept.tenant, key, kept.where, card, now, person=kept.person, expires_at=over)
        after = replace(active, emptied=chosen is None)
        await unit.subscriptions.keep(replace(after, due=await next_due(unit, after, now)), now)
        return is_new and chosen is not None

    def _card(self, kept: KeptSubscription, chosen: Chosen, week: int, notes: tuple[str, ...], now: datetime) -> Reply:
        text = tip_of(chosen.practice, now.date())
        return views.tip_reply(text, tip_name(kept.id, week), chosen.because, notes)

    async def _notes(self, unit: Unit, kept: KeptSubscription, slot: Slot) -> tuple[str, ...]:
        rhythm = kept.wish.rhythm
        # Of a place that unsubscribed and came back, what was before is another story.
        since = [tip for tip in await unit.subscriptions.tips(kept.id, 60) if tip.at >= kept.created_at]
        untold = list(takewhile(lambda tip: tip.state != "planned", since))
        notes = [views.first_note(kept)] if untold == since else []
        if late := [local_day(tip.due_at, rhythm.zone) for tip in reversed(untold) if tip.state == "late"]:
            notes.append(views.late_note(late))
        without = await unit.subscriptions.weeks(kept.id, slot.week)
        return (*notes, views.next_note(next_slots(rhythm, slot.at, 1, without)[0], rhythm.zone))

    async def _choose(
        self, unit: Unit, kept: KeptSubscription, now: datetime, alike: Alike
    ) -> tuple[Chosen | None, Team | None]:
        channel = kept.where.channel if kept.where else ""
        team = await unit.teams.of(kept.tenant, kept.person or "", kept.platform, channel)
        known = await self._known(unit, kept, team, now, alike)
        practices = self._library().practices.values()
        return choose(kept.id, kept.wish, practices, known, now.date()), team

    async def _known(
        self, unit: Unit, kept: KeptSubscription, team: Team | None, now: datetime, alike: Alike
    ) -> Known:
        since = week_of((now - HALF_A_YEAR).date())
        relationship = team.relationship if team else "unit"
        if (kept.tenant, relationship) not in alike:
            alike[kept.tenant, relationship] = await unit.tip_facts.alike(kept.tenant, relationship)
        ours = await unit.teams.with_merged(team) if team else frozenset[str]()
        pilots = await unit.pilots.of(kept.tenant, ours, kept.person or "")
        states = await unit.adoptions.standing(kept.tenant, kept.person, team.id if team else None)
        got = await unit.tip_facts.got(kept.id, since)
        last = self._library().practices.get(got[0]) if got else None
        # In direct messages only what this person asked counts: that a colleague asked is not theirs to be told.
        asking = team.id if team and kept.person is None else None
        return Known(
            stands=states, got=frozenset(got),
            asked=await unit.tip_facts.asked(kept.tenant, asking, kept.person, since),
            alike=alike[kept.tenant, relationship],
            planned=frozenset(name for one in pilots if one.state != "ended" for name in one.practices),
            stages=STAGES[pilots[0].state] if pilots else BEGINNING, relationship=relationship,
            last_topic=last.topic if last else "", alone=kept.kind == "direct",
        )

