"""Who opens a page: somebody signed in by a one-time link, or the person at this very machine."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.access import WAY_IN, refusal_of
from adapters.web.admission import refuse_foreign
from adapters.web.parse import Refused
from adapters.web.session import Sessions, Signed
from bot.access import SHELL, Access, Who
from bot.errors import StorageUnavailable
from bot.privacy import SecretKey
from bot.storage.people import SIGN_IN_LASTS, SIGN_IN_UNUSED

COUNTED = timedelta(days=1)
"""Use is noted in the cookie at most so often: not every answer needs a new one."""
SIGN_IN = (
    f"Sign in to open this page. {WAY_IN} On the machine that Midway runs on, http://127.0.0.1 opens without one."
)
LOST = (
    "You are not signed in any more. Nothing was saved. Sign in in another tab, then come back to this one, press your "
    f"browser's Back and send it again: what you wrote is still there. {WAY_IN}"
)
OUT_OF_DATE = "This page is out of date. Go back, reload it and send again."


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the cookie holds: who signed in, when, and when it was last counted that they came back."""

    tenant: str
    person: str
    since: datetime
    used: datetime

    @property
    def until(self) -> datetime:
        """When it ends if they do not come back before."""
        return min(self.used + SIGN_IN_UNUSED, self.since + SIGN_IN_LASTS)


class Visitors:
    """Reads and writes the cookie of those who signed in; roles are looked up at every request."""

    def __init__(self, access: Access, secret: SecretKey, sessions: Sessions, *, secure: bool) -> None:
        self._access = access
        self._secret = secret
        self._sessions = sessions
        self._secure = secure
        self._signed = Signed(secret, "stays signed in")
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
        held = self.held(request)
        return await self._access.of_sign_in(held.tenant, held.person, held.since) if held else None

    def held(self, request: Request) -> SignIn | None:
        """What the cookie says, as long as it may be used; whether a sign-out ended it is not known here."""
        match self._signed.read(request.cookies.get(self.cookie_name, "")):
            case [str(tenant), str(person), str(since), str(used)]:
                held = SignIn(tenant, person, datetime.fromisoformat(since), datetime.fromisoformat(used))
                return held if self._access.now() < held.until else None
        return None

    def at_most_until(self, request: Request) -> datetime | None:
        """When whoever signed in here has to sign in anew, however often they come; None where nobody did."""
        held = self.held(request)
        return held.since + SIGN_IN_LASTS if held else None

    async def renew(self, request: Request, response: Response) -> None:
        """Whoever comes back stays signed in; not whoever signed out meanwhile, or lost their last role."""
        held, now = self.held(request), self._access.now()
        if held is None or now - held.used < COUNTED:
            return
        who = await self.signed_in(request)
        if who and who.welcome:
            self._write(replace(held, used=now), response)

    def is_shell(self, who: Who) -> bool:
        """Whether this is the person at this machine, who signed in nowhere."""
        return who == SHELL

    def is_local(self, request: Request) -> bool:
        """Whether somebody at this machine asks, who counts as an admin."""
        return refusal_of(request) is None

    def remember(self, who: Who, request: Request, response: Response) -> None:
        """Sign in. The chat of this browser goes on if it is theirs, and else begins afresh."""
        now = self._access.now()
        self._write(SignIn(who.tenant, who.person, now, now), response)
        owner = self._sessions.owner(who.tenant, self._secret.known(who.tenant, who.person))
        if self._sessions.read(request.cookies.get(self._sessions.cookie_name), owner) is None:
            self._sessions.forget(response)

    def forget(self, response: Response) -> None:
        """This browser is signed out, of the chat too; what it showed is not there for whoever presses Back."""
        self._sessions.forget(response)
        response.delete_cookie(self.cookie_name, path="/", secure=self._secure, httponly=True, samesite="lax")
        response.headers["Clear-Site-Data"] = '"cache"'

    def _write(self, held: SignIn, response: Response) -> None:
        value = self._signed.write([held.tenant, held.person, held.since.isoformat(), held.used.isoformat()])
        seconds = int((held.until - self._access.now()).total_seconds())
        response.set_cookie(
            self.cookie_name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def csrf(self, who: Who) -> str:
        """The token that every state change by this person has to carry."""
        return self._secret.mark("web", "desk csrf", who.tenant, who.person)

    def check(self, request: Request, who: Who, token: str) -> None:
        """Raises Refused where a state change was not sent from a page of ours."""
        refuse_foreign(request)
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.csrf(who).encode()):
            raise Refused(403, OUT_OF_DATE)

