"""Signing in and out, and who was given a role."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.door import Door
from adapters.web.desk.posted import Form
from adapters.web.desk.view import Screen, first_page, said
from adapters.web.desk.visitors import Visitors
from adapters.web.parse import Refused
from bot.access import Access, Role, Who

USED = (
    "This link was used before or is too old. To get another one, say “sign in” to Midway in a direct message, "
    "or ask an admin."
)
SPENT = (
    "That form was sent before, and its link no longer lets anybody in: it was used or is too old, or the role was "
    "taken away. Nothing was changed. For somebody new fill it in again."
)
NO_LINK = (
    "This is where a link to sign in leads, and the link is incomplete. "
    "Say “sign in” to Midway in a direct message, or ask an admin for a link."
)
SIGNED_OUT = (
    "Wherever you had signed in. To come back, say “sign in” to Midway in a direct message, or ask an admin for a link."
)
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
}
"""What is said after a change, by the word that stands in the address."""


class SignInPages:
    def __init__(self, access: Access, door: Door, visitors: Visitors, screen: Screen, public_url: str) -> None:
        self._access = access
        self._door = door
        self._visitors = visitors
        self._screen = screen
        self._public_url = public_url.rstrip("/")

    async def before(self, request: Request) -> Response:
        """A page with one button: what opens a link to look at it in advance does not use it up."""
        token, word = request.query_params.get("t", "")[:100], self._door.word(request)
        if not token:
            raise Refused(400, NO_LINK)
        response = self._screen.page("desk/sign_in.html", None, "", token=token, word=word)
        self._door.remember(word, response)
        return response

    async def enter(self, request: Request, form: Form) -> Response:
        self._door.check(request, form["word"])
        who = await self._access.enter(form["t"])
        if who is None or not who.welcome:
            raise Refused(403, USED)
        response = RedirectResponse(first_page(who), 303)
        self._visitors.remember(who, response)
        return response

    async def out(self, request: Request, who: Who, form: Form) -> Response:
        await self._access.sign_out(who)
        response = self._screen.sentence(None, 200, SIGNED_OUT, "You are signed out")
        self._visitors.forget(response)
        return response

    async def people(self, request: Request, who: Who) -> Response:
        """With the link that was just made, while it lets somebody in: reached by redirect, it gives nothing again."""
        made = request.query_params.get("link", "")
        token = await self._access.invitation(who, _event(who, made)) if made else None
        base = self._public_url or str(request.base_url).rstrip("/")
        return self._screen.page(
            "desk/people.html", who, "/people", grants=await self._access.given(who), roles=OPENS,
            event=secrets.token_urlsafe(12), link=f"{base}/sign-in?t={token}" if token else "",
            done=SPENT if made and not token else said(request, DONE),
        )

    async def change_people(self, request: Request, who: Who, form: Form) -> Response:
        """Invite somebody to a role, or take the roles of somebody away."""
        if form["person"]:
            taken = await self._access.revoke(who, form["person"])
            return RedirectResponse(f"/people?done={'taken' if taken else 'not-taken'}", 303)
        if form["role"] not in set(Role) or not form["label"].strip():
            raise Refused(422, "Choose a role, and write what you call this person: go back and try again.")
        made = form["event"] or secrets.token_urlsafe(12)
        await self._access.invite(who, Role(form["role"]), form["label"].strip()[:80], _event(who, made))
        return RedirectResponse(f"/people?{urlencode({'link': made[:64]})}", 303)


def _event(who: Who, made: str) -> str:
    """A form of this admin's, by the id that it was drawn with: it counts once, and its link is theirs alone to see."""
    return f"page:{who.person}:{made[:64]}"
