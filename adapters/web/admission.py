"""What has to be true of a request before anything in it counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.limits import BODY_BYTES
from adapters.web.parse import Identity, Posted, Refused, Visit, is_plain, parse_body, parse_locale, parse_zone
from adapters.web.session import Session, Sessions
from bot.ports import Clock

TOO_LONG = "This is longer than 64 KB. Ask in fewer words; a question of a few lines is answered best."
OUT_OF_DATE = "This page is out of date. Reload it and send again; what you wrote is kept."
FOREIGN = "This was sent from another site and is not taken."
NOT_YOURS = "There is no such conversation here. Open Midway's page again."


Identify = Callable[[Request], Awaitable[Identity | None]]
"""Who signed in in this browser, if anybody did and may still come in."""
Renew = Callable[[Request, Response], Awaitable[None]]
"""Notes in an answer that whoever signed in here came back."""


class Admission:
    """Checks type, size, origin, session, token and ownership, in this order; raises ``Refused`` with a sentence."""

    def __init__(self, sessions: Sessions, clock: Clock, identify: Identify) -> None:
        self._sessions, self._clock, self._identify = sessions, clock, identify

    async def visitor(self, request: Request) -> Session:
        """The session of whoever opens the page here; a new one where this browser has none of theirs."""
        owner = self._owner(await self._identify(request))
        return self._session(request, owner) or self._sessions.start(owner)

    async def reader(self, request: Request) -> tuple[Session, str]:
        """The session and the conversation it asks to read."""
        session = self._session(request, self._owner(await self._identify(request)))
        if session is None:
            raise Refused(403, OUT_OF_DATE)
        return session, self._owned(session, request.query_params.get("c", session.conversation))

    async def sender(self, request: Request) -> tuple[Session, Posted, Identity | None]:
        """The session that sent this, what it sent, and who signed in there."""
        plain = is_plain(request.headers.get("content-type", ""))
        raw = await _read(request)
        refuse_foreign(request)
        identity = await self._identify(request)
        session = self._session(request, self._owner(identity))
        posted = parse_body(raw, plain=plain)
        token = request.headers.get("x-csrf-token") or posted.text("csrf")
        if session is None or not self._sessions.csrf_matches(session, token):
            raise Refused(403, OUT_OF_DATE)
        return session, posted, identity

    async def writer(self, request: Request) -> tuple[Visit, Posted]:
        """Who writes into which conversation, and what."""
        session, posted, identity = await self.sender(request)
        thread = self._owned(session, posted.text("conversation"))
        locale = parse_locale(request.headers.get("accept-language", ""))
        return Visit(session, thread, self._clock(), locale, identity, parse_zone(posted)), posted

    def _owner(self, identity: Identity | None) -> str:
        return self._sessions.owner(identity.tenant, identity.user) if identity else ""

    def _session(self, request: Request, owner: str) -> Session | None:
        return self._sessions.read(request.cookies.get(self._sessions.cookie_name), owner)

    def _owned(self, session: Session, conversation: str) -> str:
        if not self._sessions.owns(session, conversation):
            raise Refused(403, NOT_YOURS)
        return conversation


async def _read(request: Request) -> bytes:
    """The body, never more of it than the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise Refused(413, TOO_LONG)
    return bytes(body)


def refuse_foreign(request: Request) -> None:
    """Browsers say where a request comes from; the token is checked anyway. Raises Refused for another site."""
    origin = request.headers.get("origin")
    foreign = origin is not None and origin != "null" and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise Refused(403, FOREIGN)
