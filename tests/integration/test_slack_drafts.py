"""An answer on its way: the waiting sign, the stream, and the finished message in its place."""

from __future__ import annotations

import logging

import pytest

from adapters.slack import messenger as slack_messenger
from adapters.slack.drafts import WAITING
from bot.messages import ButtonPress, Conversation
from bot.ports import Rejected, Sent, Unknown
from bot.replies import Button, Buttons, Paragraph, Reply, SourceLink, Sources
from tests.fakes.slack_delivery import CHANNEL, DIRECT, PERSON, TEAM, command
from tests.harness import Place
from tests.harness.slack import SlackHarness

ANSWER = Reply("Start small.", (Paragraph("Start with one project [1]."), Sources((SourceLink(1, "Plan", "Archives", 2016, "https://example.org/p"),))))
HOSTILE = "<!channel> <@U1> [x](https://evil.example) https://evil.example \u202e"


async def asked(slack: SlackHarness, place: Place = "direct") -> Conversation:
    await slack.says("How?", place=place)
    return slack.intake.accepted[-1].conversation


async def streaming(slack: SlackHarness, where: Conversation, *texts: str) -> None:
    """Drafts a second apart, so that none is left out."""
    for text in texts:
        await slack.slack.clock.sleep(1)
        await slack.messenger.draft(where, "k1", text)


@pytest.mark.parametrize("place", ["direct", "channel"])
async def test_the_waiting_sign_is_set_once_and_always_taken_away(slack: SlackHarness, place: Place) -> None:
    """A sign that stays blocks the composer."""
    where = await asked(slack, place)
    for _ in range(2):
        await slack.messenger.draft(where, "k1", "")
    assert list(slack.slack.statuses.values()) == [WAITING]
    await slack.messenger.send(where, ANSWER, "k1")
    assert slack.slack.statuses == {}
    assert [said["status"] for said in slack.slack.called("assistant.threads.setStatus")] == [WAITING, ""]


async def test_the_waiting_sign_goes_also_when_the_answer_is_refused_or_hidden(slack: SlackHarness) -> None:
    """Posting would clear it; a refusal and an ephemeral message do not."""
    where = await asked(slack, "channel")
    await slack.messenger.draft(where, "k1", "")
    slack.slack.fail_next("gone")
    assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), Rejected)
    assert slack.slack.statuses == {}
    await slack.messenger.draft(where, "k2", "")
    await slack.messenger.send(where, Reply("x", audience="sender"), "k2")
    assert slack.slack.statuses == {}


async def test_the_waiting_sign_goes_when_the_pressed_card_becomes_the_answer(slack: SlackHarness) -> None:
    """A replaced message is no new post, so Slack would leave the sign; signs of others in the channel stay."""
    where = await asked(slack)
    card = Reply("x", (Buttons((Button("Try", "adopt", "v"),)),))
    await slack.messenger.send(where, card, "k1")
    await slack.presses((await slack.shown())[0], "Try")
    pressed = slack.intake.accepted[-1]
    assert isinstance(pressed, ButtonPress)
    assert pressed.message_id
    await slack.messenger.draft(pressed.conversation, "k2", "")
    await slack.says("And?", event="e2")
    await slack.messenger.draft(slack.intake.accepted[-1].conversation, "k3", "")
    await slack.messenger.replace(pressed.message_id, ANSWER)
    assert [f"{channel}/{thread}" for channel, thread in slack.slack.statuses] == [slack.intake.accepted[-1].conversation.thread]


@pytest.mark.parametrize("place", ["direct", "channel"])
async def test_a_stream_becomes_the_answer(slack: SlackHarness, place: Place) -> None:
    """One message: words as they come, then only the finished answer, found by its key."""
    where = await asked(slack, place)
    await streaming(slack, where, "Start", "Start with", "Start with one")
    [shown] = await slack.shown(place)
    assert shown.text == "Start with one"
    sent = await slack.messenger.send(where, ANSWER, "k1")
    [shown] = await slack.shown(place)
    assert sent == Sent(shown.message_id) == await slack.messenger.find(where, "k1")
    assert shown.text == "Start with one project [1].\n[1] \nPlan\n · Archives, 2016"
    assert slack.slack.called("chat.postMessage") == []


async def test_a_stream_in_a_channel_names_its_reader(slack: SlackHarness) -> None:
    """Slack refuses it otherwise; in a direct message there is only one."""
    await streaming(slack, await asked(slack, "channel"), "Start")
    [started] = slack.slack.called("chat.startStream")
    assert (started["recipient_user_id"], started["recipient_team_id"]) == (PERSON, TEAM)


async def test_drafts_that_come_too_fast_are_left_out(slack: SlackHarness) -> None:
    """Fewer calls, the same words in the end."""
    where = await asked(slack)
    for text in ("a", "ab", "abc"):
        await slack.messenger.draft(where, "k1", text)
    await streaming(slack, where, "abcd")
    assert [said["markdown_text"] for said in slack.slack.called("chat.appendStream")] == ["bcd"]


async def test_words_that_changed_wait_for_the_answer(slack: SlackHarness) -> None:
    """What was said cannot be unsaid in a stream; the finished message replaces it."""
    where = await asked(slack)
    await streaming(slack, where, "One thing", "Another")
    assert (await slack.shown())[0].text == "One thing"
    await slack.messenger.send(where, ANSWER, "k1")
    assert "One thing" not in (await slack.shown())[0].text


async def test_streamed_words_are_inert(slack: SlackHarness) -> None:
    """A model that repeats markup pings nobody and links nothing."""
    await streaming(slack, await asked(slack), HOSTILE)
    [shown] = await slack.shown()
    assert shown.links == ()
    assert "<" not in shown.text
    assert "\u202e" not in shown.text


async def test_an_answer_for_one_persons_eyes_takes_the_stream_away(slack: SlackHarness) -> None:
    """What everybody could read until then is deleted."""
    where = await asked(slack, "channel")
    await streaming(slack, where, "Start")
    await slack.messenger.send(where, Reply("hidden", audience="sender"), "k1")
    assert [(shown.only_for, shown.text) for shown in await slack.shown("channel")] == [(PERSON, "hidden")]


async def test_a_stream_that_slack_ended_is_finished_all_the_same(slack: SlackHarness) -> None:
    """After some minutes Slack closes a stream by itself; the message still becomes the answer."""
    where = await asked(slack)
    await streaming(slack, where, "Start")
    del slack.slack.messages[-1]["streaming"]
    assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), Sent)
    [shown] = await slack.shown()
    assert shown.text.startswith("Start with one project")


async def test_a_stream_that_somebody_deleted_is_posted_anew(slack: SlackHarness) -> None:
    """The answer must not go down with its draft."""
    where = await asked(slack)
    await streaming(slack, where, "Start")
    slack.slack.messages.clear()
    await slack.slack.clock.sleep(1)
    assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), Sent)
    assert len(await slack.shown()) == 1


@pytest.mark.parametrize(("how", "kind"), [("rate-limit", Rejected), ("server-error", Unknown)])
async def test_a_stream_that_cannot_be_finished_now_is_finished_by_the_next_send(slack: SlackHarness, how: str, kind: type) -> None:
    """The ledger tries again with the same key; there is still one message."""
    where = await asked(slack)
    await streaming(slack, where, "Start")
    slack.slack.fail_next(how)  # type: ignore[arg-type]  # one of the fake's words
    assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), kind)
    assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), Sent)
    assert len(await slack.shown()) == 1


async def test_a_finished_stream_whose_last_update_fails_is_still_the_answer(slack: SlackHarness) -> None:
    """Everything is there by then, only the streamed words stand above it."""
    where = await asked(slack)
    await streaming(slack, where, "Start")
    original = slack.slack._methods
    slack.slack._methods = lambda: {name: call for name, call in original().items() if name != "chat.update"}  # type: ignore[method-assign]
    assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), Sent)
    assert "Plan" in (await slack.shown())[0].text


async def test_a_stream_that_cannot_start_is_not_tried_again(slack: SlackHarness, caplog: pytest.LogCaptureFixture) -> None:
    """The answer is posted; the log says what failed without any words."""
    where = await asked(slack)
    slack.slack.fail_next("server-error")
    with caplog.at_level(logging.DEBUG):
        await streaming(slack, where, "secret words", "secret words of a model")
        assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), Sent)
    assert len(slack.slack.called("chat.startStream")) == 1
    assert "chat.startStream failed" in caplog.text
    assert "secret" not in caplog.text


async def test_blocks_refused_at_the_end_of_a_stream_are_said_plainly(slack: SlackHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a message that was not streamed."""
    where = await asked(slack)
    await streaming(slack, where, "Start")
    monkeypatch.setattr(slack_messenger, "render", lambda reply, files: [{"type": "unheard-of"}])
    assert isinstance(await slack.messenger.send(where, ANSWER, "k1"), Sent)
    assert "Start with one project" in (await slack.shown())[0].text


async def test_nothing_is_drafted_where_only_one_person_may_see(slack: SlackHarness) -> None:
    """A slash command has neither a thread nor a hidden stream."""
    await slack.deliver.form(command("How?"))
    where = slack.intake.accepted[0].conversation
    await streaming(slack, where, "", "Start")
    assert slack.slack.calls == []
    assert slack.slack.visible(CHANNEL) == slack.slack.visible(DIRECT) == []
