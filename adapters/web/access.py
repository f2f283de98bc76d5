"""Who may open a page: somebody at this very machine, or somebody who signed in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web.parse import wants_page

REFUSED = (
    "Without signing in, Midway's pages open only on the machine it runs on, at http://127.0.0.1 or http://localhost, "
    "without a proxy between. To sign in, say “sign in” to Midway in a direct message, or ask an admin for a link."
)

# Set by proxies, load balancers and content networks; any of them means that the client's address is not the person's.
_FORWARDING = re.compile(
    r"(x-(forwarded|original|envoy|azure|appengine|amzn|arr|vercel|cluster-client)(-.*)?"
    r"|forwarded(-.*)?|via|x-real-ip|x-client-ip|x-remote-(ip|addr)|x-proxyuser-ip|x-host|x-http-host-override"
    r"|true-client-ip|client-ip|cf-.*|cdn-loop|fastly-.*|fly-.*|proxy-connection)"
)
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(:\d{1,5})?")


def refusal(client: str | None, headers: Iterable[tuple[str, str]]) -> str | None:
    """Why this request may not see a page, as a sentence; None if it may.

    ``client`` is the peer's address as the server saw it, ``headers`` are (name, value) pairs in any case.
    """
    pairs = [(name.lower(), value) for name, value in headers]
    hosts = [value for name, value in pairs if name == "host"]
    here = client is not None and _is_loopback(client) and len(hosts) == 1 and _is_loopback_host(hosts[0])
    forwarded = any(_FORWARDING.fullmatch(name) for name, _ in pairs)
    return None if here and not forwarded else REFUSED


def _is_loopback(address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return (mapped or ip).is_loopback


def _is_loopback_host(host: str) -> bool:
    match = _HOST.fullmatch(host.strip())
    if match is None:
        return False
    name = match["name"].lower()
    return name == "localhost" or _is_loopback(name.strip("[]"))


class LoopbackOnly:
    """ASGI middleware around pages and chat routes, never around webhooks: answers 403 where ``refusal`` says so and
    ``signed_in`` does not know the person either; to a browser with the page that ``draw`` makes of the sentence.
    """

    def __init__(
        self, app: ASGIApp, signed_in: Callable[[Request], Awaitable[bool]], draw: Callable[[str], str]
    ) -> None:
        self._app = app
        self._signed_in = signed_in
        self._draw = draw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        client = scope.get("client")
        sentence = refusal(client[0] if client else None, headers)
        if sentence is None or await self._signed_in(Request(scope)):
            await self._app(scope, receive, send)
        else:
            await self._refuse(sentence, Request(scope))(scope, receive, send)

    def _refuse(self, sentence: str, request: Request) -> Response:
        if wants_page(request.headers.get("accept", "")):
            return HTMLResponse(self._draw(sentence), status_code=403)
        if request.url.path.startswith("/chat/"):
            return JSONResponse({"error": sentence}, status_code=403)
        return PlainTextResponse(sentence, status_code=403)
