"""Drives the terminal adapter: lines in, and what stands on the screen."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal

from adapters.terminal.adapter import TerminalAdapter, TerminalMessenger
from adapters.terminal.parse import conversation
from adapters.terminal.render import form_of
from bot.messages import Conversation, Sender
from tests.harness import Place, RecordingIntake, Shown

SESSION = "session-1"


class TerminalHarness:
    platform = "terminal"
    name: str | None = None
    zone: str | None = "Europe/Lisbon"

    def __init__(self, intake: RecordingIntake) -> None:
        self.intake = intake
        self.screen = io.StringIO()
        self.messenger = TerminalMessenger(self.screen, width=lambda: 96)
        self._adapter = TerminalAdapter(
            intake, self.messenger, who=Sender("someone", zone=self.zone), clock=lambda: datetime(2026, 11, 22, tzinfo=UTC), session=SESSION
        )

    def true_channel(self, place: Place) -> str:
        return SESSION

    def conversation(self, place: Place) -> Conversation:
        return conversation(SESSION)

    async def says(self, text: str, *, place: Place = "direct", event: str = "e1", thread: str | None = None) -> int:
        if place == "channel":
            return 501
        await self._adapter.take(text, event)
        return 200

    async def presses(self, shown: Shown, label: str, *, event: str = "p1") -> int:
        number = re.search(rf"\((\d+)\) {re.escape(label)}", shown.text)
        assert number, f"no number to type for {label}"
        await self._adapter.take(number[1], event)
        return 200

    async def submits(self, shown: Shown, values: dict[str, str], *, event: str = "f1") -> int:
        form = next(filter(None, (form_of(line.reply) for line in reversed(self.messenger.printed))))
        typed = "; ".join(f"{name}={value}" if len(form.fields) > 1 else value for name, value in values.items())
        await self._adapter.take(f"= {typed}", event)
        return 200

    async def shown(self, place: Place = "direct") -> list[Shown]:
        screens = [part for part in re.split(r"\n\n\n", self.screen.getvalue()) if part.strip()]
        return [self._shown(number, text) for number, text in enumerate(screens, start=1)]

    def fail_next(self, how: Literal["rate-limit", "server-error", "time-out", "gone"]) -> None:
        """A terminal does not fail in these ways."""

    def _shown(self, number: int, text: str) -> Shown:
        unwrapped = re.sub(r"\n +", " ", text)
        labels = re.findall(r"\(\d+\) (.+?)(?=  \(\d+\)|$)", unwrapped, re.MULTILINE)
        links = tuple(re.findall(r"(?:(?<=\) )|(?<=pages: ))https?://\S+$", unwrapped, re.MULTILINE))
        return Shown(f"terminal:{number}", SESSION, SESSION, unwrapped, tuple(labels), links)


@asynccontextmanager
async def harness(intake: RecordingIntake) -> AsyncIterator[TerminalHarness]:
    yield TerminalHarness(intake)
