"""Pilots on pages: those of one's own team, for admins all; to plan, print, edit, tick off and review."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import cast

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from adapters.pilot_export import as_markdown
from adapters.web.desk.posted import Form
from adapters.web.desk.view import Screen
from adapters.web.parse import Refused
from bot.access import Who
from bot.errors import FieldWrong
from bot.pilot_answers import read_answers
from bot.pilot_forms import DECISIONS, more_fields, start_fields
from bot.pilot_keeping import Act, Actor, PilotKeeping, PilotUnknown, TeamNeeded, is_overdue
from bot.pilot_views import stage
from bot.storage.pilots import Decision, KeptPilot
from bot.storage.tables import Team

HERE = "/pilots"
GONE = "There is no such pilot. The page “Pilots” shows them all."


class PilotPages:
    """Everything below ``/pilots``."""

    def __init__(self, pilots: PilotKeeping, screen: Screen) -> None:
        self._pilots = pilots
        self._screen = screen

    async def all(self, request: Request, who: Who) -> Response:
        actor = await self._pilots.visitor(who)
        today, listed = self._pilots.today(), await self._pilots.listed(actor)
        rows = [(pilot, team, stage(pilot, today), is_overdue(pilot, today)) for pilot, team in listed]
        return self._screen.page("desk/pilots.html", who, HERE, rows=rows, actor=actor)

    async def new(self, request: Request, who: Who) -> Response:
        return await self._new(who, {})

    async def make(self, request: Request, who: Who, form: Form) -> Response:
        """Plan one; the same page sent twice makes one."""
        actor = await self._pilots.visitor(who)
        team = await self._team(actor, form["team"])
        try:
            if team is None:
                raise TeamNeeded("Choose the team that the pilot belongs to.")
            typed = {"relationship": team.relationship, **form.fields}
            answers = read_answers(typed, None, self._pilots.today())
        except (FieldWrong, TeamNeeded) as wrong:
            return await self._new(who, form.fields, str(wrong), 422)
        act = Act(f"page:{who.person}:{form['event'][:64]}", "planned on the page")
        pilot = await self._pilots.make(actor, team, answers, act)
        return RedirectResponse(f"{HERE}/{pilot.id}", 303)

    async def one(self, request: Request, who: Who) -> Response:
        return await self._page(who, *await self._found(request, who))

    async def change(self, request: Request, who: Who, form: Form) -> Response:
        """Edit, start, take over, tick off, take the sponsor's name out, or record the review."""
        actor, pilot = await self._found(request, who)
        act = Act(_event(who, pilot, form), form["reason"].strip())
        match form["then"]:
            case "edit":
                return await self._edited(who, actor, pilot, form, act)
            case "start":
                await self._pilots.start(actor, pilot.id, act)
            case "tick":
                await self._pilots.tick(actor, pilot.id, form["milestone"], act)
            case "take over":
                await self._pilots.take_over(actor, pilot.id, act)
            case "step back":
                await self._pilots.step_back(actor, pilot.id, act)
            case "review":
                if form["decision"] not in {value for value, _ in DECISIONS}:
                    raise Refused(422, "Choose a decision: go, adapt or stop. Go back and try again.")
                await self._pilots.decide(actor, pilot.id, cast(Decision, form["decision"]), form["note"], act)
        return RedirectResponse(f"{HERE}/{pilot.id}", 303)

    async def markdown(self, request: Request, who: Who) -> Response:
        _, pilot = await self._found(request, who)
        plan, team = await self._pilots.whole(pilot), await self._pilots.team_name(pilot)
        text = as_markdown(pilot, plan, team, self._pilots.today())
        return PlainTextResponse(text, media_type="text/markdown", headers=_as_file(pilot, "md"))

    async def pdf(self, request: Request, who: Who) -> Response:
        from adapters.pilot_paper import as_pdf

        _, pilot = await self._found(request, who)
        plan, team = await self._pilots.whole(pilot), await self._pilots.team_name(pilot)
        made = await asyncio.to_thread(as_pdf, pilot, plan, team)
        return Response(made, media_type="application/pdf", headers=_as_file(pilot, "pdf"))

    async def _edited(self, who: Who, actor: Actor, pilot: KeptPilot, form: Form, act: Act) -> Response:
        try:
            answers = read_answers(form.fields, pilot.answers, self._pilots.today())
        except FieldWrong as wrong:
            return await self._page(who, actor, pilot, form.fields, str(wrong), 422)
        await self._pilots.change(actor, pilot.id, form.number("seen"), answers, act)
        return RedirectResponse(f"{HERE}/{pilot.id}", 303)

    async def _new(self, who: Who, typed: Mapping[str, str], trouble: str = "", status: int = 200) -> Response:
        teams = await self._pilots.teams(await self._pilots.visitor(who))
        event = typed.get("event") or uuid.uuid4().hex
        several = len({team.tenant for team in teams}) > 1
        return self._screen.page(
            "desk/pilot_new.html", who, HERE, status, fields=start_fields(typed), teams=teams,
            team=typed.get("team", ""), event=event, trouble=trouble, several_tenants=several,
        )

    async def _page(
        self, who: Who, actor: Actor, pilot: KeptPilot, typed: Mapping[str, str] | None = None, trouble: str = "",
        status: int = 200,
    ) -> Response:
        seen, today = int((typed or {}).get("seen") or pilot.version), self._pilots.today()
        return self._screen.page(
            "desk/pilot.html", who, HERE, status, pilot=pilot, plan=await self._pilots.whole(pilot), seen=seen,
            team=await self._pilots.team_name(pilot), stage=stage(pilot, today), decisions=DECISIONS, trouble=trouble,
            fields=more_fields(typed if typed is not None else pilot.answers.typed()),
            retired=self._pilots.retired(pilot), ours=actor.is_of(pilot),
            overdue=is_overdue(pilot, today), next_layer=self._pilots.next_layer(),
        )

    async def _found(self, request: Request, who: Who) -> tuple[Actor, KeptPilot]:
        """Raises Refused where there is none, NotAllowed where it is another team's."""
        actor = await self._pilots.visitor(who)
        try:
            return actor, await self._pilots.get(actor, request.path_params["id"])
        except PilotUnknown:
            raise Refused(404, GONE) from None

    async def _team(self, actor: Actor, team_id: str) -> Team | None:
        teams = await self._pilots.teams(actor)
        if len(teams) == 1 and not team_id:
            return teams[0]
        return next((team for team in teams if team.id == team_id), None)


def _event(who: Who, pilot: KeptPilot, form: Form) -> str:
    """The same for the same form: a page that is sent twice changes nothing the second time."""
    return f"page:{who.person}:{pilot.id}:{sorted(form.fields.items())}"


def _as_file(pilot: KeptPilot, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="pilot-{pilot.id[:8]}.{ending}"'}
