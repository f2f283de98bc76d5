"""Where to speak: what is stored of a Teams conversation, and of a message in it, as one opaque string each."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlsplit

from adapters.msteams import limits
from adapters.msteams.faults import MsTeamsError


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
    """Whether a service URL lies under one of the allowed ones: same scheme, host and port, a path below."""
    return any(_lies_under(service_url, base) for base in allowed)


def _lies_under(service_url: str, base: str) -> bool:
    try:
        url, root = urlsplit(service_url), urlsplit(base)
        same = (url.scheme, url.hostname, url.port) == (root.scheme, root.hostname, root.port)
    except ValueError:
        return False
    plain = "@" not in url.netloc and ".." not in url.path and "\\" not in service_url
    return same and plain and (url.path.rstrip("/") + "/").startswith(root.path.rstrip("/") + "/")


class ServiceUrls:
    """The newest service URL seen for each conversation: it wins over the stored one. A hint, lost with the process."""

    def __init__(self) -> None:
        self._newest: OrderedDict[tuple[str, str], str] = OrderedDict()

    def saw(self, place: Address) -> None:
        key = (place.tenant, without_thread(place.conversation))
        self._newest[key] = place.service_url
        self._newest.move_to_end(key)
        if len(self._newest) > limits.REMEMBERED_PLACES.value:
            self._newest.popitem(last=False)

    def newest(self, place: Address) -> Address:
        known = self._newest.get((place.tenant, without_thread(place.conversation)))
        return replace(place, service_url=known) if known else place
