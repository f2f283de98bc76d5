"""Teams on pages: their own for those who are in one, all of the tenant for admins."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form
from adapters.web.desk.view import Screen
from bot.access import INVITATION_LASTS, Role, Who
from bot.errors import BotError, NotAllowed, TeamChangeRefused, TeamUnknown
from bot.storage.records import RELATIONSHIPS
from bot.storage.unit import Storage
from bot.team_care import Invitation, TeamCare
from bot.team_changes import TeamChanges
from bot.team_record import team_record
from bot.team_rules import VISIBILITIES, By, Outcome
from bot.unit_views import JOINING, VISIBILITY_MEANS, as_typed
from bot.units import typed_in, wish_of
from knowledge.library import Library

HERE = "/teams"
MOST_LINES = 12
"""Of a team's practices, or results; the others are folded away."""
CHOICES: Mapping[str, object] = {
    "relationships": RELATIONSHIPS, "visibilities": [(name, VISIBILITY_MEANS[name]) for name in VISIBILITIES],
    "joinings": tuple(JOINING.items()),
}
NOTHING_TYPED = dict.fromkeys(
    ("name", "relationship", "parent", "visibility", "joining", "source", "target", "reason"), ""
)
TAKEN = "“{}” is already registered. If it is yours, say in the chat: my team is {}."
UNKNOWN_PARENT = "no-parent"


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, as whom in which tenant, and the tenants they may choose from."""

    visitor: Who
    by: By
    tenants: list[str]

    @property
    def tenant(self) -> str:
        return self.by.who.tenant


class TeamPages:
    """``/teams`` and what is below it; the local shell may look at each tenant."""

    def __init__(
        self, changes: TeamChanges, care: TeamCare, storage: Storage, library: Callable[[], Library], screen: Screen,
        public_url: str,
    ) -> None:
        self._changes = changes
        self._care = care
        self._storage = storage
        self._library = library
        self._screen = screen
        self._public_url = public_url.rstrip("/")

    async def all(self, request: Request, who: Who) -> Response:
        """For admins the list; for others their own team, or the form to register one."""
        look = await self._look(who, request.query_params.get("tenant", ""))
        if who.may(Role.ADMIN):
            return await self._list(look)
        own = await self._changes.own(look.by)
        return await self._one(look, own.id) if own else self._register(look)

    async def one(self, request: Request, who: Who) -> Response:
        look = await self._look(who, request.query_params.get("tenant", ""))
        return await self._one(look, request.path_params["id"], note=request.query_params.get("note", ""))

    async def act(self, request: Request, who: Who, form: Form) -> Response:
        """Register a team; for admins and parent units invite one, for admins merge two."""
        look = await self._look(who, form["tenant"], form["reason"])
        event, typed = f"page:{who.person}:{form['event'][:100]}", typed_in(form.fields)
        try:
            match form["then"]:
                case "invite":
                    return await self._invite(request, look, event, typed)
                case "merge":
                    await self._care.merge(look.by, form["source"].strip(), form["target"].strip())
                    return _to(look)
            outcome = await self._changes.register(look.by, wish_of(typed), event)
        except (TeamChangeRefused, TeamUnknown, NotAllowed) as refused:
            return await self._refused(look, form["then"], typed, refused)
        if outcome is None:
            return self._register(look, typed, TAKEN.format(typed["name"], typed["name"]))
        return _to(look, outcome.team.id, outcome)

    async def change(self, request: Request, who: Who, form: Form) -> Response:
        """Save what is recorded of a team, withdraw it, take part again, leave it, let a guest go or in again."""
        look, team_id = await self._look(who, form["tenant"], form["reason"]), request.path_params["id"]
        typed = typed_in(form.fields)
        try:
            match form["then"]:
                case "withdraw":
                    outcome = await self._changes.withdraw(look.by, team_id, form.number("version"))
                case "return":
                    outcome = await self._changes.come_back(look.by, team_id)
                case "leave":
                    await self._changes.leave(look.by.who)
                    return _to(look)
                case "link":
                    invited = await self._care.link_again(look.by, team_id, form["person"])
                    return self._invited(request, look, invited, again=True)
                case "let-go":
                    await self._care.dismiss(look.by, team_id, form["person"])
                    return _to(look, team_id)
                case _:
                    outcome = await self._changes.change(look.by, team_id, form.number("version"), wish_of(typed))
        except TeamChangeRefused as refused:
            return await self._one(look, team_id, typed, str(refused))
        return _to(look, team_id, outcome)

    async def _invite(self, request: Request, look: Look, event: str, typed: Mapping[str, str]) -> Response:
        wish = wish_of(typed)
        if not wish.name:
            raise TeamChangeRefused("A team needs a name.")
        invited = await self._care.invite(look.by, wish.name, wish.relationship or "unit", wish.parent or None, event)
        return self._invited(request, look, invited, again=False)

    def _invited(self, request: Request, look: Look, invited: Invitation, *, again: bool) -> Response:
        base = self._public_url or str(request.base_url).rstrip("/")
        return self._screen.page(
            "desk/team_invited.html", look.visitor, HERE, team=invited.team, link=f"{base}/sign-in?t={invited.token}",
            days=INVITATION_LASTS.days, tenant=look.tenant, again=again,
        )

    async def _refused(self, look: Look, then: str, typed: Mapping[str, str], refused: BotError) -> Response:
        if then in {"invite", "merge"} and look.visitor.may(Role.ADMIN):
            return await self._list(look, typed, str(refused))
        own = await self._changes.own(look.by)
        if then != "register" and own:
            return await self._one(look, own.id, trouble=str(refused))
        return self._register(look, typed, str(refused))

    async def _list(self, look: Look, typed: Mapping[str, str] | None = None, trouble: str = "") -> Response:
        teams = await self._care.all(look.by.who)
        return self._page("desk/teams.html", look, typed or {}, trouble, teams=teams, tenants=look.tenants)

    async def _one(
        self, look: Look, team_id: str, typed: Mapping[str, str] | None = None, trouble: str = "", note: str = ""
    ) -> Response:
        team, history = await self._care.one(look.by, team_id)
        own = await self._changes.own(look.by)
        async with self._storage.view() as unit:
            record = await team_record(unit, self._library(), look.tenant, team.id)
        return self._page(
            "desk/team.html", look, {**as_typed(team), **(typed or {})}, trouble, team=team, history=history,
            mine=own is not None and own.id == team.id, guests=await self._care.guests(look.by, team_id),
            below=await self._care.guests_below(look.by, team_id),
            unknown_parent=note == UNKNOWN_PARENT, record=record, most=MOST_LINES,
        )

    def _register(self, look: Look, typed: Mapping[str, str] | None = None, trouble: str = "") -> Response:
        return self._page("desk/team_register.html", look, typed or {}, trouble)

    def _page(self, template: str, look: Look, given: Mapping[str, str], trouble: str, **values: object) -> Response:
        """With what was typed, so that it need not be typed again, and an id by which a form counts once."""
        return self._screen.page(
            template, look.visitor, HERE, 422 if trouble else 200, given={**NOTHING_TYPED, **given}, trouble=trouble,
            tenant=look.tenant, event=secrets.token_urlsafe(12), **CHOICES, **values,
        )

    async def _look(self, who: Who, wanted: str, reason: str = "") -> Look:
        """The local shell looks at the tenant that it wants, everybody else at their own."""
        if not self._screen.is_shell(who):
            return Look(who, By(who, reason=reason.strip()), [who.tenant])
        async with self._storage.view() as unit:
            tenants = sorted({who.tenant, *await unit.teams.tenants()})
        seen = replace(who, tenant=wanted if wanted in tenants else who.tenant)
        return Look(who, By(seen, reason=reason.strip()), tenants)


def _to(look: Look, team_id: str = "", outcome: Outcome | None = None) -> Response:
    """On to the list, or to the page of one team."""
    query = {"tenant": look.tenant} | ({"note": UNKNOWN_PARENT} if outcome and outcome.no_such_parent else {})
    return RedirectResponse(f"{HERE}/{team_id}?{urlencode(query)}" if team_id else f"{HERE}?{urlencode(query)}", 303)
