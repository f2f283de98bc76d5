"""Where to speak: what is stored of a Teams conversation, and of a message in it, as one opaque string each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from adapters.msteams.faults import MsTeamsError
from bot.messages import Conversation


class AddressUnreadable(MsTeamsError):
    """A stored address was not made by this adapter."""


@dataclass(frozen=True, slots=True)
class Address:
    """Enough to speak in a conversation months later. ``bot`` is the bot's own account id there (``28:…``)."""

    service_url: str
    conversation: str
    tenant: str
    bot: str

    def pack(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def unpack(cls, packed: str) -> Address:
        """Raises ``AddressUnreadable``."""
        return cls(**_strings(packed, ("service_url", "conversation", "tenant", "bot")))


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """Enough to replace or withdraw one message."""

    place: Address
    activity: str

    def pack(self) -> str:
        return json.dumps({**asdict(self.place), "activity": self.activity}, sort_keys=True, separators=(",", ":"))

    @classmethod
    def unpack(cls, packed: str) -> MessageAddress:
        """Raises ``AddressUnreadable``."""
        return cls(Address.unpack(packed), _strings(packed, ("activity",))["activity"])


def _strings(packed: str, names: tuple[str, ...]) -> dict[str, str]:
    try:
        data = json.loads(packed)
        found = {name: data[name] for name in names}
    except (ValueError, KeyError, TypeError) as error:
        raise AddressUnreadable("This Teams address cannot be read.") from error
    if not all(isinstance(value, str) and value for value in found.values()):
        raise AddressUnreadable("This Teams address is incomplete.")
    return found


def without_thread(conversation: str) -> str:
    """The channel's own id: Teams appends the thread as ``;messageid=…``."""
    return conversation.split(";", 1)[0]


def same_url(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def is_allowed(service_url: str, allowed: tuple[str, ...]) -> bool:
    """Whether a service URL lies under one of the allowed ones: same scheme, host and port, a path below.

    Whatever is allowed, the app's token leaves the machine encrypted or not at all.
    """
    return any(_lies_under(service_url, base) for base in allowed)


def _lies_under(service_url: str, base: str) -> bool:
    try:
        url, root = urlsplit(service_url), urlsplit(base)
        same = (url.scheme, url.hostname, url.port) == (root.scheme, root.hostname, root.port)
    except ValueError:
        return False
    plain = "@" not in url.netloc and ".." not in url.path and "\\" not in service_url
    safe = url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.hostname or ""))
    return same and plain and safe and (url.path.rstrip("/") + "/").startswith(root.path.rstrip("/") + "/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Seen:
    """That Teams speaks of this conversation: its address holds the newest service URL. ``user`` as in ``Sender``."""

    conversation: Conversation
    user: str
    at: datetime


class ServiceUrls(Protocol):
    """The newest service URL of each conversation: it wins over the one in a stored address, for Teams moves them."""

    async def saw(self, seen: Seen) -> None:
        """To be called with what comes from a request that was checked, and with nothing else. Never raises."""
        ...

    async def newest(self, place: Address) -> Address:
        """The address to speak to. Never raises."""
        ...
