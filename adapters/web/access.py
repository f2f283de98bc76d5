"""Who may open a page: somebody at this very machine, or somebody who signed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

WAY_IN = (
    "In Slack or Teams, say “sign in” to Midway in a direct message. If you are only on the web, ask an admin for a "
    "new link, or your contact in the unit above yours: you stay the same person, with all that is yours."
)
REFUSED = (
    "Without signing in, Midway's pages open only on the machine it runs on, at http://127.0.0.1 or http://localhost, "
    f"without a proxy between. To sign in: {WAY_IN}"
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


def refusal_of(request: Request) -> str | None:
    """As ``refusal``, of a request."""
    return refusal(request.client.host if request.client else None, request.headers.items())
