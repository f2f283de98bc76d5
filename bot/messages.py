"""What comes in, as frozen values without any platform's payload inside: what people do, and what a platform ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal


def thread_key(platform: str, thread: str) -> str:
    """Names a thread among those of a tenant, for marks of it."""
    return f"{platform}:{thread}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A place to speak in.

    ``address`` is opaque to everyone but the adapter that made it, storable, and enough to speak there unasked months
    later, unless ``lasting`` is given: then it is a way back for a short while. ``channel`` names the place without its
    thread, ``thread`` the thread (or the whole conversation where a platform has none): both are stable, both are used
    as keys only. ``root`` is the address of the place itself, to begin threads there; empty where ``address`` is that.
    ``within`` names what the place goes away with (the team of a channel in Teams); empty where there is nothing such.
    ``begins`` is whether a message that is posted there begins a thread, whose ``thread`` is the id of that message.
    ``hidden`` is whether only who speaks there sees what is answered, though others are there (a slash command).
    """

    platform: str
    tenant: str
    channel: str
    thread: str
    kind: Literal["direct", "channel"]
    address: str
    root: str = ""
    lasting: str = ""
    within: str = ""
    begins: bool = False
    hidden: bool = False

    def outside_threads(self) -> Conversation:
        """The place itself: what is said there begins a thread of its own."""
        return replace(self, thread=self.channel, address=self.root or self.address, root="", lasting="", hidden=False)

    def for_later(self) -> Conversation:
        """The place as it is stored for what is said there unasked."""
        return replace(self, address=self.lasting or self.address, lasting="", hidden=False)

    @property
    def thread_key(self) -> str:
        """See ``thread_key``."""
        return thread_key(self.platform, self.thread)


@dataclass(frozen=True, slots=True)
class Reach:
    """Places of a tenant on a platform: one ``channel``, all that are ``within`` something, or without either all."""

    platform: str
    tenant: str
    channel: str = ""
    within: str = ""

    @classmethod
    def of(cls, where: Conversation) -> Reach:
        """This one place, in whichever thread."""
        return cls(where.platform, where.tenant, where.channel)

    def covers(self, where: Conversation) -> bool:
        wanted = [(self.platform, where.platform), (self.tenant, where.tenant)]
        wanted += [(self.channel, where.channel)] if self.channel else []
        wanted += [(self.within, where.within)] if self.within else []
        return all(own == other for own, other in wanted)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. ``user`` is the platform's id: it becomes a keyed pseudonym before anything is stored for long.

    Of somebody who signed in it is what ``SecretKey.known`` makes of their pseudonym. ``name`` is what others call them
    there, ``zone`` the IANA name of their time zone; both only where the platform says so with what it delivers.
    """

    user: str
    locale: str | None = None
    name: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Words from a person, mentions of the bot already removed."""

    event_id: str
    conversation: Conversation
    sender: Sender
    at: datetime
    text: str


HELPFUL = "helpful"
NOT_HELPFUL = "not-helpful"
VERDICTS: Mapping[str, bool] = {HELPFUL: True, NOT_HELPFUL: False, "not helpful": False}
"""What a button or a platform's own thumbs say of an answer; the last is the spelling of cards sent before."""
ASKING = frozenset({"ask", "question", "share"})
"""The actions of buttons whose value is a question."""


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A button of ours was pressed: ``action`` and ``value`` are what the button was made with."""

    event_id: str
    conversation: Conversation
    sender: Sender
    at: datetime
    action: str
    value: str
    message_id: str | None = None

    @property
    def asks(self) -> bool:
        """Whether pressing it asks what might have been typed, and so takes as long to answer."""
        return self.action in ASKING


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """A form of ours was sent: ``form`` and ``context`` are what it was made with."""

    event_id: str
    conversation: Conversation
    sender: Sender
    at: datetime
    form: str
    context: str
    values: Mapping[str, str] = field(default_factory=dict)
    message_id: str | None = None


Incoming = IncomingMessage | ButtonPress | FormSubmission


@dataclass(frozen=True, slots=True)
class PlacesClosed:
    """The platform says that nothing can be said there any more: removed, archived, deleted.

    ``reason`` is a sentence for admins. ``user`` is whose direct messages the place is, as in ``Sender``; empty else.
    """

    event_id: str
    reach: Reach
    at: datetime
    reason: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class PersonGone:
    """The platform says that somebody's account is switched off. ``user`` as in ``Sender``, ``reason`` for admins."""

    event_id: str
    platform: str
    tenant: str
    user: str
    at: datetime
    reason: str


Ending = PlacesClosed | PersonGone
