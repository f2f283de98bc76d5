"""How the contract suite drives an adapter: as the platform would deliver, and reading what the platform shows.

There is one module per folder in ``adapters/`` that talks to people (``tests/harness/<folder>.py``), each with a
``harness(intake)`` async context manager that yields a ``Harness``. A test compares the two lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.messages import Conversation, Ending, Incoming
from bot.ports import Messenger
from bot.replies import Reply

Place = Literal["direct", "channel"]


@dataclass(frozen=True)
class Shown:
    """One message as the stand-in platform shows it now: all its words, what is pressable, where it links."""

    message_id: str
    channel: str
    thread: str
    text: str
    buttons: tuple[str, ...]
    links: tuple[str, ...]
    only_for: str | None = None


class RecordingIntake:
    """An intake that remembers what it was given and answers in-request calls with a set reply."""

    def __init__(self) -> None:
        self.accepted: list[Incoming] = []
        self.answered_now: list[Incoming] = []
        self.reply: Reply | None = None
        self.said_besides: list[Reply] = []
        self.endings: list[Ending] = []
        self._seen: set[str] = set()

    async def accept(self, incoming: Incoming) -> bool:
        new = incoming.event_id not in self._seen
        self._seen.add(incoming.event_id)
        if new:
            self.accepted.append(incoming)
        return new

    async def answer_now(self, incoming: Incoming) -> Reply | None:
        if incoming.event_id not in self._seen:
            self._seen.add(incoming.event_id)
            self.answered_now.append(incoming)
        return self.reply

    async def say_besides(self, incoming: Incoming, reply: Reply) -> None:
        self.said_besides.append(reply)

    async def ended(self, ending: Ending) -> None:
        self.endings.append(ending)

    @property
    def everything(self) -> list[Incoming]:
        return self.accepted + self.answered_now


class Harness(Protocol):
    """Facts that the harness knows absolutely, so that an adapter cannot merely agree with itself."""

    platform: str
    name: str | None
    """What others call the person who writes, where the platform delivers it."""
    zone: str | None
    """Their time zone, where the platform delivers it."""
    messenger: Messenger
    intake: RecordingIntake

    def true_channel(self, place: Place) -> str:
        """The stand-in platform's own id of the channel, which ``Conversation.channel`` must equal."""
        ...

    def conversation(self, place: Place) -> Conversation:
        """A conversation as the adapter parses it for a message in that place."""
        ...

    async def says(self, text: str, *, place: Place = "direct", event: str = "e1", thread: str | None = None) -> int:
        """A person writes (mentioning the bot in a channel), delivered as the platform does; the HTTP status (200 where none)."""
        ...

    async def presses(self, shown: Shown, label: str, *, event: str = "p1") -> int:
        """A person presses the button with this label on a shown message."""
        ...

    async def submits(self, shown: Shown, values: dict[str, str], *, event: str = "f1") -> int:
        """A person fills in the form on a shown message and sends it."""
        ...

    async def shown(self, place: Place = "direct") -> list[Shown]:
        """What stands there now, oldest first, read from the stand-in platform's own log."""
        ...

    def fail_next(self, how: Literal["rate-limit", "server-error", "time-out", "gone"]) -> None:
        """The next send meets this. ``gone`` is a permanent refusal (archived, blocked, removed)."""
        ...
