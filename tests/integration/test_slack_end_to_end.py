"""A question over real HTTP, its answer back in Slack: the fake delivers, the application answers through the fake."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette

from adapters.slack.adapter import SlackAdapter
from bot.messages import ButtonPress, Incoming, IncomingMessage
from bot.ports import Sent
from bot.replies import Button, Buttons, Paragraph, Reply
from tests.fakes import slack_rules as rules
from tests.fakes.slack import FakeSlack, running
from tests.fakes.slack_delivery import (
    CHANNEL,
    SECRET,
    TOKEN,
    Deliveries,
    FakeClock,
    mention,
    press,
)
from tests.harness import RecordingIntake
from tests.harness.slack import nobody


class AnsweringIntake(RecordingIntake):
    """Stores, and answers from a task of its own as a worker does."""

    def __init__(self) -> None:
        super().__init__()
        self.adapter: SlackAdapter | None = None
        self.work: list[asyncio.Task[object]] = []

    async def accept(self, incoming: Incoming) -> bool:
        new = await super().accept(incoming)
        if new:
            self.work.append(asyncio.create_task(self._answer(incoming)))
        return new

    async def _answer(self, incoming: Incoming) -> object:
        assert self.adapter
        messenger, key = self.adapter.messenger, f"reply:{incoming.event_id}"
        if isinstance(incoming, ButtonPress):
            return await messenger.send(incoming.conversation, Reply("Noted.", replaces=incoming.message_id), key)
        assert isinstance(incoming, IncomingMessage)
        await messenger.draft(incoming.conversation, key, "")
        await messenger.draft(incoming.conversation, key, "You asked")
        answer = Reply("x", (Paragraph(f"You asked: {incoming.text}"), Buttons((Button("Try", "adopt", "v"),))))
        return await messenger.send(incoming.conversation, answer, key)


@asynccontextmanager
async def serving(adapter: SlackAdapter) -> AsyncIterator[str]:
    """The application on a free port of 127.0.0.1."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=adapter.routes()), log_config=None, lifespan="off"))
    serve = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serve


@asynccontextmanager
async def everything() -> AsyncIterator[tuple[FakeSlack, Deliveries, AnsweringIntake]]:
    """Slack, the application and a worker, each behind a real connection."""
    clock, intake = FakeClock(), AnsweringIntake()
    async with running(clock) as slack:
        adapter = SlackAdapter(intake, bot_token=TOKEN, signing_secret=SECRET, api_url=f"{slack.url}api/", clock=clock, sleep=clock.sleep, follows_up=nobody)
        intake.adapter = adapter
        async with serving(adapter) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield slack, Deliveries(client, clock), intake
        await adapter.stop()


async def test_a_mention_is_answered_in_its_thread_and_the_press_under_it_noted() -> None:
    """Delivered twice, answered once; the press takes the card's place."""
    async with everything() as (slack, to, intake):
        question = mention("How do we launch a pilot?", "1772442000.000100")
        for retry in range(2):
            assert (await to.event(question, retry=retry)).status_code == 200
        assert all(isinstance(outcome, Sent) for outcome in await asyncio.gather(*intake.work))
        [shown] = slack.visible(CHANNEL)
        assert (shown.text, shown.thread) == ("You asked: How do we launch a pilot?\nTry", "1772442000.000100")
        [message] = slack.messages
        assert (await to.interaction(press(message, rules.buttons(message)[0]))).status_code == 200
        await asyncio.gather(*intake.work)
        assert [shown.text for shown in slack.visible(CHANNEL)] == ["Noted."]
        assert slack.statuses == {}


async def test_rubbish_over_real_http_is_refused() -> None:
    """Unsigned, oversized, of another method: a 4xx each, and nothing runs."""
    async with everything() as (slack, to, intake):
        statuses = [
            (await to.raw(b"{}", "application/json", {"x-slack-signature": "v0=00"})).status_code,
            (await to.raw(b"x" * 2_000_000, "application/json")).status_code,
            (await to.raw(b"<x/>", "text/xml")).status_code,
            (await to.raw(b"[", "application/json")).status_code,
            (await to._client.get("/slack/events")).status_code,
        ]
        assert statuses == [401, 413, 415, 400, 405]
        assert intake.everything == []
        assert slack.calls == []
