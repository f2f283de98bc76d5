"""Teams on pages: their own for those who are in one, all of the tenant for admins."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form
from adapters.web.desk.view import Screen
from bot.access import INVITATION_LASTS, Role, Who
from bot.errors import BotError, NotAllowed, TeamChangeRefused, TeamUnknown
from bot.storage.records import RELATIONSHIPS
from bot.storage.unit import Storage
from bot.team_care import TeamCare
from bot.team_changes import TeamChanges
from bot.team_rules import VISIBILITIES, By
from bot.unit_views import JOINING, VISIBILITY_MEANS, as_typed
from bot.units import typed_in, wish_of

HERE = "/teams"
CHOICES: Mapping[str, object] = {
    "relationships": RELATIONSHIPS, "visibilities": [(name, VISIBILITY_MEANS[name]) for name in VISIBILITIES],
    "joinings": tuple(JOINING.items()),
}
TAKEN = "“{}” is registered already. If it is yours, say in the chat: my team is {}."
UNKNOWN_PARENT = "no-parent"


class TeamPages:
    """``/teams`` and what is below it; the local shell may look at each tenant."""

    def __init__(
        self, changes: TeamChanges, care: TeamCare, storage: Storage, screen: Screen, public_url: str
    ) -> None:
        self._changes = changes
        self._care = care
        self._storage = storage
        self._screen = screen
        self._public_url = public_url.rstrip("/")

    async def all(self, request: Request, who: Who) -> Response:
        """For admins the list; for others their own team, or the form to register one."""
        seen, tenants = await self._in_tenant(who, request.query_params.get("tenant", ""))
        if seen.may(Role.ADMIN):
            return await self._list(seen, tenants)
        own = await self._changes.own(By(seen))
        return await self._one(By(seen), own.id) if own else self._register(seen)

    async def one(self, request: Request, who: Who) -> Response:
        seen, _ = await self._in_tenant(who, request.query_params.get("tenant", ""))
        return await self._one(By(seen), request.path_params["id"], note=request.query_params.get("note", ""))

    async def act(self, request: Request, who: Who, form: Form) -> Response:
        """Register a team; for admins and parent units invite one, for admins merge two."""
        seen, tenants = await self._in_tenant(who, form["tenant"])
        by = By(seen, reason=form["reason"].strip())
        event, typed = f"page:{seen.person}:{form['event'][:100]}", typed_in(form.fields)
        try:
            match form["then"]:
                case "invite":
                    return await self._invite(request, by, event, typed)
                case "merge":
                    await self._care.merge(by, form["source"].strip(), form["target"].strip())
                    return RedirectResponse(self._address(seen), 303)
            outcome = await self._changes.register(by, wish_of(typed), event)
        except (TeamChangeRefused, TeamUnknown, NotAllowed) as refused:
            return await self._refused(by, tenants, form["then"], typed, refused)
        if outcome is None:
            return self._register(seen, typed, TAKEN.format(typed["name"], typed["name"]))
        note = UNKNOWN_PARENT if outcome.no_such_parent else ""
        return RedirectResponse(self._address(seen, outcome.team.id, note), 303)

    async def change(self, request: Request, who: Who, form: Form) -> Response:
        """Save what is recorded of a team, withdraw it, take part again, leave it, or let a guest go."""
        seen, _ = await self._in_tenant(who, form["tenant"])
        by, team_id = By(seen, reason=form["reason"].strip()), request.path_params["id"]
        typed, note = typed_in(form.fields), ""
        try:
            match form["then"]:
                case "withdraw":
                    await self._changes.withdraw(by, team_id, form.number("version"))
                case "return":
                    await self._changes.come_back(by, team_id)
                case "leave":
                    await self._changes.leave(seen)
                    return RedirectResponse(self._address(seen), 303)
                case "let-go":
                    await self._care.dismiss(by, team_id, form["person"])
                case _:
                    outcome = await self._changes.change(by, team_id, form.number("version"), wish_of(typed))
                    note = UNKNOWN_PARENT if outcome.no_such_parent else ""
        except TeamChangeRefused as refused:
            return await self._one(By(seen), team_id, typed, str(refused))
        return RedirectResponse(self._address(seen, team_id, note), 303)

    async def _invite(self, request: Request, by: By, event: str, typed: Mapping[str, str]) -> Response:
        wish = wish_of(typed)
        if not wish.name:
            raise TeamChangeRefused("A team needs a name.")
        invited = await self._care.invite(by, wish.name, wish.relationship or "unit", wish.parent or None, event)
        base = self._public_url or str(request.base_url).rstrip("/")
        return self._screen.page(
            "desk/team_invited.html", by.who, HERE, team=invited.team, link=f"{base}/sign-in?t={invited.token}",
            days=INVITATION_LASTS.days, tenant=by.who.tenant,
        )

    async def _refused(
        self, by: By, tenants: list[str], then: str, typed: Mapping[str, str], refused: BotError
    ) -> Response:
        if then in {"invite", "merge"} and by.who.may(Role.ADMIN):
            return await self._list(by.who, tenants, typed, str(refused))
        own = await self._changes.own(By(by.who))
        if then == "invite" and own:
            return await self._one(By(by.who), own.id, trouble=str(refused))
        return self._register(by.who, typed, str(refused))

    async def _list(
        self, who: Who, tenants: list[str], typed: Mapping[str, str] | None = None, trouble: str = ""
    ) -> Response:
        teams = await self._care.all(who)
        return self._screen.page(
            "desk/teams.html", who, HERE, 422 if trouble else 200, teams=teams, tenants=tenants, tenant=who.tenant,
            given=typed or {}, trouble=trouble, event=secrets.token_urlsafe(12), **CHOICES,
        )

    async def _one(
        self, by: By, team_id: str, typed: Mapping[str, str] | None = None, trouble: str = "", note: str = ""
    ) -> Response:
        team, history = await self._care.one(by, team_id)
        own = await self._changes.own(by)
        return self._screen.page(
            "desk/team.html", by.who, HERE, 422 if trouble else 200, team=team, history=history, tenant=by.who.tenant,
            given={**as_typed(team), **(typed or {})}, trouble=trouble, mine=own is not None and own.id == team.id,
            guests=await self._care.guests(by, team_id), event=secrets.token_urlsafe(12),
            unknown_parent=note == UNKNOWN_PARENT, **CHOICES,
        )

    def _register(self, who: Who, typed: Mapping[str, str] | None = None, trouble: str = "") -> Response:
        return self._screen.page(
            "desk/team_register.html", who, HERE, 422 if trouble else 200, given=typed or {}, trouble=trouble,
            event=secrets.token_urlsafe(12), tenant=who.tenant, **CHOICES,
        )

    def _address(self, who: Who, team_id: str = "", note: str = "") -> str:
        query = {"tenant": who.tenant} | ({"note": note} if note else {})
        return f"{HERE}/{team_id}?{urlencode(query)}" if team_id else f"{HERE}?{urlencode(query)}"

    async def _in_tenant(self, who: Who, wanted: str) -> tuple[Who, list[str]]:
        """The visitor as somebody of the tenant they look at, and the tenants they may choose from."""
        if not self._screen.is_shell(who):
            return who, [who.tenant]
        async with self._storage.view() as unit:
            tenants = sorted({who.tenant, *await unit.teams.tenants()})
        return replace(who, tenant=wanted if wanted in tenants else who.tenant), tenants
