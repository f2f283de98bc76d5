"""What is for everyone although it answers something hidden: said in the channel, or to the asker with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages import Conversation, Incoming
from bot.ports import NotFound, Rejected, Sent, Unknown, Unsupported
from bot.replies import Button, Buttons, Field, Form, Paragraph, Reply
from tests.fakes import slack_rules as rules
from tests.fakes.slack_delivery import ARCHIVED, CHANNEL, FOREIGN, PERSON, command, press
from tests.harness.slack import SlackHarness

FOR_ALL = Reply("Tips are on.", (Paragraph("Tips are on."),), audience="everyone")
CARD = Reply("card", (Form("tips", "a1", "Tips", "Save", (Field("day", "Day"),)), Buttons((Button("Stop", "tips", "off"),))), audience="sender")


async def commanded(slack: SlackHarness, channel: str = CHANNEL) -> Conversation:
    """The conversation of a slash command."""
    await slack.deliver.form(command("tips", "t1", f"{slack.slack.url}hooks/{channel}-x", channel))
    return slack.intake.accepted[-1].conversation


async def pressed(slack: SlackHarness, where: Conversation, label: str) -> tuple[Incoming, dict[str, Any]]:
    """What comes in when a button is pressed on a card that only the asker sees; and that card."""
    assert isinstance(await slack.messenger.send(where, CARD, "k0"), Sent)
    card = slack.slack.messages[-1]
    assert card["only_for"] == PERSON
    [element] = [button for button in rules.buttons(card) if button["text"]["text"] == label]
    hook = f"{slack.slack.url}hooks/{card['channel']}-{card['ts']}"
    # A card in a thread says so, beside its own time stamp.
    payload = press(card, element, hook=hook)
    payload["container"] |= {"thread_ts": card["thread_ts"]} if "thread_ts" in card else {}
    await slack.deliver.interaction(payload)
    return slack.intake.accepted[-1], card


async def test_a_command_is_answered_to_the_whole_channel(slack: SlackHarness) -> None:
    """In the channel itself, with the key by which it is found again, and not to the asker besides."""
    where = await commanded(slack)
    sent = await slack.messenger.send(where, FOR_ALL, "k1")
    [shown] = await slack.shown("channel")
    assert (shown.only_for, shown.thread, shown.text) == (None, "", "Tips are on.")
    assert sent == Sent(shown.message_id)
    assert [name for name, _ in slack.slack.calls] == ["chat.postMessage"]
    assert await slack.messenger.find(where, "k1") == sent
    assert isinstance(await slack.messenger.find(where, "k2"), Unsupported)


@pytest.mark.parametrize("label", ["Save", "Stop"])
async def test_a_form_or_button_of_a_hidden_card_too(slack: SlackHarness, label: str) -> None:
    """A card that is to be replaced goes, one that is not stays as it is."""
    came, card = await pressed(slack, await commanded(slack), label)
    slack.slack.clock.now = slack.slack.clock.now.replace(minute=1)
    assert isinstance(await slack.messenger.send(came.conversation, FOR_ALL, "k1"), Sent)
    before, shown = await slack.shown("channel")
    assert (before.only_for, shown.only_for, shown.thread) == (PERSON, None, "")
    message_id = getattr(came, "message_id", None)
    assert isinstance(await slack.messenger.replace(message_id, FOR_ALL), Unsupported)
    assert card not in slack.slack.messages


async def test_a_reply_that_would_replace_a_hidden_card_is_said_to_all(slack: SlackHarness) -> None:
    """In one step, where nobody asked to replace it first."""
    came, _ = await pressed(slack, await commanded(slack), "Save")
    reply = Reply("Tips are on.", audience="everyone", replaces=getattr(came, "message_id", None))
    assert isinstance(await slack.messenger.send(came.conversation, reply, "k1"), Sent)
    [shown] = await slack.shown("channel")
    assert (shown.only_for, shown.text) == (None, "Tips are on.")


async def test_in_a_thread_it_stays_in_the_thread(slack: SlackHarness) -> None:
    """A hidden card in the thread of a public message is answered there, for all."""
    await slack.says("tips", place="channel", thread=f"{CHANNEL}/1772442000.000100")
    where = slack.intake.accepted[-1].conversation
    came, _ = await pressed(slack, where, "Save")
    assert came.conversation.thread == where.thread
    assert isinstance(await slack.messenger.send(came.conversation, FOR_ALL, "k1"), Sent)
    shown = (await slack.shown("channel"))[-1]
    assert (shown.only_for, f"{CHANNEL}/{shown.thread}") == (None, where.thread)


@pytest.mark.parametrize(("channel", "why"), [
    (FOREIGN, "I am not a member of this channel, so only you see this. Invite me with /invite @Midway, or nothing can be posted here."),
    ("C0NOWHERE", "I am not a member of this channel, so only you see this. Invite me with /invite @Midway, or nothing can be posted here."),
    (ARCHIVED, "This channel takes no messages from me, so only you see this."),
])  # fmt: skip
async def test_a_channel_that_is_closed_to_us_is_told_to_the_asker(slack: SlackHarness, channel: str, why: str) -> None:
    """The same words, and below them in small print what can be done."""
    where = await commanded(slack, channel)
    for reply in (FOR_ALL, Reply("Tips are on.", audience="everyone")):
        assert isinstance(await slack.messenger.send(where, reply, "k1"), Sent)
        shown = slack.slack.visible(channel)[-1]
        assert (shown.only_for, shown.text) == (PERSON, f"Tips are on.\n{why}")
        assert slack.slack.messages[-1]["blocks"][-1]["type"] == "context"
        slack.slack.clock.now = slack.slack.clock.now.replace(minute=2)
    assert isinstance(await slack.messenger.find(where, "k1"), Unsupported)


async def test_what_may_have_been_shown_is_looked_for(slack: SlackHarness) -> None:
    """Not whispered besides: it may stand there, and then it is found."""
    where = await commanded(slack)
    slack.slack.fail_next("lost-answer")
    assert isinstance(await slack.messenger.send(where, FOR_ALL, "k1"), Unknown)
    assert isinstance(await slack.messenger.find(where, "k1"), Sent)
    slack.slack.fail_next("rate-limit")
    assert isinstance(await slack.messenger.send(where, FOR_ALL, "k2"), Rejected)
    assert len(await slack.shown("channel")) == 1


async def test_where_nothing_was_hidden_it_is_an_ordinary_answer(slack: SlackHarness) -> None:
    """In the thread; a closed channel is a refusal, for there is nobody to tell alone."""
    await slack.says("tips", place="channel")
    where = slack.intake.accepted[-1].conversation
    sent = await slack.messenger.send(where, FOR_ALL, "k1")
    assert await slack.messenger.find(where, "k1") == sent
    assert isinstance(await slack.messenger.find(where, "k2"), NotFound)
    slack.slack.fail_next("gone")
    assert isinstance(await slack.messenger.send(where, FOR_ALL, "k3"), Rejected)
