"""From advice to a result: where a team stands with practices, what came of them, what comes next."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot import adoption_views as views
from bot.commands import plain_command
from bot.errors import FieldWrong
from bot.features import Stated
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.my_data_views import untracked_press_reply
from bot.next_step import NextStep, next_step
from bot.next_step_views import Tried, next_step_blocks, next_step_reply
from bot.pilot_results import pilot_of_result
from bot.replies import Reply
from bot.result_form import FORM, figures_of, result_form, typed
from bot.spoken import in_tongue
from bot.storage.adoptions import PROVEN, TAKEN_UP, holder_of
from bot.storage.results import Figures, StatedResult
from bot.storage.tables import Adoption, Team
from bot.storage.unit import Storage, Unit
from bot.titles import practice_told
from bot.tracker import Tracker
from bot.views import OLD_BUTTON, STATES, gone_reply, pressed_reply, sentence_reply
from bot.whole_numbers import whole_number
from knowledge.library import Library
from knowledge.practice import Practice

_OURS = re.compile(
    r"(?:(?:show )?(?:our|my) (?:practices|adoptions)|what are we (?:trying|doing)|where do we stand)[.!?]*",
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?:our |my |the )?next step[.!?]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ours:
    """`our practices`: where the team stands."""


@dataclass(frozen=True, slots=True)
class Next:
    """`next step`."""


class Adopting:
    """A ``Feature``. ``library`` gives the one in force."""

    actions = frozenset({"adopt", "change-state", "set-state", "result", "correct", "ours"})
    forms = frozenset({FORM})

    def __init__(self, storage: Storage, tracker: Tracker, library: Callable[[], Library]) -> None:
        self._storage = storage
        self._tracker = tracker
        self._library = library

    def meant(self, text: str) -> Ours | Next | None:
        said = plain_command(text)
        if _OURS.fullmatch(said):
            return Ours()
        return Next() if _NEXT.fullmatch(said) else None

    async def said(self, incoming: Incoming, intent: Ours | Next) -> Reply:
        if isinstance(intent, Ours):
            return await self._ours(incoming)
        return next_step_reply(*await self._next(incoming))

    async def pressed(self, press: ButtonPress) -> Reply:
        if press.action == "ours":
            return await self._ours(press, whole_number(press.value) or 0)
        if not await self._tracker.counts(press):
            return untracked_press_reply(everybody=not self._tracker.enabled)
        match press.action, press.value.split("|"):
            case "adopt", [answer_id, practice_id, state] if state in STATES:
                return await self._adopted(press, answer_id, practice_id, state)
            case "set-state", [practice_id, state] if state in views.STATES and state != PROVEN:
                return await self._set(press, practice_id, state)
            case "correct", [result_id]:
                return await self._correct(press, result_id)
            case "change-state" | "result", [practice_id]:
                practice = self._told(practice_id)
                return await self._about(press, practice) if practice else gone_reply()
        return sentence_reply(OLD_BUTTON)

    async def filled_in(self, form: FormSubmission) -> Reply:
        if not await self._tracker.counts(form):
            return untracked_press_reply(everybody=not self._tracker.enabled)
        practice_id, _, replaces = form.context.partition("|")
        practice = self._told(practice_id)
        if practice is None:
            return gone_reply()
        try:
            figures = figures_of(form.values)
        except FieldWrong as problem:
            return views.form_again(str(problem), result_form(form.context, practice.title, form.values))
        return await self._state(form, practice, figures, replaces)

    async def _about(self, press: ButtonPress, practice: Practice) -> Reply:
        if press.action == "result":
            return views.form_reply(result_form(practice.id, practice.title))
        return await self._change(press, practice)

    async def _adopted(self, press: ButtonPress, answer_id: str, practice_id: str, state: str) -> Reply:
        practice = self._practice(practice_id)
        tongue = await self._tracker.language(press, answer_id)
        if practice is None:
            return gone_reply(tongue)
        pressed = await self._tracker.press(press, practice_id, state, answer_id)
        reply = pressed_reply(pressed, practice.title, answer_id, tongue)
        return in_tongue(views.with_what_follows(reply, practice_id, pressed, tongue), tongue)

    async def _set(self, press: ButtonPress, practice_id: str, state: str) -> Reply:
        """A correction: it may take back what is proven. A practice that was withdrawn can be stopped only."""
        practice = self._told(practice_id) if state == views.STOPPED else self._practice(practice_id)
        if practice is None:
            return gone_reply()
        pressed = await self._tracker.press(press, practice_id, state, None, correct=True)
        reply = pressed_reply(pressed, practice.title, views.NO_ANSWER)
        return views.with_what_follows(reply, practice_id, pressed, "en")

    async def _state(self, form: FormSubmission, practice: Practice, figures: Figures, replaces: str) -> Reply:
        """Keep a result; with the first one the practice is proven."""
        tenant, person, now = form.conversation.tenant, self._tracker.person(form), self._tracker.now()
        async with self._storage.unit() as unit:
            team = await self._tracker.team_in(unit, form)
            if team is None:
                return views.form_again(views.NO_TEAM, result_form(form.context, practice.title, form.values))
            pilot_id = await _pilot_id(unit, team, practice.id, now.date(), replaces)
            result_id, new = await unit.results.state(
                tenant, team.id, practice.id, figures, person, now, event_key=form.event_id, replaces=replaces or None,
                pilot_id=pilot_id, form=_name_of(form),
            )
            if new:
                await unit.adoptions.press(tenant, practice.id, PROVEN, person, team.id, None, now)
                await self._tracker.wrote(unit, Stated(form, person, team, practice.id, PROVEN, now))
            stated = await unit.results.get(tenant, result_id)
            assert stated is not None
            corrected = await unit.results.corrects(tenant, result_id)
            pilot = await unit.pilots.get(tenant, stated.pilot_id) if stated.pilot_id else None
            then = await self._then(unit, tenant, holder_of("", team.id), team, practice)
        goal = pilot.answers.goal if pilot else ""
        return views.result_reply(
            stated, practice.title, team.name, corrected=corrected, pilot=goal,
            onward=next_step_blocks(then) if then else (), cited=self._is_cited(practice),
        )

    async def _correct(self, press: ButtonPress, result_id: str) -> Reply:
        async with self._storage.view() as unit:
            team = await self._tracker.team_in(unit, press)
            stated = await unit.results.get(press.conversation.tenant, result_id)
            standing = await self._standing(unit, stated)
        practice = self._told(stated.practice_id) if stated else None
        if stated is None or practice is None or team is None or stated.team_id != team.id or not standing:
            return sentence_reply(views.CHANGED_RESULT)
        return views.form_reply(result_form(f"{practice.id}|{stated.id}", practice.title, typed(stated.figures)))

    async def _standing(self, unit: Unit, stated: StatedResult | None) -> bool:
        if stated is None:
            return False
        mine = await unit.results.standing(stated.tenant, team_id=stated.team_id, practice_id=stated.practice_id)
        return any(one.id == stated.id for one in mine)

    async def _ours(self, incoming: Incoming, first: int = 0) -> Reply:
        async with self._storage.view() as unit:
            team = await self._tracker.team_in(unit, incoming)
            if team is None:
                return sentence_reply(views.NO_TEAM_YET)
            states = await unit.adoptions.states(team.tenant, holder_of("", team.id))
        titles = {name: practice.title for name in states if (practice := self._told(name))}
        return views.standing_reply(team, list(states.values()), titles, first if first < len(states) else 0)

    async def _change(self, press: ButtonPress, practice: Practice) -> Reply:
        async with self._storage.view() as unit:
            team = await self._tracker.team_in(unit, press)
            holder = holder_of(self._tracker.person(press), team.id if team else None)
            state = (await unit.adoptions.states(press.conversation.tenant, holder)).get(practice.id)
        stands = (state.state, state.since) if state else None
        return views.change_card(practice.id, practice.title, stands, cited=self._is_cited(practice))

    async def _next(self, incoming: Incoming) -> tuple[NextStep | None, list[Tried]]:
        """After the practice that was proved or taken up last, else after one that is tried; and what is tried, the
        newest first. Of the team, or of the person alone.
        """
        tenant, person = incoming.conversation.tenant, self._tracker.person(incoming)
        async with self._storage.view() as unit:
            team = await self._tracker.team_in(unit, incoming)
            holder = holder_of(person, team.id if team else None)
            stands = sorted((await unit.adoptions.states(tenant, holder)).values(), key=lambda one: one.since)
            newest = [one for one in reversed(stands) if one.state in TAKEN_UP]
            tried = [await self._tried(unit, one) for one in newest if one.state == "trying"]
            for one in sorted(newest, key=lambda one: one.state == "trying"):
                done = self._practice(one.practice_id)
                if done and (then := await self._then(unit, tenant, holder, team, done)):
                    return then, list(filter(None, tried))
        return None, list(filter(None, tried))

    async def _tried(self, unit: Unit, one: Adoption) -> Tried | None:
        """Also of one that was withdrawn: how it went can still be said."""
        practice = self._told(one.practice_id)
        if practice is None:
            return None
        asked = await unit.check_ins.latest(one.tenant, one.holder, one.practice_id)
        asks_at = asked.due_at if asked and asked.state == "waiting" else None
        return Tried(practice.id, practice.title, one.since, asks_at)

    async def _then(
        self, unit: Unit, tenant: str, holder: str, team: Team | None, done: Practice
    ) -> NextStep | None:
        stands = await unit.adoptions.states(tenant, holder)
        followed = await unit.adoptions.followed(tenant, done.id, team.id if team else None)
        states = {name: one.state for name, one in stands.items()}
        return next_step(done, self._library().practices, states, team.relationship if team else "unit", followed)

    def _practice(self, practice_id: str) -> Practice | None:
        return self._library().practices.get(practice_id)

    def _told(self, practice_id: str) -> Practice | None:
        """Also one that was withdrawn."""
        return practice_told(self._library(), practice_id)

    def _is_cited(self, practice: Practice) -> bool:
        return practice.id in self._library().practices


def _name_of(form: FormSubmission) -> str:
    """The form itself, as this person sees it, by the message in which it stands; empty where it stands in none."""
    where = form.conversation
    parts = (where.platform, where.channel, form.message_id, form.context, form.sender.user)
    return "|".join(map(str, parts)) if form.message_id else ""


async def _pilot_id(unit: Unit, team: Team, practice_id: str, today: date, replaces: str) -> str | None:
    """In which pilot it was measured; of a correction that of what it corrects."""
    corrected = await unit.results.get(team.tenant, replaces) if replaces else None
    if corrected and corrected.team_id == team.id:
        return corrected.pilot_id
    pilot = await pilot_of_result(unit, team, practice_id, today)
    return pilot.id if pilot else None
