"""The terminal as a platform: lines in, lines out, through the same inbox as every other."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from adapters.terminal.parse import PLATFORM, conversation, number_typed, parse
from adapters.terminal.render import form_of, render
from bot.messages import Conversation, FormSubmission, Incoming, Sender
from bot.ports import Clock, Intake, NotFound, Rejected, Sent, Unsupported
from bot.replies import Button, Form, Reply
from bot.storage.inbox import reply_key

WAITING = "Midway is looking it up…"


@dataclass
class Line:
    """One reply as printed; ``first`` is the number of its first button."""

    message_id: str
    key: str
    reply: Reply
    first: int


class TerminalMessenger:
    """``bot.ports.Messenger`` that prints. What is printed cannot be taken back, and says so.

    ``lost`` is why nothing can be printed any more, once that is so.
    """

    def __init__(self, out: TextIO, *, colour: bool = False, width: Callable[[], int] | None = None) -> None:
        self._out = out
        self._colour = colour
        self._width = width or (lambda: shutil.get_terminal_size((80, 24)).columns)
        self._drafted: dict[str, int] = {}
        self.printed: list[Line] = []
        self.news = asyncio.Event()
        self.lost: OSError | None = None

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Sent | Rejected:
        found = next((line for line in self.printed if line.key == key), None)
        if found is None:
            found = Line(f"{PLATFORM}:{len(self.printed) + 1}", key, reply, len(self.buttons()) + 1)
            shown = render(reply, self._width(), colour=self._colour, first=found.first)
            self.show(f"{self._end_draft(key)}\n{shown}\n\n")
            if self.lost:
                # Whoever asked is gone; what is said unasked has another chance when somebody is here again.
                return Rejected(f"the output is closed ({self.lost.strerror})", key.startswith(reply_key("")))
            self.printed.append(found)
        self.news.set()
        return Sent(found.message_id)

    def show(self, text: str) -> None:
        """Print this as it is; where that fails, ``lost`` says so and nobody waits for news any more."""
        try:
            self._out.write(text)
            self._out.flush()
        except OSError as error:
            self.lost = error
            self.news.set()

    def buttons(self) -> tuple[Button, ...]:
        """All that were printed, in the order of their numbers: what scrolled away can still be pressed."""
        return tuple(button for line in self.printed for button in line.reply.buttons)

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound:
        found = next((line for line in self.printed if line.key == key), None)
        return Sent(found.message_id) if found else NotFound()

    async def replace(self, message_id: str, reply: Reply) -> Unsupported:
        return Unsupported("What a terminal has printed stays.")

    async def withdraw(self, message_id: str) -> Unsupported:
        return Unsupported("What a terminal has printed stays.")

    async def draft(self, conversation: Conversation, key: str, text: str) -> None:
        if not self._colour:
            return
        if not text and key not in self._drafted:
            self.show(f"\x1b[2m{WAITING}\x1b[0m\r")
        self._drafted[key] = len(text)

    def _end_draft(self, key: str) -> str:
        return "" if self._drafted.pop(key, None) is None else "\x1b[2K"


class TerminalAdapter:
    """One session of ``who``: ``say`` takes a line in and returns when it was answered."""

    def __init__(
        self, intake: Intake, messenger: TerminalMessenger, *, who: Sender, clock: Clock, session: str | None = None
    ) -> None:
        self._intake = intake
        self.messenger = messenger
        self._who = who
        self._clock = clock
        self._session = session or uuid.uuid4().hex

    async def take(self, line: str, event_id: str | None = None) -> bool:
        """Store a line to be answered; False if this event was taken before."""
        incoming = parse(
            line,
            event_id=event_id or uuid.uuid4().hex,
            session=self._session,
            who=self._who,
            at=self._clock(),
            buttons=self.messenger.buttons(),
            form=self.open_form(),
        )
        return await self._accept(incoming)

    async def fill(self, form: Form, values: dict[str, str], event_id: str | None = None) -> bool:
        """Store a form that was filled in field by field; False if this event was taken before."""
        event, where = event_id or uuid.uuid4().hex, conversation(self._session)
        sent = FormSubmission(event, where, self._who, self._clock(), form.form, form.context, values)
        return await self._accept(sent)

    def open_form(self) -> Form | None:
        """The form that was shown last."""
        return next(filter(None, (form_of(line.reply) for line in reversed(self.messenger.printed))), None)

    async def _accept(self, incoming: Incoming) -> bool:
        self.messenger.news.clear()
        return await self._intake.accept(incoming)

    async def say(self, line: str) -> None:
        """Take a line in and wait until its answer is printed; a number that is no button's is said to be none."""
        number = number_typed(line)
        if number is not None and not 1 <= number <= len(self.messenger.buttons()):
            self.messenger.show(f"There is no button {number}.\n")
            return
        if await self.take(line):
            await self.messenger.news.wait()
