"""Pilots from the first plan to the decision: who may do what, each change once and with its entry in the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.access import SHELL, Role, Who
from bot.errors import BotError, ChangedMeanwhile, NotAllowed
from bot.messages import Conversation
from bot.pilot_answers import Answers, without_name
from bot.pilot_plan import PilotPlan, Used
from bot.pilot_results import with_results
from bot.pilot_rules import first_day, plan_of
from bot.ports import Clock
from bot.privacy import clean_text
from bot.storage.adoptions import holder_of
from bot.storage.pilots import Decision, KeptPilot
from bot.storage.tables import Team
from bot.storage.unit import Storage, Unit
from bot.titles import title_told
from knowledge.library import Library

LONGEST_NOTE = 500
NEXT_LAYER = "pilot-layering"


class PilotUnknown(BotError):
    """There is no such pilot, or not in this tenant."""


class PilotEnded(BotError):
    """A pilot that was decided on is not planned again."""


class TeamNeeded(BotError):
    """A pilot belongs to a team."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person who speaks for a team, or an admin. ``teams`` are the ids under which that team is kept."""

    tenant: str
    person: str
    team: Team | None = None
    teams: frozenset[str] = frozenset()
    admin: bool = False
    everywhere: bool = False

    def is_of(self, pilot: KeptPilot) -> bool:
        """Whether it is this person's own or that of their team."""
        if pilot.tenant != self.tenant:
            return False
        return pilot.team_id in self.teams if pilot.team_id else pilot.person == self.person


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done: the event that makes it happen once, why an admin does it, and where the team is told later."""

    event: str
    reason: str = ""
    where: Conversation | None = None


class PilotKeeping:
    """``library`` gives the one in force."""

    def __init__(self, storage: Storage, clock: Clock, library: Callable[[], Library]) -> None:
        self._storage = storage
        self._clock = clock
        self._library = library

    def today(self) -> date:
        return self._clock().date()

    def plan(self, pilot: KeptPilot) -> PilotPlan:
        """Made from the practices in force now; the dates stay."""
        return plan_of(pilot.answers, self._library(), pilot.created_at.date())

    async def whole(self, pilot: KeptPilot) -> PilotPlan:
        """The plan together with what came of it so far."""
        async with self._storage.view() as unit:
            results = await unit.results.standing(pilot.tenant, pilot_id=pilot.id)
        return with_results(self.plan(pilot), results, self._library())

    def retired(self, pilot: KeptPilot) -> tuple[str, ...]:
        """Titles of practices that it was planned with and that have since left the library."""
        library = self._library()
        return tuple(title_told(library, name) for name in pilot.practices if name not in library.practices)

    def next_layer(self) -> str | None:
        """The title of the practice that comes after a "go"; None if it was withdrawn."""
        practice = self._library().practices.get(NEXT_LAYER)
        return practice.title if practice else None

    async def actor(self, tenant: str, person: str, team: Team | None) -> Actor:
        """Somebody who speaks for this team, in a chat."""
        async with self._storage.view() as unit:
            teams = await unit.teams.with_merged(team) if team else ()
        return Actor(tenant, person, team, frozenset(teams))

    async def visitor(self, who: Who) -> Actor:
        """Somebody at a page, acting for the team that they are in."""
        async with self._storage.view() as unit:
            team = await unit.teams.of_person(who.tenant, who.person)
            teams = await unit.teams.with_merged(team) if team else ()
        return Actor(who.tenant, who.person, team, frozenset(teams), who.may(Role.ADMIN), who == SHELL)

    async def teams(self, actor: Actor) -> list[Team]:
        """The teams for which this person may plan: an admin for each."""
        if not actor.admin:
            return [actor.team] if actor.team else []
        async with self._storage.view() as unit:
            found = await unit.teams.everywhere() if actor.everywhere else await unit.teams.all(actor.tenant)
        return [team for team in found if team.merged_into is None and team.left_at is None]

    async def make(self, actor: Actor, team: Team | None, answers: Answers, act: Act) -> KeptPilot:
        """Keep a new pilot of this team; the same event makes one. Raises TeamNeeded."""
        if team is None:
            raise TeamNeeded("A pilot belongs to a team. Say which first: my team is NAME.")
        now = self._clock()
        whole = replace(answers, starts_on=first_day(answers, now.date()))
        plan = plan_of(whole, self._library(), now.date())
        pilot = KeptPilot(
            "", team.tenant, team.id, actor.person, whole, _ids(plan), plan.review_on, now, now, where=act.where
        )
        async with self._storage.unit() as unit:
            kept, is_new = await unit.pilots.make(pilot, act.event)
            if is_new:
                await self._audit(unit, actor, kept, "planned", act.reason)
        return kept

    async def get(self, actor: Actor, pilot_id: str) -> KeptPilot:
        """One that this person may see. Raises PilotUnknown, NotAllowed."""
        async with self._storage.view() as unit:
            return await self._seen(unit, actor, pilot_id)

    async def listed(self, actor: Actor) -> list[tuple[KeptPilot, str]]:
        """Those that this person may see, newest first, each with the name of its team."""
        async with self._storage.view() as unit:
            if actor.everywhere:
                found = await unit.pilots.everywhere()
            elif actor.admin:
                found = await unit.pilots.all(actor.tenant)
            else:
                found = await unit.pilots.of(actor.tenant, actor.teams, actor.person)
            return [(pilot, await self._team_name(unit, pilot)) for pilot in found]

    async def team_name(self, pilot: KeptPilot) -> str:
        async with self._storage.view() as unit:
            return await self._team_name(unit, pilot)

    async def change(self, actor: Actor, pilot_id: str, seen: int, answers: Answers, act: Act) -> KeptPilot:
        """Plan anew with other answers. Raises as ``get``, PilotEnded, and ChangedMeanwhile to the second of two
        editors.
        """
        def changed(pilot: KeptPilot) -> KeptPilot:
            if pilot.state == "ended":
                raise PilotEnded("This pilot has ended. Plan another one: say “plan a pilot”.")
            plan = plan_of(answers, self._library(), pilot.created_at.date())
            return replace(pilot, answers=answers, practices=_ids(plan), review_on=plan.review_on)

        return await self._changed(actor, pilot_id, "changed", changed, act, seen=seen)

    async def start(self, actor: Actor, pilot_id: str, act: Act) -> KeptPilot:
        """It is under way, unless it has ended. Raises as ``get``."""
        def started(pilot: KeptPilot) -> KeptPilot:
            return replace(pilot, state="running") if pilot.state == "draft" else pilot

        return await self._changed(actor, pilot_id, "started", started, act)

    async def take_over(self, actor: Actor, pilot_id: str, act: Act) -> KeptPilot:
        """This person of its team looks after it from now on, if nobody does. Raises as ``get``."""
        def taken(pilot: KeptPilot) -> KeptPilot:
            if not actor.is_of(pilot):
                raise NotAllowed("That pilot belongs to another team: one of its people can take it over.")
            return replace(pilot, person=actor.person, where=act.where) if pilot.is_free else pilot

        return await self._changed(actor, pilot_id, "took over", taken, act)

    async def standing(self, actor: Actor, pilot: KeptPilot) -> list[tuple[Used, str]]:
        """The practices of its plan, each with the state that the actor's team stated; empty where it stated none."""
        holder = holder_of(actor.person, actor.team.id if actor.team else None)
        async with self._storage.view() as unit:
            states = await unit.adoptions.states(pilot.tenant, holder)
        return [(used, states[used.id].state if used.id in states else "") for used in self.plan(pilot).used]

    async def tick(self, actor: Actor, pilot_id: str, milestone: str, act: Act) -> KeptPilot:
        """A milestone is done, as of today. Raises as ``get``."""
        def ticked(pilot: KeptPilot) -> KeptPilot:
            if milestone in pilot.done or milestone not in {one.key for one in self.plan(pilot).milestones}:
                return pilot
            return replace(pilot, done={**pilot.done, milestone: self.today()})

        return await self._changed(actor, pilot_id, "milestone done", ticked, act)

    async def step_back(self, actor: Actor, pilot_id: str, act: Act) -> KeptPilot:
        """The sponsor is no longer named, anywhere in the pilot. Raises as ``get``."""
        def unnamed(pilot: KeptPilot) -> KeptPilot:
            note = without_name(pilot.note, pilot.answers.sponsor)
            return replace(pilot, answers=pilot.answers.without_sponsor(), note=note)

        return await self._changed(actor, pilot_id, "sponsor stepped back", unnamed, act)

    async def decide(self, actor: Actor, pilot_id: str, decision: Decision, note: str, act: Act) -> KeptPilot:
        """The review was held and this came of it. Raises as ``get``."""
        def decided(pilot: KeptPilot) -> KeptPilot:
            done = {**pilot.done, "review": pilot.done.get("review", self.today())}
            words = clean_text(note, LONGEST_NOTE).strip()
            return replace(pilot, state="ended", decision=decision, note=words, done=done, where=None)

        return await self._changed(actor, pilot_id, f"decided: {decision}", decided, act)

    async def _changed(
        self, actor: Actor, pilot_id: str, what: str, change: Callable[[KeptPilot], KeptPilot], act: Act,
        *, seen: int | None = None,
    ) -> KeptPilot:
        async with self._storage.unit() as unit:
            before = await self._seen(unit, actor, pilot_id, to_change=True)
            if before.event == unit.pilots.event(before.tenant, act.event):
                return before
            if seen is not None and seen != before.version:
                raise ChangedMeanwhile("Somebody else has changed this pilot. Open it again to see their change first.")
            _with_reason(actor, before, act.reason)
            after = change(before)
            if act.where and after.decision is None and actor.person == before.person:
                after = replace(after, where=act.where)
            if replace(after, where=before.where) == before:
                return before
            kept = await unit.pilots.keep(after, before.version, self._clock(), act.event)
            assert kept is not None, "nobody else changes it in between"
            await self._audit(unit, actor, kept, what, act.reason)
        return kept

    async def _seen(self, unit: Unit, actor: Actor, pilot_id: str, *, to_change: bool = False) -> KeptPilot:
        tenant = actor.tenant
        if actor.everywhere and (found := await unit.pilots.anywhere(pilot_id)):
            tenant = found.tenant
        pilot = await unit.pilots.get(tenant, pilot_id, to_change=to_change)
        if pilot is None:
            raise PilotUnknown("I do not have that pilot. Say “our pilots” to see them all.")
        if not (actor.is_of(pilot) or actor.admin):
            raise NotAllowed("That pilot belongs to another team: its people can see and change it.")
        return pilot

    async def _team_name(self, unit: Unit, pilot: KeptPilot) -> str:
        team = await unit.teams.get(pilot.tenant, pilot.team_id) if pilot.team_id else None
        if team and team.merged_into:
            team = await unit.teams.get(pilot.tenant, team.merged_into) or team
        return team.name if team else ""

    async def _audit(self, unit: Unit, actor: Actor, pilot: KeptPilot, what: str, reason: str) -> None:
        await unit.audits.write(pilot.tenant, actor.person, what, f"pilot:{pilot.id}", self._clock(), reason)


def is_overdue(pilot: KeptPilot, today: date) -> bool:
    """Whether its review should have been held by now."""
    return pilot.state != "ended" and pilot.review_on < today


def _with_reason(actor: Actor, pilot: KeptPilot, reason: str) -> None:
    if not actor.is_of(pilot) and not reason.strip():
        raise NotAllowed("You are correcting another team's pilot as an admin: say why in the field for it.")


def _ids(plan: PilotPlan) -> tuple[str, ...]:
    return tuple(used.id for used in plan.used)
