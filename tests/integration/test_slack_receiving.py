"""What Slack delivers: genuine requests are stored once and acknowledged, everything else leaves no trace."""

from __future__ import annotations

import asyncio
import json
import logging

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from adapters.slack.adapter import STRANGER as REFUSAL
from adapters.slack.adapter import TRY_AGAIN, SlackAdapter
from bot.messages import Ending, Incoming, IncomingMessage
from tests.fakes.slack_delivery import (
    CHANNEL,
    OTHER_TEAM,
    PERSON,
    SECRET,
    STRANGER,
    TEAM,
    TOKEN,
    Deliveries,
    FakeClock,
    command,
    event_payload,
    mention,
    message,
    press,
    signed,
)
from tests.harness import RecordingIntake
from tests.harness.slack import SlackHarness, harness, nobody

TS, ROOT = "1772442000.000100", "1772441000.000100"


class FullDisk(RecordingIntake):
    """An intake that cannot store, with people's words in its complaint."""

    async def accept(self, incoming: Incoming) -> bool:
        raise OSError(f"no space left for {incoming}")

    async def ended(self, ending: Ending) -> None:
        raise OSError(f"no space left for {ending}")


async def test_an_unsigned_request_changes_nothing(slack: SlackHarness) -> None:
    """The handler is not run and the status is a 4xx."""
    body = json.dumps(event_payload(message("hello", TS))).encode()
    answer = await slack.deliver.raw(body, "application/json", {"x-slack-signature": "v0=00"})
    assert answer.status_code == 401
    assert slack.intake.everything == []
    assert slack.slack.calls == []


async def test_a_replay_within_the_window_is_stored_once(slack: SlackHarness) -> None:
    """The same bytes with the same signature twice; an hour later they are refused."""
    body = json.dumps(event_payload(message("hello", TS))).encode()
    stamped = signed(body, str(int(slack.slack.clock().timestamp())))
    statuses = [(await slack.deliver.raw(body, "application/json", stamped)).status_code for _ in range(2)]
    await slack.slack.clock.sleep(3_600)
    statuses.append((await slack.deliver.raw(body, "application/json", stamped)).status_code)
    assert statuses == [200, 200, 403]
    assert len(slack.intake.accepted) == 1


async def test_a_retry_is_taken_like_any_delivery(slack: SlackHarness) -> None:
    """Whoever drops retries loses what the first attempt could not store."""
    assert (await slack.deliver.event(message("hello", TS), retry=1)).status_code == 200
    assert (await slack.deliver.event(message("hello", TS), retry=2)).status_code == 200
    assert len(slack.intake.accepted) == 1


async def test_a_message_that_arrives_as_two_events_is_stored_once(slack: SlackHarness) -> None:
    """A mention in a channel comes as `app_mention` and as `message`."""
    await slack.deliver.event(mention("How?", TS), "Ev1")
    await slack.deliver.event(message("<@U0BOT> How?", TS, CHANNEL), "Ev2")
    [incoming] = slack.intake.accepted
    assert isinstance(incoming, IncomingMessage)
    assert incoming.text == "How?"


async def test_what_we_do_not_answer_is_acknowledged(slack: SlackHarness) -> None:
    """Unknown events, actions, views and shortcuts: 200, nothing stored; what Slack never sends is a 400."""
    unknown = [
        event_payload({"type": "reaction_added", "user": PERSON}),
        event_payload({"type": "message.new_kind"}),
        event_payload({"type": "app_uninstalled"}),
        {"type": "something_new"},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "x"}, "user": {"id": PERSON}},
        {"type": "shortcut", "callback_id": "x", "user": {"id": PERSON}},
        {"type": "block_suggestion", "action_id": "x", "value": ""},
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "foreign"}], "user": {"id": PERSON}},
    ]
    for payload in unknown:
        assert (await slack.deliver.json(payload)).status_code == 200, payload
        assert (await slack.deliver.interaction(payload)).status_code == 200, payload
    assert (await slack.deliver.interaction({"type": "block_actions", "actions": []})).status_code == 400
    assert slack.intake.everything == []


async def test_the_address_check_of_slack_is_answered(slack: SlackHarness) -> None:
    """The challenge comes back."""
    answer = await slack.deliver.json({"type": "url_verification", "challenge": "3eZbrw1a"})
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1a"})


async def test_a_command_is_stored_whatever_words_it_has(slack: SlackHarness) -> None:
    """Also with the word "payload", which bolt alone would lose."""
    await slack.deliver.form(command("what is a payload?", "t1"))
    await slack.deliver.form(command("café & <b>", "t2"))
    assert [incoming.text for incoming in slack.intake.accepted if isinstance(incoming, IncomingMessage)] == ["what is a payload?", "café & <b>"]


async def test_what_cannot_be_stored_is_not_acknowledged(caplog: pytest.LogCaptureFixture) -> None:
    """An event comes again, a person is told, and the log has no words of theirs. Slack never gets a 5xx."""
    async with harness(FullDisk()) as slack:
        with caplog.at_level(logging.DEBUG):
            event = await slack.deliver.event(message("my secret question", TS))
            asked = await slack.deliver.form(command("my secret question"))
            hook = f"{slack.slack.url}hooks/{CHANNEL}-1"
            pressed = await slack.deliver.interaction(press({"channel": CHANNEL, "ts": TS}, {"action_id": "1:a", "value": "secret"}, hook=hook))
            await slack.adapter.settled()
        assert (event.status_code, asked.status_code, pressed.status_code) == (429, 200, 200)
        assert asked.json()["text"] == TRY_AGAIN
        assert [shown.text for shown in slack.slack.visible(CHANNEL)] == [TRY_AGAIN]
        assert "secret" not in caplog.text
        assert "OSError" in caplog.text


async def test_nothing_said_is_in_the_log_at_any_level(slack: SlackHarness, caplog: pytest.LogCaptureFixture) -> None:
    """A delivery and an answer with everything logged."""
    with caplog.at_level(logging.DEBUG):
        await slack.says("my secret question")
        await slack.deliver.event(message("my secret notice", TS, bot_id="B1"))
        await slack.deliver.form(command("my secret question"))
    assert "secret" not in caplog.text


async def test_a_follow_up_is_answered_only_where_the_thread_is_theirs() -> None:
    """The one the bot last answered may go on without a mention; others talk among themselves."""
    asked: list[str] = []

    async def follows_up(incoming: IncomingMessage) -> bool:
        asked.append(incoming.conversation.thread)
        return incoming.sender.user == PERSON

    async with harness(RecordingIntake(), follows_up=follows_up) as slack:
        await slack.deliver.event(message("And then?", "1772442001.1", CHANNEL, ROOT), "Ev1")
        await slack.deliver.event(message("And us?", "1772442002.1", CHANNEL, ROOT) | {"user": "U0OTHER"}, "Ev2")
        await slack.deliver.event(message("Outside of it", "1772442003.1", CHANNEL), "Ev3")
        assert [incoming.text for incoming in slack.intake.accepted if isinstance(incoming, IncomingMessage)] == ["And then?"]
        assert asked == [f"{CHANNEL}/{ROOT}"] * 2


async def test_a_follow_up_that_cannot_be_decided_comes_again() -> None:
    """A locked database must not turn a question into silence."""

    async def locked(incoming: IncomingMessage) -> bool:
        raise TimeoutError

    async with harness(RecordingIntake(), follows_up=locked) as slack:
        assert (await slack.deliver.event(message("And then?", TS, CHANNEL, ROOT))).status_code == 429


def test_without_a_signing_secret_there_is_no_path() -> None:
    """Socket Mode alone opens no door."""
    assert SlackAdapter(RecordingIntake(), bot_token=TOKEN, clock=FakeClock(), follows_up=nobody).routes() == []


_json = st.recursive(
    st.none() | st.booleans() | st.text(max_size=9) | st.sampled_from(["event_callback", "block_actions", "message", "view"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "event", "team", "user", "view", "authorizations", "command", "text", "actions", "enterprise", "action_id", "is_ext_shared_channel"]), inner, max_size=5),
    max_leaves=15,
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(payload=st.dictionaries(st.sampled_from(["type", "event", "team", "user", "view", "authorizations", "command", "text", "actions", "enterprise"]), _json), kind=st.booleans())
def test_signed_noise_is_never_a_5xx(payload: dict[str, object], kind: bool) -> None:
    """Strange shapes with a right signature, through bolt: 200, 400 or 429, never a crash."""

    async def deliver() -> int:
        clock = FakeClock()
        adapter = SlackAdapter(RecordingIntake(), bot_token=TOKEN, signing_secret=SECRET, clock=clock, follows_up=nobody, api_url="http://127.0.0.1:1/api/")
        transport = httpx.ASGITransport(app=Starlette(routes=adapter.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://midway.test") as client:
            to = Deliveries(client, clock)
            status = (await (to.json(payload) if kind else to.interaction(payload))).status_code
        await adapter.stop()
        return status

    assert asyncio.run(deliver()) in {200, 400, 429}


FOREIGN = {"user": STRANGER, "team": OTHER_TEAM, "user_team": OTHER_TEAM, "source_team": OTHER_TEAM}


async def test_people_of_other_companies_are_refused_in_one_sentence(slack: SlackHarness) -> None:
    """In a channel that is shared with them: by mention, follow-up and press; nothing is stored, and they alone are told."""
    named = mention("How do we start?", TS, **FOREIGN)
    for said in (named, named | {"type": "message"}, message("And then?", TS, CHANNEL, ROOT, **FOREIGN)):
        assert (await slack.deliver.event(said, is_ext_shared_channel=True)).status_code == 200
    await slack.adapter.settled()
    assert [(shown.only_for, shown.text) for shown in await slack.shown("channel")] == [(STRANGER, REFUSAL)]
    element = {"action_id": "0:adopt", "value": "v"}
    pressed = press({"ts": TS, "channel": CHANNEL}, element, hook=f"{slack.slack.url}hooks/{CHANNEL}-x")
    await slack.deliver.interaction(pressed | {"user": {"id": STRANGER, "team_id": OTHER_TEAM}})
    await slack.adapter.settled()
    assert slack.slack.calls[-1][1]["text"] == REFUSAL
    assert slack.intake.everything == []


async def test_people_of_other_companies_are_answered_where_that_is_set() -> None:
    """They may ask like one's own."""
    async with harness(RecordingIntake(), strangers=True) as slack:
        await slack.deliver.event(mention("How?", TS, **FOREIGN), is_ext_shared_channel=True)
        assert len(slack.intake.everything) == 1


async def test_ones_own_people_are_no_strangers(slack: SlackHarness) -> None:
    """In a shared channel, nor those of another workspace of the same organization."""
    await slack.deliver.event(mention("one", TS, user_team=TEAM), is_ext_shared_channel=True)
    await slack.deliver.event(mention("two", ROOT, **FOREIGN), is_ext_shared_channel=False)
    pressed = press({"ts": TS, "channel": CHANNEL}, {"action_id": "0:adopt", "value": "v"})
    await slack.deliver.interaction(pressed | {"user": {"id": STRANGER, "team_id": OTHER_TEAM}, "enterprise": {"id": "E1"}})
    assert len(slack.intake.everything) == 3


async def test_what_has_ended_is_noted_before_it_is_acknowledged() -> None:
    """And delivered again where it could not be; it is nobody's words, so nothing else comes of it."""
    gone = {"type": "app_uninstalled"}
    async with harness(FullDisk()) as slack:
        assert (await slack.deliver.event(gone)).status_code == 429
    async with harness(RecordingIntake()) as slack:
        assert (await slack.deliver.event(gone, "Ev7")).status_code == 200
        assert [ending.event_id for ending in slack.intake.endings] == [f"{TEAM}/event/Ev7"]
        assert (slack.intake.everything, slack.slack.calls) == ([], [])


async def test_nothing_ends_by_what_slack_did_not_sign(slack: SlackHarness) -> None:
    body = json.dumps(event_payload({"type": "app_uninstalled"})).encode()
    answer = await slack.deliver.raw(body, "application/json", {"x-slack-signature": "v0=00"})
    assert (answer.status_code, slack.intake.endings) == (401, [])
