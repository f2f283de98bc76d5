"""Signing in and out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.access import WAY_IN
from adapters.web.desk.door import Door
from adapters.web.desk.posted import Form
from adapters.web.desk.view import Screen, first_page
from adapters.web.desk.visitors import Visitors
from adapters.web.parse import Refused
from bot.access import Access, Who
from bot.storage.people import SIGN_IN_LASTS, SIGN_IN_UNUSED

USED = f"This link was used before or is too old, or a newer one took its place. To get another one: {WAY_IN}"
NO_LINK = f"This is where a link to sign in leads, and the link is incomplete. {WAY_IN}"
SIGNED_OUT = f"Wherever you had signed in. To come back: {WAY_IN}"


class SignInPages:
    def __init__(self, access: Access, door: Door, visitors: Visitors, screen: Screen) -> None:
        self._access = access
        self._door = door
        self._visitors = visitors
        self._screen = screen

    async def before(self, request: Request) -> Response:
        """A page with one button: what opens a link to look at it in advance does not use it up."""
        token, word = request.query_params.get("t", "")[:100], self._door.word(request)
        if not token:
            raise Refused(400, NO_LINK)
        response = self._screen.page(
            "desk/sign_in.html", None, "", token=token, word=word, unused=SIGN_IN_UNUSED.days, most=SIGN_IN_LASTS.days
        )
        self._door.remember(word, response)
        return response

    async def enter(self, request: Request, form: Form) -> Response:
        self._door.check(request, form["word"])
        who = await self._access.enter(form["t"])
        if who is None or not who.welcome:
            raise Refused(403, USED)
        response = RedirectResponse(first_page(who), 303)
        self._visitors.remember(who, request, response)
        return response

    async def out(self, request: Request, who: Who, form: Form) -> Response:
        await self._access.sign_out(who)
        response = self._screen.sentence(None, 200, SIGNED_OUT, "You are signed out")
        self._visitors.forget(response)
        return response
