"""What teams answer when they are asked how a try went, and when they want to be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot import check_in_views as views
from bot.check_in_words import AskAfter, AskMe, HowItWent, Wish, wish_of
from bot.check_ins import DAYS, CheckIns, speaks_for
from bot.features import Stated
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.ports import Clock
from bot.privacy import clean_text
from bot.replies import Reply
from bot.storage.adoptions import holder_of
from bot.storage.tables import Adoption, Team
from bot.storage.unit import Storage, Unit
from bot.titles import practice_told
from bot.tracker import Tracker
from bot.views import OLD_BUTTON, UNTRACKED_PRESS, gone_reply, sentence_reply
from knowledge.library import Library

STATES = {views.WORKED: "adopted", views.FAILED: "stopped"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a practice stands, with those for whom this person speaks."""

    adoption: Adoption
    team: Team | None

    @property
    def name(self) -> str | None:
        return self.team.name if self.team else None


class CheckInAnswers:
    """A ``Feature``. ``library`` gives the one in force."""

    actions = frozenset({"check-in"})
    forms = frozenset({views.REASON_FORM})

    def __init__(
        self, storage: Storage, clock: Clock, tracker: Tracker, check_ins: CheckIns,
        library: Callable[[], Library],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._tracker = tracker
        self._check_ins = check_ins
        self._library = library

    def meant(self, text: str) -> Wish | None:
        return wish_of(text)

    async def said(self, incoming: Incoming, intent: Wish) -> Reply | None:
        """None for words of an answer where none is awaited: then they are a message like any other."""
        if isinstance(intent, AskMe):
            return await self._ask_me(incoming, wanted=intent.wanted)
        if isinstance(intent, AskAfter):
            return await self._ask_after(incoming, intent.days)
        return await self._in_words(incoming, intent)

    async def pressed(self, press: ButtonPress) -> Reply:
        match press.value.split("|"):
            case [views.NEVER, _, _]:
                return await self._ask_me(press, wanted=False)
            case [answer, practice_id, since] if answer in (*STATES, views.EARLY):
                return await self._answered(press, practice_id, answer, since=since)
        return sentence_reply(OLD_BUTTON)

    async def filled_in(self, form: FormSubmission) -> Reply:
        """Keep why it did not work, where that still stands and this person said so."""
        reason = clean_text(form.values.get("reason", ""), views.LONGEST_REASON).strip()
        if not reason:
            return sentence_reply(views.NO_REASON)
        tenant, person, now = form.conversation.tenant, self._tracker.person(form), self._clock()
        async with self._storage.unit() as unit:
            standing = await self._standing(unit, form, form.context)
            if standing is None or not await unit.adoptions.explain(
                tenant, standing.adoption.holder, form.context, person, STATES[views.FAILED], reason
            ):
                return sentence_reply(views.TOO_LATE_TO_EXPLAIN)
            await unit.audits.write(tenant, person, "explained", _subject(standing), now)
        return sentence_reply(views.EXPLAINED)

    async def _in_words(self, incoming: Incoming, said: HowItWent) -> Reply | None:
        where = incoming.conversation
        if where.kind != "direct":
            return None
        async with self._storage.view() as unit:
            awaited = await unit.check_ins.awaited(where.tenant, self._tracker.person(incoming), where)
        if len(awaited) != 1:
            return None
        return await self._answered(incoming, awaited[0], said.answer, reason=said.reason)

    async def _answered(
        self, incoming: Incoming, practice_id: str, answer: str, *, since: str = "", reason: str = ""
    ) -> Reply:
        """``since`` is when the try began that the answer is about; empty for the one that goes on."""
        practice = practice_told(self._library(), practice_id)
        if practice is None:
            return gone_reply()
        async with self._storage.unit() as unit:
            choice = await unit.choices.of(incoming.conversation.tenant, self._tracker.person(incoming))
            if not (self._tracker.enabled and choice.tracked):
                return sentence_reply(UNTRACKED_PRESS)
            standing = await self._standing(unit, incoming, practice_id)
            if standing is None:
                return sentence_reply(views.NOT_ASKED)
            adoption = standing.adoption
            if adoption.state != "trying" or since not in ("", str(adoption.since.date())):
                return views.stands_reply(practice.title, adoption.state, adoption.since, standing.name)
            if answer == views.EARLY:
                return await self._too_early(unit, incoming, standing, practice.title)
            await self._state(unit, incoming, standing, answer, reason)
        if answer == views.WORKED:
            return views.worked_reply(practice.title, practice_id, standing.name)
        return views.failed_reply(practice.title, practice_id, standing.name, explained=bool(reason))

    async def _state(self, unit: Unit, incoming: Incoming, standing: Standing, answer: str, reason: str) -> None:
        adoption, person, now = standing.adoption, self._tracker.person(incoming), self._clock()
        tenant, practice_id, state = adoption.tenant, adoption.practice_id, STATES[answer]
        await unit.check_ins.answer(tenant, adoption.holder, practice_id, answer, now)
        await unit.adoptions.press(
            tenant, practice_id, state, person, adoption.team_id, None, now, event_key=incoming.event_id,
            reason=reason or None,
        )
        await self._tracker.wrote(unit, Stated(incoming, person, standing.team, practice_id, state, now))

    async def _too_early(self, unit: Unit, incoming: Incoming, standing: Standing, title: str) -> Reply:
        """It stays a try, and is asked about again after the same time; a second press changes nothing."""
        adoption, person, now = standing.adoption, self._tracker.person(incoming), self._clock()
        tenant, holder, practice_id = adoption.tenant, adoption.holder, adoption.practice_id
        last = await unit.check_ins.latest(tenant, holder, practice_id)
        if last and last.state == "waiting":
            return views.early_reply(title, standing.name, last.due_at)
        await unit.check_ins.answer(tenant, holder, practice_id, views.EARLY, now)
        days = standing.team.check_in_days if standing.team else DAYS
        where = incoming.conversation
        due_at = await self._check_ins.plan(unit, where, person, holder, practice_id, days, since=now)
        await unit.audits.write(tenant, person, views.EARLY, _subject(standing), now)
        return views.early_reply(title, standing.name, due_at)

    async def _ask_me(self, incoming: Incoming, *, wanted: bool) -> Reply:
        tenant, person, now = incoming.conversation.tenant, self._tracker.person(incoming), self._clock()
        async with self._storage.unit() as unit:
            if not wanted:
                await unit.check_ins.cancel(tenant, now, person=person)
            if await unit.choices.check_in(tenant, person, wanted, now):
                what = "check-ins on" if wanted else "check-ins off"
                await unit.audits.write(tenant, person, what, f"person:{person}", now)
        return sentence_reply(views.ASKED_AGAIN if wanted else views.NEVER_AGAIN)

    async def _ask_after(self, incoming: Incoming, days: int | None) -> Reply:
        where, person, now = incoming.conversation, self._tracker.person(incoming), self._clock()
        if days is None:
            return sentence_reply(views.HOW_LONG)
        async with self._storage.unit() as unit:
            team = await speaks_for(unit, person, where)
            if team is None:
                return sentence_reply(views.NO_TEAM)
            if team.check_in_days != days:
                await self._change_time(unit, incoming, team, days)
                await unit.audits.write(where.tenant, person, f"check-ins after {days} days", f"team:{team.id}", now)
            return views.ask_after_reply(team.name, days)

    async def _change_time(self, unit: Unit, incoming: Incoming, team: Team, days: int) -> None:
        """What waits moves along; what is being tried without a question open gets one."""
        where, person, now = incoming.conversation, self._tracker.person(incoming), self._clock()
        holder, longer = holder_of(person, team.id), timedelta(days=days - team.check_in_days)
        standing = (await unit.adoptions.states(where.tenant, holder)).values()
        await unit.teams.ask_after(where.tenant, team.id, days)
        if not days:
            await unit.check_ins.cancel(where.tenant, now, holder=holder)
            return
        await unit.check_ins.shift(where.tenant, holder, longer, now)
        for adoption in standing:
            if adoption.state == "trying":
                since = max(adoption.since, now - timedelta(days=days - 1))
                await self._check_ins.plan(unit, where, person, holder, adoption.practice_id, days, since=since)

    async def _standing(self, unit: Unit, incoming: Incoming, practice_id: str) -> Standing | None:
        """With the team that this person speaks for here, else with themselves; None with neither."""
        where, person = incoming.conversation, self._tracker.person(incoming)
        team = await speaks_for(unit, person, where)
        for whose in ((team, None) if team else (None,)):
            states = await unit.adoptions.states(where.tenant, holder_of(person, whose.id if whose else None))
            if practice_id in states:
                return Standing(states[practice_id], whose)
        return None


def _subject(standing: Standing) -> str:
    return f"adoption:{standing.adoption.holder}:{standing.adoption.practice_id}"
