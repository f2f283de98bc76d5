"""What the bot needs from outside, and what outside may call.

An adapter calls an ``Intake`` (and through it the ``Handler``); the bot calls a ``Messenger``. Every platform has
every method: what it cannot do it answers with ``Unsupported``, never with silence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import Conversation, Ending, Incoming, Sender
from bot.replies import Reply

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""

Draft = Callable[[str], Awaitable[None]]
"""Shows the answer as far as it is written; the text so far, not the addition. Never raises."""

ZoneOf = Callable[[Sender], Awaitable[str | None]]
"""The IANA time zone of whoever wrote, asked of the platform where ``Sender.zone`` does not say it. None where nobody
knows; within a second or two, and never raises."""


class Handler(Protocol):
    """The advisor as intake and workers see it. Idempotent by ``event_id``: a second call records nothing twice."""

    async def __call__(self, incoming: Incoming, draft: Draft) -> Reply | None: ...


class Intake(Protocol):
    """Where an adapter puts what came in."""

    async def accept(self, incoming: Incoming) -> bool:
        """Store it to be answered. When this returns, nothing can lose it. True if it is new, False if a repeat."""
        ...

    async def answer_now(self, incoming: Incoming) -> Reply | None:
        """Store it, then answer within this request (forms, Teams invokes). A repeat gets the same reply again."""
        ...

    async def say_besides(self, incoming: Incoming, reply: Reply) -> None:
        """Have the answer to a request said as a message of its own, too: once, and not lost."""
        ...

    async def ended(self, ending: Ending) -> None:
        """Take note that some places, or a person, cannot be spoken to any more. When this returns, all that follows
        is done; the same event again changes nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """``message_id`` is opaque and enough to replace or withdraw the message later.

    Where threads begin at a message and bots hear what is said in them without a mention (Slack), the id of a message
    that was posted in the channel itself equals ``Conversation.thread`` of what is said in reply to it.
    """

    message_id: str


CUT_OFF_SECONDS = 900.0
"""Nobody puts a token in order sooner, and nobody waits longer once it is."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform certainly did not show it. ``retry_after`` is in seconds.

    ``permanent`` is about this place; ``everywhere`` is whether the installation is refused wherever it speaks, until
    somebody puts its token or its rights in order.
    """

    reason: str
    permanent: bool
    retry_after: float | None = None
    everywhere: bool = False

    @classmethod
    def cut_off(cls, reason: str) -> Rejected:
        """The installation is refused; ``reason`` is a sentence for admins that names what is to be put in order."""
        return cls(reason, permanent=False, retry_after=CUT_OFF_SECONDS, everywhere=True)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A time-out or a 5xx: it may or may not have been shown."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The platform was asked and has no such message."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The platform has no way to do this."""

    reason: str


Delivered = Sent | Rejected | Unknown


class Messenger(Protocol):
    """How the bot speaks on one platform. ``key`` is unique for each thing said and never used twice."""

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered: ...

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound | Unknown | Unsupported:
        """Whether the message with this key stands there."""
        ...

    async def replace(self, message_id: str, reply: Reply) -> Delivered | Unsupported: ...

    async def withdraw(self, message_id: str) -> Delivered | Unsupported: ...

    async def draft(self, conversation: Conversation, key: str, text: str) -> None:
        """Show that an answer is on its way: with empty text a waiting sign, else the text so far. Never raises."""
        ...
