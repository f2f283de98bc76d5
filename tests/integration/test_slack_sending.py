"""What the bot says in Slack: where it is seen, by whom, and what is known when Slack does not answer well."""

from __future__ import annotations

import pytest

from adapters.slack import messenger as slack_messenger
from adapters.slack.adapter import SlackAdapter
from adapters.slack.address import Place
from adapters.slack.outcomes import BESIDES, REASONS, answered
from adapters.slack.parse import heard
from bot.messages import ButtonPress, Conversation
from bot.ports import NotFound, Rejected, Sent, Unknown, Unsupported
from bot.replies import Button, Buttons, Heading, Paragraph, Reply
from bot.storage.codec import dump_conversation, load_conversation
from tests.fakes.slack_delivery import (
    ARCHIVED,
    CHANNEL,
    DIRECT,
    FOREIGN,
    PERSON,
    TEAM,
    FakeClock,
    command,
    event_payload,
    mention,
    message,
    press,
)
from tests.harness import RecordingIntake
from tests.harness.slack import SlackHarness, harness, nobody

WORDS = Reply("hello", (Paragraph("hello there"),))
ONLY_YOU = Reply("hello", (Paragraph("hello there"),), audience="sender")


async def asked(slack: SlackHarness) -> Conversation:
    """The conversation of a mention in a channel."""
    await slack.says("How?", place="channel")
    return slack.intake.accepted[-1].conversation


async def test_an_answer_stands_in_the_thread_of_the_question(slack: SlackHarness) -> None:
    """Never in the channel itself; the address alone is enough, also months later."""
    where = await asked(slack)
    assert isinstance(await slack.messenger.send(where, WORDS, "k1"), Sent)
    [shown] = await slack.shown("channel")
    assert f"{CHANNEL}/{shown.thread}" == where.thread
    [said] = slack.slack.called("chat.postMessage")
    assert said["metadata"] == {"event_type": "midway_reply", "event_payload": {"key": "k1"}}
    assert (said["unfurl_links"], said["unfurl_media"]) == (False, False)


@pytest.mark.parametrize("channel", [CHANNEL, DIRECT])
async def test_the_id_of_a_message_is_the_thread_of_what_is_said_in_reply(slack: SlackHarness, channel: str) -> None:
    """Posted in the channel itself, unasked: a reply is heard without a mention, and a mention there is of the same thread."""
    place = Place(TEAM, channel).conversation(channel)
    sent = await slack.messenger.send(place, WORDS, "tip:1")
    assert isinstance(sent, Sent)
    [posted] = slack.slack.messages
    for said in (message("not for us", slack.slack.next_ts(), channel, posted["ts"]), mention("stop", slack.slack.next_ts(), posted["ts"])):
        found = heard(event_payload(said | {"channel": channel}))
        assert found
        assert found.message.conversation.thread == sent.message_id
        assert found.addressed is (channel == DIRECT or said["type"] == "app_mention")


async def test_an_answer_for_the_sender_is_seen_by_them_alone(slack: SlackHarness) -> None:
    """Ephemeral in a channel, ordinary in a direct message."""
    assert isinstance(await slack.messenger.send(await asked(slack), ONLY_YOU, "k1"), Sent)
    [shown] = await slack.shown("channel")
    assert shown.only_for == PERSON
    await slack.messenger.send(slack.conversation("direct"), ONLY_YOU, "k2")
    assert (await slack.shown("direct"))[0].only_for is None


async def test_for_one_person_nothing_is_said_in_a_thread_that_nobody_replied_in(slack: SlackHarness) -> None:
    """Slack would show it to nobody: it is said in the channel; where there are replies, in the thread."""
    where = await asked(slack)
    assert isinstance(await slack.messenger.send(where, ONLY_YOU, "k1"), Sent)
    [shown] = await slack.shown("channel")
    assert (shown.only_for, shown.thread) == (PERSON, "")
    await slack.says("And then?", place="channel", event="e2", thread=where.thread)
    assert isinstance(await slack.messenger.send(slack.intake.accepted[-1].conversation, ONLY_YOU, "k2"), Sent)
    shown = (await slack.shown("channel"))[-1]
    assert (shown.only_for, f"{CHANNEL}/{shown.thread}") == (PERSON, where.thread)


async def test_a_press_on_what_stands_in_the_channel_is_answered_in_the_channel(slack: SlackHarness) -> None:
    """To the one who pressed, also where the card has no replies yet."""
    card = Reply("card", (Paragraph("the card"), Buttons((Button("Try", "adopt", "v"),))))
    await slack.messenger.send(Place(TEAM, CHANNEL).conversation(CHANNEL), card, "tip:1")
    [posted] = slack.slack.messages
    await slack.deliver.interaction(press(posted, posted["blocks"][1]["elements"][0]))
    await slack.messenger.send(slack.intake.everything[-1].conversation, ONLY_YOU, "k1")
    assert [(shown.only_for, shown.thread) for shown in await slack.shown("channel")] == [(None, ""), (PERSON, "")]


async def test_a_hidden_message_says_that_it_cannot_be_changed_or_found(slack: SlackHarness) -> None:
    """`Unsupported`, never silence."""
    sent = await slack.messenger.send(await asked(slack), ONLY_YOU, "k1")
    assert isinstance(sent, Sent)
    assert isinstance(await slack.messenger.replace(sent.message_id, WORDS), Unsupported)
    assert isinstance(await slack.messenger.withdraw(sent.message_id), Unsupported)
    await slack.deliver.form(command("How?"))
    assert isinstance(await slack.messenger.find(slack.intake.accepted[-1].conversation, "k1"), Unsupported)


@pytest.mark.parametrize(("hook", "method"), [(f"{CHANNEL}-x", "response_url"), ("expired", "chat.postEphemeral")])
async def test_a_command_is_answered_to_the_asker_alone(slack: SlackHarness, hook: str, method: str) -> None:
    """Through Slack's way back, which needs no membership; when that has expired, as an ephemeral message."""
    await slack.deliver.form(command("How?", "t1", f"{slack.slack.url}hooks/{hook}"))
    assert isinstance(await slack.messenger.send(slack.intake.accepted[0].conversation, WORDS, "k1"), Sent)
    [shown] = await slack.shown("channel")
    assert (shown.only_for, "hello there" in shown.text) == (PERSON, True)
    assert slack.slack.calls[-1][0] == method


@pytest.mark.parametrize("channel", [DIRECT, "D0TWOPEOPLE", FOREIGN, CHANNEL])
async def test_what_comes_later_for_the_asker_of_a_command_is_a_direct_message(slack: SlackHarness, channel: str) -> None:
    """It stays there and is found by nobody else; what is stored of the place has no way back in it."""
    await slack.deliver.form(command("How?", "t1", f"{slack.slack.url}hooks/expired", channel))
    later = load_conversation(dump_conversation(slack.intake.accepted[0].conversation))
    assert "hooks" not in later.address + later.root + later.lasting
    assert isinstance(await slack.messenger.send(later, WORDS, "k1"), Sent)
    [shown] = await slack.shown("direct")
    assert (shown.only_for, shown.thread, shown.text) == (None, "", "hello there")
    assert isinstance(await slack.messenger.find(later, "k1"), Unsupported)


@pytest.mark.parametrize(("channel", "seen"), [
    (DIRECT, (DIRECT, "hello there")), ("D0TWOPEOPLE", (DIRECT, "hello there")), (CHANNEL, (CHANNEL, "hello there")),
    (FOREIGN, (DIRECT, f"hello there\n{BESIDES}")),
])  # fmt: skip
async def test_a_place_that_a_command_came_from_can_be_spoken_in_months_later(
    slack: SlackHarness, channel: str, seen: tuple[str, str]
) -> None:
    """Where the app is, or else to the person, and why."""
    await slack.deliver.form(command("subscribe", "t1", f"{slack.slack.url}hooks/expired", channel))
    where = slack.intake.accepted[0].conversation.outside_threads()
    assert isinstance(await slack.messenger.send(where, WORDS, "tip:1"), Sent)
    [posted] = slack.slack.messages
    shown = slack.slack.visible(posted["channel"])[0]
    assert (shown.channel, shown.text) == seen
    assert (shown.only_for, shown.thread) == (None, "")


@pytest.mark.parametrize("channel", [DIRECT, "D0TWOPEOPLE", FOREIGN])
async def test_a_command_whose_way_back_is_closed_is_answered_in_direct_messages(slack: SlackHarness, channel: str) -> None:
    """Where the app cannot say something to one person alone."""
    await slack.deliver.form(command("How?", "t1", f"{slack.slack.url}hooks/expired", channel))
    assert isinstance(await slack.messenger.send(slack.intake.accepted[0].conversation, WORDS, "k1"), Sent)
    [shown] = await slack.shown("direct")
    assert (shown.only_for, shown.text) == (None, "hello there")


async def test_what_comes_later_in_direct_messages_begins_a_thread(slack: SlackHarness) -> None:
    """Below the words that asked for it nobody would look."""
    await slack.says("subscribe")
    where = slack.intake.accepted[0].conversation
    assert isinstance(await slack.messenger.send(where.outside_threads(), WORDS, "tip:1"), Sent)
    assert [(shown.channel, shown.thread) for shown in await slack.shown("direct")] == [(DIRECT, "")]
    assert isinstance(await slack.messenger.find(where.outside_threads(), "tip:1"), Sent)


async def test_a_way_back_that_is_not_slacks_is_not_used(slack: SlackHarness) -> None:
    """An address from elsewhere is never posted to."""
    await slack.deliver.form(command("How?", "t1", "http://127.0.0.1:1/hooks/x"))
    await slack.messenger.send(slack.intake.accepted[0].conversation, WORDS, "k1")
    assert [name for name, _ in slack.slack.calls] == ["chat.postEphemeral"]


async def test_a_pressed_hidden_card_can_be_replaced(slack: SlackHarness) -> None:
    """A reply takes the place of the card on which the button was pressed, also where one person sees it."""
    card = Reply("card", (Paragraph("the card"), Buttons((Button("Try", "adopt", "v"),))), audience="sender")
    await slack.messenger.send(await asked(slack), card, "k1")
    message = slack.slack.messages[0]
    hook = f"{slack.slack.url}hooks/{CHANNEL}-{message['ts']}"
    await slack.deliver.interaction(press(message, message["blocks"][1]["elements"][0], hook=hook))
    pressed = slack.intake.accepted[-1]
    assert isinstance(pressed, ButtonPress)
    assert pressed.message_id
    assert isinstance(await slack.messenger.replace(pressed.message_id, WORDS), Sent)
    assert [shown.text for shown in await slack.shown("channel")] == ["hello there"]
    assert isinstance(await slack.messenger.withdraw(pressed.message_id), Sent)
    assert await slack.shown("channel") == []


async def test_a_pressed_hidden_card_in_a_thread_is_answered_in_the_thread(slack: SlackHarness) -> None:
    """Where the card stands, to the one who pressed."""
    await slack.says("pilot", place="channel", thread=f"{CHANNEL}/1772441000.000001")
    card = Reply("card", (Paragraph("the card"), Buttons((Button("Try", "adopt", "v"),))), audience="sender")
    await slack.messenger.send(slack.intake.accepted[-1].conversation, card, "k1")
    [posted] = slack.slack.messages
    payload = press(posted, posted["blocks"][1]["elements"][0], hook=f"{slack.slack.url}hooks/{CHANNEL}-x")
    payload["container"]["thread_ts"] = posted["thread_ts"]
    await slack.deliver.interaction(payload)
    assert isinstance(await slack.messenger.send(slack.intake.everything[-1].conversation, ONLY_YOU, "k2"), Sent)
    assert [(shown.only_for, shown.thread) for shown in await slack.shown("channel")] == [(PERSON, "1772441000.000001")] * 2


async def test_a_reply_that_replaces_stands_in_the_cards_place_and_is_found(slack: SlackHarness) -> None:
    """Where the card is gone, the reply is posted."""
    where = await asked(slack)
    card = await slack.messenger.send(where, Reply("card"), "k1")
    assert isinstance(card, Sent)
    reply = Reply("after", (Paragraph("after the press"),), replaces=card.message_id)
    assert await slack.messenger.send(where, reply, "k2") == card
    assert await slack.messenger.find(where, "k2") == card
    await slack.messenger.withdraw(card.message_id)
    assert isinstance(await slack.messenger.send(where, reply, "k3"), Sent)
    assert [shown.text for shown in await slack.shown("channel")] == ["after the press"]


async def test_withdrawing_twice_is_withdrawing(slack: SlackHarness) -> None:
    """What is gone counts as withdrawn."""
    sent = await slack.messenger.send(await asked(slack), WORDS, "k1")
    assert isinstance(sent, Sent)
    assert await slack.messenger.withdraw(sent.message_id) == sent
    assert await slack.messenger.withdraw(sent.message_id) == sent
    assert isinstance(await slack.messenger.replace(sent.message_id, WORDS), Rejected)


async def test_one_message_a_second_in_a_channel(slack: SlackHarness) -> None:
    """The fake answers 429 to a faster one; a long queue is handed back to the ledger."""
    where, started = await asked(slack), slack.slack.clock()
    for at in range(4):
        assert isinstance(await slack.messenger.send(where, WORDS, f"k{at}"), Sent)
    assert (slack.slack.clock() - started).total_seconds() == 3
    slack.slack.fail_next("rate-limit")
    refused = await slack.messenger.send(where, WORDS, "k9")
    assert isinstance(refused, Rejected)
    assert (refused.permanent, refused.retry_after) == (False, 3)
    assert isinstance(await slack.messenger.send(where, WORDS, "k9"), Sent)


async def test_a_message_whose_answer_was_lost_is_found_again(slack: SlackHarness) -> None:
    """Slack took it and the connection broke: nobody knows, until `find` is asked. The SDK repeats nothing."""
    where = await asked(slack)
    slack.slack.fail_next("lost-answer")
    assert isinstance(await slack.messenger.send(where, WORDS, "k1"), Unknown)
    assert len(slack.slack.called("chat.postMessage")) == 1
    assert isinstance(await slack.messenger.find(where, "k1"), Sent)
    assert isinstance(await slack.messenger.find(where, "k2"), NotFound)


async def test_a_message_is_found_behind_many_others(slack: SlackHarness) -> None:
    """Slack pages; so does `find`, in threads and outside of them."""
    for thread in ("1772441000.000100", ""):
        place = Place(TEAM, CHANNEL, thread)
        slack.slack.messages = [{"channel": CHANNEL, "ts": f"{n}.1", "thread_ts": thread, "metadata": {"event_type": "x"}} for n in range(450)]
        await slack.messenger.send(place.conversation("t"), WORDS, "k1")
        assert isinstance(await slack.messenger.find(place.conversation("t"), "k1"), Sent)


async def test_more_messages_than_anyone_reads_are_unknown(slack: SlackHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not looking further is not the same as not being there."""
    monkeypatch.setattr(slack_messenger, "FIND_PAGES", 2)
    slack.slack.messages = [{"channel": CHANNEL, "ts": f"{n}.1"} for n in range(450)]
    assert isinstance(await slack.messenger.find(Place(TEAM, CHANNEL).conversation("t"), "k1"), Unknown)


async def test_a_connection_that_breaks_is_unknown_and_looking_is_repeated(slack: SlackHarness) -> None:
    """The HTTP client asks again where that changes nothing, and only there."""
    where = await asked(slack)
    slack.slack.fail_next("disconnect")
    assert isinstance(await slack.messenger.send(where, WORDS, "k1"), Unknown)
    slack.slack.fail_next("disconnect")
    assert isinstance(await slack.messenger.find(where, "k1"), NotFound)


@pytest.mark.parametrize("how", ["fatal", "no-json", "server-error", "time-out"])
async def test_what_may_have_been_shown_is_unknown(slack: SlackHarness, how: str) -> None:
    """Errors within Slack, also while looking for a message."""
    where = await asked(slack)
    slack.slack.fail_next(how)  # type: ignore[arg-type]  # one of the fake's words
    assert isinstance(await slack.messenger.send(where, WORDS, "k1"), Unknown)
    slack.slack.fail_next(how)  # type: ignore[arg-type]
    assert isinstance(await slack.messenger.find(where, "k1"), Unknown)


@pytest.mark.parametrize("channel", [ARCHIVED, FOREIGN, "C0NOWHERE"])
async def test_a_channel_that_is_closed_to_us_is_a_permanent_refusal(slack: SlackHarness, channel: str) -> None:
    """With a sentence for a person."""
    refused = await slack.messenger.send(Place(TEAM, channel).conversation("t"), WORDS, "k1")
    assert isinstance(refused, Rejected)
    assert refused.permanent
    assert refused.reason in REASONS.values()


async def test_nobody_there_means_nothing_was_sent() -> None:
    """A refused connection is a rejection to be tried again, not an unknown outcome."""
    adapter = SlackAdapter(RecordingIntake(), bot_token="xoxb-x", clock=FakeClock(), follows_up=nobody, api_url="http://127.0.0.1:1/api/")
    refused = await adapter.messenger.send(Place(TEAM, CHANNEL).conversation("t"), WORDS, "k1")
    await adapter.stop()
    assert isinstance(refused, Rejected)
    assert not refused.permanent
    assert refused.retry_after


async def test_a_wrong_token_is_a_refusal_everywhere_that_names_the_setting() -> None:
    """The remedy is in the sentence; nothing is known to be wrong with the place."""
    async with harness(RecordingIntake()) as slack:
        adapter = SlackAdapter(RecordingIntake(), bot_token="xoxb-wrong", clock=FakeClock(), follows_up=nobody, api_url=f"{slack.slack.url}api/")
        refused = await adapter.messenger.send(Place(TEAM, CHANNEL).conversation("t"), WORDS, "k1")
        await adapter.stop()
    assert isinstance(refused, Rejected)
    assert (refused.permanent, refused.everywhere) == (False, True) and refused.retry_after
    assert "MIDWAY_SLACK__BOT_TOKEN" in refused.reason


async def test_blocks_that_slack_refuses_are_said_plainly(slack: SlackHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule of Slack's that the table does not know costs the looks, not the answer."""
    monkeypatch.setattr(slack_messenger, "render", lambda reply, files: [{"type": "unheard-of"}])
    sent = await slack.messenger.send(await asked(slack), Reply("x", (Heading("Title"), Paragraph("hello there"))), "k1")
    assert isinstance(sent, Sent)
    assert [shown.text for shown in await slack.shown("channel")] == ["Title\n\nhello there"]


async def test_what_is_not_slacks_is_refused_without_a_call(slack: SlackHarness) -> None:
    """Addresses and message ids of elsewhere."""
    foreign = Conversation("web", "t", "c", "t", "direct", "no address")
    assert isinstance(await slack.messenger.send(foreign, WORDS, "k"), Rejected)
    assert isinstance(await slack.messenger.find(foreign, "k"), Unsupported)
    assert isinstance(await slack.messenger.replace("x", WORDS), Rejected)
    assert isinstance(await slack.messenger.withdraw("x"), Rejected)
    await slack.messenger.draft(foreign, "k", "text")
    assert slack.slack.calls == []


async def test_a_direct_message_can_be_sent_to_a_person_without_its_channel(slack: SlackHarness) -> None:
    """A press in the home tab knows no channel; what is sent can still be replaced."""
    sent = await slack.messenger.send(Place(TEAM, PERSON, user=PERSON).conversation("t"), WORDS, "k1")
    assert isinstance(sent, Sent)
    assert sent.message_id.startswith(f"{DIRECT}/")
    assert isinstance(await slack.messenger.replace(sent.message_id, WORDS), Sent)


def test_every_refusal_of_slack_means_something() -> None:
    """Known codes have sentences, unknown ones are named, limits come back later, the rest is unknown."""
    assert answered(200, "brand_new_error", {}) == Rejected("Slack refused it (brand_new_error).", permanent=True)
    assert answered(429, "", {"retry-after": "7"}) == Rejected("Slack wants fewer messages for a while.", False, 7.0)
    assert answered(429, "", {"Retry-After": "soon"}).retry_after == 30.0  # type: ignore[union-attr]
    assert isinstance(answered(502, "", {}), Unknown)
    assert all(isinstance(answered(200, code, {}), Rejected) for code in REASONS)
