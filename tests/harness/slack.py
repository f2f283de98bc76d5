"""Drives the Slack adapter as Slack would: signed requests in, Web API calls out to a strict fake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx
from starlette.applications import Starlette

from adapters.slack.adapter import FollowsUp, SlackAdapter
from adapters.slack.parse import heard
from bot.messages import Conversation, IncomingMessage
from tests.fakes import slack_delivery as delivery
from tests.fakes import slack_rules as rules
from tests.fakes.slack import FakeSlack, running
from tests.fakes.slack_delivery import APP_TOKEN, CHANNEL, DIRECT, SECRET, TOKEN, Deliveries, FakeClock
from tests.harness import Place, RecordingIntake, Shown

TIMEOUT_SECONDS = 2.0
"""Real time, the only one here: long enough for a busy machine, waited for only where the fake keeps silent."""


async def nobody(message: IncomingMessage) -> bool:
    """No thread is anybody's."""
    return False


class SlackHarness:
    platform = "slack"
    name: str | None = None
    zone: str | None = None

    def __init__(self, slack: FakeSlack, adapter: SlackAdapter, intake: RecordingIntake, to: Deliveries) -> None:
        self.slack = slack
        self.adapter = adapter
        self.messenger = adapter.messenger
        self.intake = intake
        self.deliver = to
        self._stamps: dict[str, str] = {}

    def true_channel(self, place: Place) -> str:
        return CHANNEL if place == "channel" else DIRECT

    def conversation(self, place: Place) -> Conversation:
        said = heard(delivery.event_payload(self._event("hello", place, self.slack.next_ts(), None)))
        assert said
        return said.message.conversation

    async def says(self, text: str, *, place: Place = "direct", event: str = "e1", thread: str | None = None) -> int:
        ts = self._stamps.setdefault(event, self.slack.next_ts())
        said = self._event(text, place, ts, thread.rpartition("/")[2] if thread else None)
        if thread:
            self.slack.replied.add((self.true_channel(place), said["thread_ts"]))
        return (await self.deliver.event(said, event)).status_code

    async def presses(self, shown: Shown, label: str, *, event: str = "p1") -> int:
        message = self._message(shown)
        [element] = [button for button in rules.buttons(message) if button["text"]["text"] == label]
        return (await self.deliver.interaction(delivery.press(message, element, event))).status_code

    async def submits(self, shown: Shown, values: dict[str, str], *, event: str = "f1") -> int:
        message = self._message(shown)
        [submit] = [button for button in rules.buttons(message) if button["action_id"].startswith("form")]
        state = {
            block["block_id"]: {name: rules.filled(block["element"], values.get(name))}
            for block in rules.inputs(message)
            if (name := block["element"]["action_id"])
        }
        return (await self.deliver.interaction(delivery.press(message, submit, event, state))).status_code

    async def shown(self, place: Place = "direct") -> list[Shown]:
        return self.slack.visible(self.true_channel(place))

    def fail_next(self, how: Literal["rate-limit", "server-error", "time-out", "gone"]) -> None:
        self.slack.fail_next(how)

    def _message(self, shown: Shown) -> dict[str, object]:
        name = shown.message_id.split("/")[:2]
        return next(m for m in self.slack.messages if [m["channel"], m["ts"]] == name)

    def _event(self, text: str, place: Place, ts: str, thread: str | None) -> dict[str, Any]:
        if place == "channel":
            return delivery.mention(text, ts, thread)
        return delivery.message(text, ts, DIRECT, thread)


@asynccontextmanager
async def harness(
    intake: RecordingIntake, *, follows_up: FollowsUp = nobody, questions: tuple[str, ...] = (), notice: str = "",
    strangers: bool = False,
) -> AsyncIterator[SlackHarness]:
    """The adapter between a fake Slack and this intake, on one clock that nothing but sleeping moves."""
    clock = FakeClock()
    async with running(clock) as slack:
        adapter = SlackAdapter(
            intake, bot_token=TOKEN, signing_secret=SECRET, app_token=APP_TOKEN, api_url=f"{slack.url}api/", clock=clock,
            sleep=clock.sleep, follows_up=follows_up, questions=questions, notice=notice, strangers=strangers,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        transport = httpx.ASGITransport(app=Starlette(routes=adapter.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://midway.test") as client:
            yield SlackHarness(slack, adapter, intake, Deliveries(client, clock))
        await adapter.stop()
