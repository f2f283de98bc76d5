"""Pilots in a chat: what is said, pressed and filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import cast

from bot import pilot_views as views
from bot.adoption_views import STATES
from bot.commands import plain_command
from bot.errors import FieldWrong
from bot.messages import ButtonPress, Conversation, FormSubmission, Incoming
from bot.my_data_views import untracked_press_reply
from bot.own_pages import page_at
from bot.pilot_answers import read_answers
from bot.pilot_forms import DECISIONS
from bot.pilot_keeping import Act, Actor, PilotKeeping
from bot.replies import Reply
from bot.storage.adoptions import TAKEN_UP
from bot.storage.pilots import Decision, KeptPilot
from bot.tracker import Tracker
from bot.views import OLD_BUTTON, OLD_FORM, sentence_reply
from bot.whole_numbers import whole_number

_PLAN = re.compile(
    r"(?:(?:please |can you |could you )?(?:help (?:me|us) )?(?:to )?plan (?:a|our|my) pilot|(?:a |new )?pilot)[.!?]*",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?:(?:show )?(?:our|my|the) pilots?|pilots)[.!?]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlanOne:
    """`plan a pilot`: the three questions."""


@dataclass(frozen=True, slots=True)
class ShowAll:
    """`our pilots`."""


class PilotChat:
    """A ``Feature``. ``public_url`` is where the pages are, empty if nowhere."""

    actions = frozenset({
        "pilot-new", "pilot-show", "pilot-more", "pilot-start", "pilot-milestones", "pilot-done", "pilot-team",
        "pilot-agreement", "pilot-review", "pilot-step-back", "pilot-trying", "pilot-take",
    })
    forms = frozenset({"pilot", "pilot-more", "pilot-review"})

    def __init__(self, keeping: PilotKeeping, tracker: Tracker, public_url: str) -> None:
        self._keeping = keeping
        self._tracker = tracker
        self._public_url = public_url.rstrip("/")

    def meant(self, text: str) -> PlanOne | ShowAll | None:
        said = plain_command(text)
        if _PLAN.fullmatch(said):
            return PlanOne()
        return ShowAll() if _LIST.fullmatch(said) else None

    async def said(self, incoming: Incoming, intent: PlanOne | ShowAll) -> Reply:
        actor = await self._actor(incoming)
        if isinstance(intent, ShowAll):
            return views.list_reply(await self._keeping.listed(actor), self._keeping.today())
        return views.form_reply({}) if actor.team else views.which_team_reply()

    async def pressed(self, press: ButtonPress) -> Reply:
        """Answer a button of one of ``actions``. Raises PilotUnknown, NotAllowed."""
        actor = await self._actor(press)
        if press.action == "pilot-new":
            return await self._new(actor, press.value)
        pilot_id, _, detail = press.value.partition("|")
        if press.action in {"pilot-start", "pilot-done", "pilot-step-back", "pilot-take"}:
            return await self._do(actor, press, pilot_id, detail)
        if press.action == "pilot-trying":
            return await self._trying(actor, press, pilot_id)
        return await self._show(press.action, await self._keeping.get(actor, pilot_id), press.conversation)

    async def filled_in(self, form: FormSubmission) -> Reply:
        """Answer a form of one of ``forms``. Raises PilotUnknown, NotAllowed, ChangedMeanwhile."""
        actor = await self._actor(form)
        match form.form, form.context.split("|"):
            case "pilot", _:
                return await self._planned(actor, form)
            case "pilot-more", [pilot_id, version] if (seen := whole_number(version)) is not None:
                return await self._more(actor, form, pilot_id, seen)
            case "pilot-review", [pilot_id]:
                return await self._reviewed(actor, form, pilot_id)
        return sentence_reply(OLD_FORM)

    async def _new(self, actor: Actor, before: str) -> Reply:
        """The three questions; for another round with what was said before."""
        if actor.team is None:
            return views.which_team_reply()
        typed = (await self._keeping.get(actor, before)).answers.typed() if before else {}
        return views.form_reply(typed, before=before)

    async def _planned(self, actor: Actor, form: FormSubmission) -> Reply:
        if actor.team is None:
            return views.which_team_reply()
        typed = {"relationship": actor.team.relationship, **form.values}
        last = (await self._keeping.get(actor, form.context)).answers.another_round() if form.context else None
        try:
            answers = read_answers(typed, last, self._keeping.today())
        except FieldWrong as wrong:
            return views.form_reply(form.values, str(wrong), form.context)
        made = await self._keeping.make(actor, actor.team, answers, _act(form))
        return await self._plan(made, form.conversation)

    async def _more(self, actor: Actor, form: FormSubmission, pilot_id: str, version: int) -> Reply:
        pilot = await self._keeping.get(actor, pilot_id)
        try:
            answers = read_answers(_said(form), pilot.answers, self._keeping.today())
        except FieldWrong as wrong:
            return views.more_reply(pilot, form.values, str(wrong))
        changed = await self._keeping.change(actor, pilot_id, version, answers, _act(form))
        return await self._plan(changed, form.conversation)

    async def _reviewed(self, actor: Actor, form: FormSubmission, pilot_id: str) -> Reply:
        decision = form.values.get("decision", "").strip().lower()
        if decision not in {value for value, _ in DECISIONS}:
            pilot = await self._keeping.get(actor, pilot_id)
            trouble = "“Decision” must be one of: go, adapt, stop."
            return views.review_reply(pilot, await self._keeping.whole(pilot), trouble)
        note = form.values.get("note", "")
        pilot = await self._keeping.decide(actor, pilot_id, cast(Decision, decision), note, _act(form))
        return views.decided_reply(pilot, await self._keeping.whole(pilot), self._keeping.next_layer())

    async def _do(self, actor: Actor, press: ButtonPress, pilot_id: str, detail: str) -> Reply:
        act = _act(press)
        if press.action == "pilot-done":
            pilot = await self._keeping.tick(actor, pilot_id, detail, act)
            return views.milestones_reply(pilot, self._keeping.plan(pilot))
        if press.action == "pilot-step-back":
            await self._keeping.step_back(actor, pilot_id, act)
            return sentence_reply(views.STEPPED_BACK)
        if press.action == "pilot-take":
            pilot = await self._keeping.take_over(actor, pilot_id, act)
            return views.taken_reply(pilot) if pilot.person == actor.person else sentence_reply(views.TAKEN_BEFORE)
        return views.started_reply(await self._keeping.start(actor, pilot_id, act), self._keeping.today())

    async def _trying(self, actor: Actor, press: ButtonPress, pilot_id: str) -> Reply:
        """State that the team tries what the pilot uses; where it is further already, that stands."""
        pilot = await self._keeping.get(actor, pilot_id)
        if not await self._tracker.counts(press):
            return untracked_press_reply(everybody=not self._tracker.enabled)
        if pilot.state != "running" or actor.team is None:
            return sentence_reply(OLD_BUTTON)
        for used, state in await self._keeping.standing(actor, pilot):
            if state not in TAKEN_UP:
                # One event for each practice, so that a press that is handled twice states each once.
                one = replace(press, event_id=f"{press.event_id}|{used.id}")
                await self._tracker.press(one, used.id, "trying", None, asked_later=False)
        stands = [(used.title, STATES.get(state, state)) for used, state in await self._keeping.standing(actor, pilot)]
        return views.trying_reply(pilot, actor.team.name, stands)

    async def _show(self, action: str, pilot: KeptPilot, where: Conversation) -> Reply:
        plan = await self._keeping.whole(pilot)
        match action:
            case "pilot-show":
                return await self._plan(pilot, where)
            case "pilot-more":
                return views.more_reply(pilot, pilot.answers.typed())
            case "pilot-milestones":
                return views.milestones_reply(pilot, plan)
            case "pilot-team":
                return views.team_sheet_reply(plan)
            case "pilot-agreement":
                return views.agreement_reply(pilot, plan)
            case "pilot-review":
                return views.review_reply(pilot, plan)
        return sentence_reply(OLD_BUTTON)

    async def _plan(self, pilot: KeptPilot, where: Conversation) -> Reply:
        url = page_at(f"/pilots/{pilot.id}", where, self._public_url)
        team, retired = await self._keeping.team_name(pilot), self._keeping.retired(pilot)
        plan, today = await self._keeping.whole(pilot), self._keeping.today()
        return views.plan_reply(pilot, plan, team, url, today, retired)

    async def _actor(self, incoming: Incoming) -> Actor:
        team = await self._tracker.team_of(incoming)
        return await self._keeping.actor(incoming.conversation.tenant, self._tracker.person(incoming), team)


def _act(incoming: Incoming) -> Act:
    return Act(incoming.event_id, where=incoming.conversation)


def _said(form: FormSubmission) -> dict[str, str]:
    """The form never shows a sponsor's name again, so that an empty field says nothing."""
    return {name: value for name, value in form.values.items() if name != "sponsor" or value.strip()}
