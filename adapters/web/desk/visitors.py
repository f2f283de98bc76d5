"""Who opens a page: somebody signed in by a one-time link, or the person at this very machine."""

from __future__ import annotations

import hmac
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.access import refusal_of
from adapters.web.admission import refuse_foreign
from adapters.web.parse import Refused
from adapters.web.session import Sessions, Signed
from bot.access import SHELL, Access, Who
from bot.errors import StorageUnavailable
from bot.privacy import SecretKey
from bot.storage.people import SIGN_IN_LASTS

SECONDS = int(SIGN_IN_LASTS.total_seconds())
SIGN_IN = (
    "Sign in to open this page: say “sign in” to Midway in a direct message. An admin can also send you a link. "
    "On the machine that Midway runs on, http://127.0.0.1 opens without one."
)
LOST = (
    "You are not signed in any more. Nothing was saved. Sign in in another tab (say “sign in” to Midway in a direct "
    "message, or ask an admin for a link), then come back to this one, press your browser's Back and send it again: "
    "what you wrote is still there."
)
OUT_OF_DATE = "This page is out of date. Go back, reload it and send again."


class Visitors:
    """Reads and writes the cookie of those who signed in; roles are looked up at every request."""

    def __init__(self, access: Access, secret: SecretKey, sessions: Sessions, *, secure: bool) -> None:
        self._access = access
        self._secret = secret
        self._sessions = sessions
        self._secure = secure
        self._signed = Signed(secret, "signed in")
        self.cookie_name = "midway_in_" + secret.mark("web", "cookie name")[:8]

    async def of(self, request: Request) -> Who:
        """Whoever asks. Raises Refused with 401 for a stranger."""
        who = await self.signed_in(request)
        if who is None and self.is_local(request):
            return SHELL
        if who is None or not who.welcome:
            raise Refused(401, LOST if request.method == "POST" else SIGN_IN)
        return who

    async def known(self, request: Request) -> Who | None:
        """Whoever asks; None for a stranger, and where nobody can be looked up just now."""
        try:
            return await self.of(request)
        except (Refused, StorageUnavailable):
            return None

    async def signed_in(self, request: Request) -> Who | None:
        """Whoever the cookie names, with the roles they have now; None without a good cookie, or after a sign-out."""
        match self._signed.read(request.cookies.get(self.cookie_name, ""), SECONDS):
            case [str(tenant), str(person), str(since)]:
                return await self._access.of_sign_in(tenant, person, datetime.fromisoformat(since))
        return None

    def is_shell(self, who: Who) -> bool:
        """Whether this is the person at this machine, who signed in nowhere."""
        return who == SHELL

    def is_local(self, request: Request) -> bool:
        """Whether somebody at this machine asks, who counts as an admin."""
        return refusal_of(request) is None

    def remember(self, who: Who, response: Response) -> None:
        """Sign in; the chat begins afresh."""
        value = self._signed.write([who.tenant, who.person, self._access.now().isoformat()])
        response.set_cookie(
            self.cookie_name, value, max_age=SECONDS, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
        self._sessions.forget(response)

    def forget(self, response: Response) -> None:
        """This browser is signed out, of the chat too; what it showed is not there for whoever presses Back."""
        self._sessions.forget(response)
        response.delete_cookie(self.cookie_name, path="/", secure=self._secure, httponly=True, samesite="lax")
        response.headers["Clear-Site-Data"] = '"cache"'

    def csrf(self, who: Who) -> str:
        """The token that every state change by this person has to carry."""
        return self._secret.mark("web", "desk csrf", who.tenant, who.person)

    def check(self, request: Request, who: Who, token: str) -> None:
        """Raises Refused where a state change was not sent from a page of ours."""
        refuse_foreign(request)
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.csrf(who).encode()):
            raise Refused(403, OUT_OF_DATE)

