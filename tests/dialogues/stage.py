"""Where dialogues are played: a platform's stand-in and adapter, and behind them all of the bot on a real database."""

from __future__ import annotations

import html
import importlib
import itertools
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from adapters.msteams.service_urls import StoredServiceUrls
from bot.access import Role
from bot.answering import Answering
from bot.assembly import Terms
from bot.intake import DurableIntake
from bot.messages import Ending, Incoming
from bot.ports import Messenger
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.worker import Worker
from tests.fakes.answering import make_parts
from tests.fakes.clock import Clock
from tests.fakes.msteams_rules import walk
from tests.harness import Harness, Place, RecordingIntake, Shown
from tests.harness.msteams import MsTeamsHarness, drawn_cards
from tests.harness.slack import SlackHarness

SECRET = SecretKey(bytes(range(32)))
PLATFORMS = ("msteams", "slack", "terminal", "web")
WITH_CHANNELS = ("msteams", "slack")
BETWEEN_ACTS = 10.0
"""Seconds."""
_NOT_WORDS = re.compile("[\\\\\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Midway:
    """The whole bot as an intake. ``restart`` leaves nothing of it but the database."""

    def __init__(
        self, url: str, answering: Answering, *, tracking: bool = True, named: Mapping[Role, Sequence[str]] | None = None,
        public_url: str = "https://midway.example",
    ) -> None:
        self._url, self._answering = url, answering
        self._terms = Terms(named or {}, public_url, 30, tracking, whispers=frozenset({"slack"}), by_mention=frozenset({"msteams"}))
        self._starts = itertools.count(1)
        self.clock = Clock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), timedelta(seconds=1))
        self._begin()

    def _begin(self) -> None:
        self.storage = Storage(self._url, SECRET, self.clock)
        self.parts = make_parts(self.storage, self._answering, self.clock, self._terms)
        self.owner = f"start {next(self._starts)}"
        end = self.parts.office.endings.follow
        self._intake = DurableIntake(self.storage, self.parts.advisor, lambda: None, end=end, owner=self.owner, clock=self.clock)

    async def restart(self) -> None:
        await self.storage.close()
        self._begin()

    async def accept(self, incoming: Incoming) -> bool:
        return await self._intake.accept(incoming)

    async def answer_now(self, incoming: Incoming) -> Reply | None:
        return await self._intake.answer_now(incoming)

    async def say_besides(self, incoming: Incoming, reply: Reply) -> None:
        await self._intake.say_besides(incoming, reply)

    async def ended(self, ending: Ending) -> None:
        await self._intake.ended(ending)

    async def work(self, platform: str, messenger: Messenger) -> None:
        """Answer all that waits, and ask what is due."""
        await self.parts.check_ins.send_due()
        await self.parts.office.pilot_reminders.send_due()
        await self.parts.office.tips.send_due()
        worker = Worker(
            self.storage, self.parts.advisor, {platform: messenger}, owner=self.owner, clock=self.clock,
            sleep=self.clock.sleep, told=self.parts.office.told,
        )
        while await worker.run_once() or await worker.outbox.send_next():
            pass


class Stage:
    """One person's hands and eyes: every method acts and returns what is new on their screen."""

    def __init__(self, harness: Harness, midway: Midway) -> None:
        self.harness, self.midway = harness, midway
        self.seen: list[Shown] = []
        self._events = itertools.count(1)
        self._cards: dict[str, dict[str, Any]] = {}
        self._last: tuple[str, Place, str, str | None] = ("", "direct", "", None)

    async def say(self, text: str, place: Place = "direct", *, follow: bool = False) -> list[Shown]:
        """Say something, with ``follow`` in the thread of what stands there last."""
        thread = self.seen[-1].thread if follow else None
        self._last = (text, place, self._event(), thread)
        return await self.again()

    async def again(self) -> list[Shown]:
        """The platform delivers the last words (once more)."""
        self._time_passes()
        text, place, event, thread = self._last
        before = await self._standing()
        status = await self.harness.says(text, place=place, event=event, thread=thread)
        assert status < 300, status
        return await self._news(before)

    async def press(self, label: str) -> list[Shown]:
        """Press the newest button of this name that is still to be seen."""
        now = {item.message_id: item for item in self.seen}
        shown = next(item for item in reversed(now.values()) if label in item.buttons)
        self._time_passes()
        before, answers = await self._standing(), self._answers()
        if card := self._cards.get(shown.message_id):
            assert isinstance(self.harness, MsTeamsHarness)
            action = next(item for item in walk(card) if item.get("type") == "Action.Execute" and item["title"] == label)
            status = await self.harness._execute(shown, action, {}, self._event())
        else:
            status = await self.harness.presses(shown, label, event=self._event())
        assert status < 300, status
        return await self._news(before, shown, answers)

    async def fill(self, values: dict[str, str]) -> list[Shown]:
        """Fill in the newest form and send it."""
        shown = self.seen[-1]
        self._time_passes()
        before, answers = await self._standing(), self._answers()
        if card := self._cards.get(shown.message_id):
            assert isinstance(self.harness, MsTeamsHarness)
            [send] = [item for item in walk(card) if item.get("associatedInputs") == "auto"]
            names = [item["id"] for item in walk(card) if str(item.get("type", "")).startswith("Input.")]
            typed = {next(name for name in names if name.endswith(f".{given}")): value for given, value in values.items()}
            status = await self.harness._execute(shown, send, typed, self._event())
        else:
            status = await self.harness.submits(shown, values, event=self._event())
        assert status < 300, status
        return await self._news(before, shown, answers)

    async def wait(self, days: int) -> list[Shown]:
        """Nobody does anything for so many days."""
        self._time_passes()
        before = await self._standing()
        self.midway.clock.now += timedelta(days=days)
        return await self._news(before)

    def _time_passes(self) -> None:
        """People take their time; platforms mind how much is said within a second."""
        if isinstance(self.harness, MsTeamsHarness):
            self.harness.teams.clock.pass_(BETWEEN_ACTS)
        if isinstance(self.harness, SlackHarness):
            self.harness.slack.clock.now += timedelta(seconds=BETWEEN_ACTS)

    def _event(self) -> str:
        return f"e{next(self._events)}"

    async def _standing(self) -> list[Shown]:
        found = await self.harness.shown("direct")
        return found if self.harness.platform not in WITH_CHANNELS else [*found, *await self.harness.shown("channel")]

    async def _news(self, before: list[Shown], pressed: Shown | None = None, answers: int = 0) -> list[Shown]:
        await self.midway.work(self.harness.platform, self.harness.messenger)
        known = {(item.message_id, words(item.text)) for item in before}
        new = [item for item in await self._standing() if (item.message_id, words(item.text)) not in known]
        if pressed and isinstance(self.harness, MsTeamsHarness):
            new[:0] = [self._as_seen(answer, pressed) for answer in self.harness.answers[answers:]]
        self.seen += new
        return new

    def _answers(self) -> int:
        return len(self.harness.answers) if isinstance(self.harness, MsTeamsHarness) else 0

    def _as_seen(self, answer: dict[str, Any], pressed: Shown) -> Shown:
        """Teams answers a press within the request: with words below the card, or with a card in its place."""
        card = answer["value"] if isinstance(answer["value"], dict) else None
        if card:
            self._cards[pressed.message_id] = card
        if card is None:  # the card stays as it is
            below = f"{pressed.message_id} below"
            return Shown(below, pressed.channel, pressed.thread, answer["value"], (), (), only_for="the person who pressed")
        text, buttons, links = drawn_cards([card], {})
        return Shown(pressed.message_id, pressed.channel, pressed.thread, text, buttons, links, only_for="the person who pressed")


def words(text: str) -> str:
    """The words alone, however a platform breaks lines and takes the sting out of markup."""
    return " ".join(_NOT_WORDS.sub("", html.unescape(text)).replace("\u00a0", " ").split())


@asynccontextmanager
async def stage(platform: str, midway: Midway) -> AsyncIterator[Stage]:
    """The platform with its adapter, joined to this bot."""
    module = importlib.import_module(f"tests.harness.{platform}")
    settings = {"newest": StoredServiceUrls(midway.storage)} if platform == "msteams" else {}
    async with module.harness(cast(RecordingIntake, midway), **settings) as harness:
        yield Stage(harness, midway)
    await midway.storage.close()
