"""Who was given a role, who has one by the settings, and each person who is only on the web."""

from __future__ import annotations

import secrets
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form
from adapters.web.desk.view import Screen, said
from adapters.web.parse import Refused
from bot import my_data_views as views
from bot.access import INVITATION_LASTS, Access, Role, Who
from bot.my_data import MyData
from bot.people_care import PeopleCare

HERE = "/people"
SPENT = (
    "That form was sent before, and its link no longer lets anybody in: it was used or is too old, or the role was "
    "taken away. Nothing was changed. For somebody new fill it in again."
)
NOT_SURE = "Tick the box first: it cannot be undone. Go back and try again."
NO_ROLE_CHOSEN = "Choose a role: go back and try again."
OPENS = {
    Role.MEMBER: "the chat, teams and pilots",
    Role.CURATOR: "also the library, imports and gaps",
    Role.EXPERT: "also questions for experts",
    Role.SPONSOR: "also reports",
    Role.ADMIN: "everything",
}
"""What each role opens, for whoever chooses one."""
DONE = {
    "taken": "The role was taken away: this person is no longer let in.",
    "not-taken": "There was no role to take away: it was done before.",
    "given": "The role was given: it counts from now on.",
    "not-given": "They had this role already.",
    "erased": "This person has been forgotten. What teams stated stays theirs, without this person.",
}
"""What is said after a change, by the word that stands in the address."""


class PeoplePages:
    """``/people`` and what is below it, for admins."""

    def __init__(self, access: Access, care: PeopleCare, my_data: MyData, screen: Screen, public_url: str) -> None:
        self._access = access
        self._care = care
        self._my_data = my_data
        self._screen = screen
        self._public_url = public_url.rstrip("/")

    async def all(self, request: Request, who: Who) -> Response:
        """With the link that was just made, while it lets somebody in: reached by redirect, it gives nothing again."""
        made = request.query_params.get("link", "")
        token = await self._access.invitation(who, _event(who, made)) if made else None
        return self._screen.page(
            "desk/people.html", who, HERE, grants=await self._access.given(who), roles=OPENS,
            named=self._access.named(who), event=secrets.token_urlsafe(12),
            link=self._link(request, token) if token else "",
            done=SPENT if made and not token else said(request, DONE),
        )

    async def one(self, request: Request, who: Who) -> Response:
        return await self._one(request, who)

    async def download(self, request: Request, who: Who) -> Response:
        """All that is kept about somebody as a file, to be handed to them."""
        text = await self._care.export(who, request.path_params["id"])
        headers = {"Content-Disposition": 'attachment; filename="midway-their-data.json"', "Cache-Control": "no-store"}
        return Response(text, media_type="application/json", headers=headers)

    async def change_all(self, request: Request, who: Who, form: Form) -> Response:
        """Invite somebody to a role, or take the roles of somebody away."""
        if form["person"]:
            taken = await self._access.revoke(who, form["person"])
            return _done("taken" if taken else "not-taken")
        if form["role"] not in set(Role) or not form["label"].strip():
            raise Refused(422, "Choose a role, and write what you call this person: go back and try again.")
        made = form["event"] or secrets.token_urlsafe(12)
        await self._access.invite(who, Role(form["role"]), form["label"].strip()[:80], _event(who, made))
        return RedirectResponse(f"{HERE}?{urlencode({'link': made[:64]})}", 303)

    async def change(self, request: Request, who: Who, form: Form) -> Response:
        """Make a new link for this very person, give them another role, or forget them."""
        person = request.path_params["id"]
        match form["then"]:
            case "link":
                return await self._one(request, who, await self._care.link_again(who, person))
            case "give":
                if form["role"] not in set(Role):
                    raise Refused(422, NO_ROLE_CHOSEN)
                given = await self._care.give(who, person, Role(form["role"]))
                return _done("given" if given else "not-given")
        if form["then"] != "erase" or form["sure"] != "yes":
            raise Refused(422, NOT_SURE)
        await self._care.erase(who, person)
        return _done("erased")

    async def _one(self, request: Request, who: Who, token: str = "") -> Response:
        found = await self._care.look(who, request.path_params["id"])
        kept = found.kept
        return self._screen.page(
            "desk/person.html", who, HERE, found=found, roles=OPENS, at=f"{HERE}/{quote(found.person, safe='')}",
            facts=views.facts_of(kept.records, self._my_data.words_days, views.THEY),
            where=views.where_you_are(kept.team, kept.tracked, views.THEY),
            link=self._link(request, token) if token else "", days=INVITATION_LASTS.days,
            themselves=(found.tenant, found.person) == (who.tenant, who.person),
        )

    def _link(self, request: Request, token: str) -> str:
        base = self._public_url or str(request.base_url).rstrip("/")
        return f"{base}/sign-in?t={token}"


def _done(word: str) -> Response:
    return RedirectResponse(f"{HERE}?done={word}", 303)


def _event(who: Who, made: str) -> str:
    """A form of this admin's, by the id that it was drawn with: it counts once, and its link is theirs alone to see."""
    return f"page:{who.person}:{made[:64]}"
