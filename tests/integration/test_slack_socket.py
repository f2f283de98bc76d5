"""Socket Mode: the same values come in over a connection that the app opens itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.slack.adapter import SlackAdapter
from bot.messages import IncomingMessage
from bot.replies import Reply
from tests.fakes.slack_delivery import (
    TOKEN,
    FakeClock,
    Payload,
    command,
    event_payload,
    message,
)
from tests.harness import RecordingIntake
from tests.harness.slack import SlackHarness, harness, nobody

TS = "1772442000.000100"


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[SlackHarness]:
    async with harness(RecordingIntake()) as made:
        await made.adapter.start_socket()
        await asyncio.wait_for(made.slack.connected.wait(), 10)
        yield made


async def deliver(slack: SlackHarness, kind: str, payload: Payload, envelope: str) -> None:
    """Sends one envelope and waits until it is acknowledged."""
    done = slack.slack.acknowledged.setdefault(envelope, asyncio.Event())
    assert slack.slack.socket
    await slack.slack.socket.send_json({"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": False})
    await asyncio.wait_for(done.wait(), 10)


async def test_what_comes_over_the_socket_is_stored_and_acknowledged(slack: SlackHarness) -> None:
    """A message, a command, and something unknown."""
    await deliver(slack, "events_api", event_payload(message("How?", TS)), "one")
    await deliver(slack, "events_api", event_payload(message("How?", TS)), "two")
    await deliver(slack, "slash_commands", dict(command("what is a payload?")), "three")
    await deliver(slack, "interactive", {"type": "something_new"}, "four")
    assert [incoming.text for incoming in slack.intake.accepted if isinstance(incoming, IncomingMessage)] == ["How?", "what is a payload?"]


async def test_an_answer_goes_out_as_over_http(slack: SlackHarness) -> None:
    """Only the way in is another."""
    await deliver(slack, "events_api", event_payload(message("How?", TS)), "one")
    await slack.messenger.send(slack.intake.accepted[0].conversation, Reply("hello there"), "k1")
    assert [(shown.text, shown.thread) for shown in await slack.shown()] == [("hello there", TS)]


async def test_without_an_app_token_it_says_which_setting_is_missing() -> None:
    """Before anything is opened."""
    adapter = SlackAdapter(RecordingIntake(), bot_token=TOKEN, clock=FakeClock(), follows_up=nobody)
    with pytest.raises(ValueError, match="MIDWAY_SLACK__APP_TOKEN"):
        await adapter.start_socket()


async def test_slack_being_away_does_not_hold_up_the_start() -> None:
    """The connection is tried in the background until the adapter is stopped."""
    adapter = SlackAdapter(RecordingIntake(), bot_token=TOKEN, app_token="xapp-x", clock=FakeClock(), follows_up=nobody, api_url="http://127.0.0.1:1/api/")
    await asyncio.wait_for(adapter.start_socket(), 2)
    await asyncio.wait_for(adapter.stop(), 5)
