"""What people of the demo do by buttons and forms, through the features that take them."""

from __future__ import annotations

from datetime import timedelta

from adapters.demo.happenings import (
    PLATFORMS,
    CheckInsDue,
    Happening,
    Measured,
    Person,
    Piloted,
    Replied,
    Stated,
    Subscribed,
)
from adapters.demo.names import Names, place_of
from adapters.demo.plan import ZONE
from bot.adoption import Adopting
from bot.check_in_answers import CheckInAnswers
from bot.check_in_views import REASON_FORM
from bot.check_ins import CheckIns
from bot.messages import ButtonPress, FormSubmission, Sender
from bot.pilot_keeping import Act, PilotKeeping
from bot.ports import Clock
from bot.result_form import FORM
from bot.storage.ledger import Outcome, Recall
from bot.storage.subscriptions import Wish
from bot.storage.unit import Storage
from bot.subscription_keeping import Change, SubscriptionKeeping
from bot.tip_times import Rhythm
from bot.tracker import Tracker
from knowledge.library import Library

IN_HAND = timedelta(minutes=1)


class Acting:
    """Each happening at the time that the clock shows."""

    def __init__(self, storage: Storage, clock: Clock, library: Library, names: Names) -> None:
        self._storage = storage
        self._clock = clock
        self._names = names
        self._check_ins = CheckIns(storage, clock, lambda: library)
        self._tracker = Tracker(storage, storage.secret, clock, follows=(self._check_ins,))
        self._replies = CheckInAnswers(storage, clock, self._tracker, self._check_ins, lambda: library)
        self._adopting = Adopting(storage, self._tracker, lambda: library)
        self._pilots = PilotKeeping(storage, clock, lambda: library)
        self._subscriptions = SubscriptionKeeping(storage, clock)
        self._number = 0

    async def act(self, one: Happening) -> None:
        match one:
            case Stated(_, who, practice, state, below):
                press = self._press(who, "adopt", f"{below}|{practice}|{state}")
                await self._tracker.press(press, practice, state, self._names.below.get(below))
            case CheckInsDue():
                await self._check_ins.send_due()
                await self._deliver()
            case Replied():
                await self._reply(one)
            case Measured(_, who, practice, typed):
                form = FormSubmission(
                    self._event(), place_of(who), Sender(who.user), self._clock(), FORM, practice, typed
                )
                await self._adopting.filled_in(form)
            case Piloted():
                await self._pilot(one)
            case Subscribed():
                await self._subscribe(one)

    async def _reply(self, replied: Replied) -> None:
        """Press the answer; then say why, where there is a why."""
        press = self._press(replied.who, "check-in", f"{replied.answer}|{replied.practice}|")
        await self._replies.pressed(press)
        if replied.reason:
            form = FormSubmission(
                self._event(), press.conversation, press.sender, self._clock(), REASON_FORM, replied.practice,
                {"reason": replied.reason},
            )
            await self._replies.filled_in(form)

    async def _pilot(self, one: Piloted) -> None:
        team, act = self._names.team(one.who), Act(self._event())
        actor = await self._pilots.actor(one.who.tenant, self._names.person(one.who), team)
        if one.step == "plan":
            self._names.pilots[one.key] = await self._pilots.make(actor, team, one.answers, act)
            return
        pilot = self._names.pilots[one.key]
        if one.step == "start":
            await self._pilots.start(actor, pilot.id, act)
        for milestone in self._pilots.plan(pilot).milestones:
            if milestone.on <= self._clock().date() and milestone.key != "review":
                await self._pilots.tick(actor, pilot.id, milestone.key, Act(self._event()))
        if one.step != "start":
            await self._pilots.decide(actor, pilot.id, one.step, one.note, act)

    async def _subscribe(self, one: Subscribed) -> None:
        where = place_of(one.who, alone=one.alone)
        self._names.places[one.key] = where
        change = Change(where, self._names.person(one.who))
        await self._subscriptions.save(change, Wish(Rhythm(one.weekday, one.hour, ZONE)))

    async def _deliver(self) -> None:
        """The platform takes everything that is to be said."""
        while True:
            now = self._clock()
            async with self._storage.unit() as unit:
                planned = await unit.ledger.next_planned(PLATFORMS, now, now + IN_HAND)
                if planned is None:
                    return
                entry, _ = planned
                assert not isinstance(entry, Recall), "nothing is taken back in the demo"
                await unit.ledger.record(entry.tenant, entry.key, Outcome("sent", entry.key), now)

    def _press(self, who: Person, action: str, value: str) -> ButtonPress:
        return ButtonPress(self._event(), place_of(who), Sender(who.user), self._clock(), action, value)

    def _event(self) -> str:
        self._number += 1
        return f"demo-event-{self._number}"
