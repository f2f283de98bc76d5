"""Slack payloads as values: what is for us, who said it where, and what is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import actions, parse
from adapters.slack.address import MessageName, Place
from adapters.slack.words import said
from bot.messages import ButtonPress, FormSubmission
from bot.replies import Button, Field, Form
from tests.fakes.slack_delivery import (
    BOT,
    CHANNEL,
    DIRECT,
    PERSON,
    TEAM,
    command,
    event_payload,
    home_press,
    mention,
    message,
    press,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TS = "1772442000.000100"


def heard(event: dict[str, Any]) -> parse.Heard | None:
    return parse.heard(event_payload(event))


def test_a_direct_message_is_a_thread_of_its_own() -> None:
    """Its address is enough to answer in its thread; the moment is Slack's."""
    found = heard(message("How?", TS))
    assert found
    assert found.addressed
    assert found.message.text == "How?"
    assert found.message.at == datetime.fromtimestamp(1772442000.0001, UTC)
    where = found.message.conversation
    assert (where.tenant, where.channel, where.thread, where.kind) == (TEAM, DIRECT, f"{DIRECT}/{TS}", "direct")
    assert Place.decode(where.address) == Place(TEAM, DIRECT, TS, PERSON, fresh=True)


def test_a_mention_in_a_channel_is_answered_in_its_thread() -> None:
    """The mention of the bot is gone, the thread is that of the question."""
    found = heard(mention("How?", TS, thread="1772441000.000100"))
    assert found
    assert found.message.text == "How?"
    assert found.message.conversation.thread == f"{CHANNEL}/1772441000.000100"


def test_a_mention_has_one_identity_however_it_arrives() -> None:
    """`app_mention` and `message` of the same words have the same event id, retries and event ids aside."""
    one = parse.heard(event_payload(mention("How?", TS), "Ev1"))
    other = parse.heard(event_payload(message(f"<@{BOT}> How?", TS, CHANNEL), "Ev2"))
    assert one
    assert one == other


def test_direct_messages_of_several_people_are_a_channel() -> None:
    """There a mention comes as a message only; what one says to another is not for us."""
    group = {"channel_type": "mpim"}
    found = heard(message(f"<@{BOT}> How?", TS, "G0GROUP", **group))
    assert found
    assert (found.addressed, found.message.text, found.message.conversation.kind) == (True, "How?", "channel")
    assert heard(message("How?", TS, "G0GROUP", **group)) is None


def test_words_in_a_thread_are_heard_but_not_addressed() -> None:
    """Whether they are for us is asked elsewhere; outside a thread, or to somebody else, they are not."""
    found = heard(message("And then?", TS, CHANNEL, thread="1772441000.000100"))
    assert found
    assert not found.addressed
    assert heard(message("And then?", TS, CHANNEL)) is None
    assert heard(message("<@U0OTHER> what do you say?", TS, CHANNEL, thread="1772441000.000100")) is None


def test_a_mere_file_in_a_thread_is_not_for_us() -> None:
    """It has no words; with a mention, or in direct messages, it is said that there are none."""
    file = {"subtype": "file_share", "files": [{"id": "F1"}]}
    assert heard(message("", TS, CHANNEL, thread="1772441000.000100", **file)) is None
    assert heard(message(" ", TS, CHANNEL, thread="1772441000.000100")) is None
    for found in (heard(message("", TS, **file)), heard(mention("", TS) | file)):
        assert found and (found.addressed, found.message.text) == (True, "")


def test_a_mention_and_nothing_else_asks_for_help() -> None:
    """As the empty command does, in whichever of its two events it comes."""
    for event in (mention(" ", TS), message(f"<@{BOT}>", TS, CHANNEL)):
        found = heard(event)
        assert found and (found.addressed, found.message.text) == (True, "help")


@pytest.mark.parametrize("more", [
    {"bot_id": "B1"}, {"subtype": "message_changed"}, {"subtype": "message_deleted"}, {"subtype": "bot_message"}, {"hidden": True},
    {"edited": {"ts": TS}}, {"user": BOT}, {"user": "USLACKBOT"}, {"subtype": "channel_join"}, {"user": None}, {"ts": "now"}, {"ts": "9" * 40 + ".1"},
    {"channel": 7}, {"channel": "C 1"}, {"text": None, "user": ["x"]},
])
def test_machines_edits_and_strange_shapes_are_left_alone(more: dict[str, Any]) -> None:
    """Only what a person says is a message."""
    assert heard(message("hello", TS) | more) is None


def test_a_shared_channel_belongs_to_the_workspace_that_installed_the_app() -> None:
    """Not to the workspace of the person who wrote."""
    payload = event_payload(message("hello", TS)) | {"team_id": "T0FOREIGN"}
    found = parse.heard(payload)
    assert found
    assert found.message.conversation.tenant == TEAM


def test_without_an_authorization_the_first_mention_is_ours() -> None:
    """An older payload still loses the mention that woke us."""
    payload = event_payload(mention("How?", TS)) | {"authorizations": []}
    found = parse.heard(payload)
    assert found
    assert found.message.text == "How?"


@pytest.mark.parametrize(("typed", "words"), [
    ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ("<@U0BOT|midway> hi <@U2|ann> <@U3>", "hi @ann @someone"),
    ("in <#C1|general> <!here> <!subteam^S1|@crew> <!date^1^{date}|today>", "in #general @here @crew today"),
    ("<https://example.org/a|example.org/a> <https://example.org/b> <mailto:a@example.org|a@example.org>", "example.org/a https://example.org/b a@example.org"),
    ("a\x00b\ud800c", "abc"),
    ("x" * 40_000, "x" * 40_000),
])
def test_markup_becomes_the_words_typed(typed: str, words: str) -> None:
    """Mentions, links and entities as a person sees them."""
    assert said(typed, "U0BOT") == words


def test_a_command_is_seen_by_the_asker_alone() -> None:
    """The address carries the way back; each command is a thread of its own, without the person in its key."""
    asked = parse.commanded(command("How?", "t9", "https://hooks.slack.com/commands/1"), NOW)
    assert asked
    place = Place.decode(asked.conversation.address)
    assert (asked.text, place.hidden, place.answer_url) == ("How?", True, "https://hooks.slack.com/commands/1")
    assert PERSON not in asked.conversation.thread
    assert asked.event_id == f"{TEAM}/command/t9"


def test_an_empty_command_asks_for_help() -> None:
    """`/midway` alone."""
    asked = parse.commanded(command("  "), NOW)
    assert asked
    assert asked.text == "help"


def test_a_press_brings_back_what_the_button_was_made_with() -> None:
    """Action with colons, value, message and thread."""
    pressed = parse.pressed(press({"channel": CHANNEL, "ts": TS, "thread_ts": "1772441000.000100"}, {"action_id": actions.button_id(3, "a:b"), "value": "v"}), NOW)
    assert isinstance(pressed, ButtonPress)
    assert (pressed.action, pressed.value, pressed.message_id) == ("a:b", "v", f"{CHANNEL}/{TS}")
    assert pressed.conversation.thread == f"{CHANNEL}/1772441000.000100"


def test_a_press_on_a_hidden_message_carries_the_way_to_change_it() -> None:
    """Slack changes what one person sees only through the address sent with the press."""
    payload = press({"channel": CHANNEL, "ts": TS, "only_for": PERSON}, {"action_id": "1:adopt", "value": "v"}, hook="https://hooks.slack.com/actions/1")
    pressed = parse.pressed(payload, NOW)
    assert isinstance(pressed, ButtonPress)
    assert pressed.message_id
    assert MessageName.decode(pressed.message_id) == MessageName(CHANNEL, TS, True, "https://hooks.slack.com/actions/1")
    assert Place.decode(pressed.conversation.address).hidden


def test_a_press_in_the_home_tab_speaks_in_the_direct_channel() -> None:
    """The view remembers it; without that the person's id is a place too."""
    view = {"private_metadata": f'{{"channel": "{DIRECT}"}}', "callback_id": "home"}
    for metadata, channel in ((view["private_metadata"], DIRECT), ("rubbish", PERSON), ("[]", PERSON)):
        pressed = parse.pressed(home_press(view | {"private_metadata": metadata}, {"action_id": "0:ask", "value": "How?"}), NOW)
        assert isinstance(pressed, ButtonPress)
        assert (pressed.action, pressed.value, pressed.conversation.channel) == ("ask", "How?", channel)
        assert pressed.conversation.kind == "direct"


def test_a_form_brings_back_its_own_fields() -> None:
    """Of two forms in one message only the one that was sent; an empty field is an empty text."""
    form = Form("team", "a1", "T", "Save", (Field("team", "?"), Field("kind", "?")))
    state = {
        actions.field_block(1, 0): {"other": {"type": "plain_text_input", "value": "no"}},
        actions.field_block(2, 0): {"team": {"type": "plain_text_input", "value": "North & <South>"}},
        actions.field_block(2, 1): {"kind": {"type": "static_select", "selected_option": {"value": "d"}}, "more": {"value": None}},
        actions.field_block(2, 2): {"topics": {"type": "multi_static_select", "selected_options": [{"value": "p"}, {"value": "f"}]}},
        actions.field_block(2, 3): {"days": {"type": "multi_static_select", "selected_options": []}, "odd": {"selected_options": ["x", {"value": 3}]}},
    }
    element = {"action_id": actions.submit_id(2), "value": actions.form_value(form)}
    submitted = parse.pressed(press({"channel": DIRECT, "ts": TS}, element, state=state), NOW)
    assert isinstance(submitted, FormSubmission)
    assert (submitted.form, submitted.context) == ("team", "a1")
    assert dict(submitted.values) == {"team": "North & <South>", "kind": "d", "more": "", "topics": "p,f", "days": "", "odd": ""}


def test_what_is_not_ours_is_no_press() -> None:
    """Menus, foreign ids and forms with a broken value."""
    shown = {"channel": DIRECT, "ts": TS}
    foreign = press(shown, {"action_id": "something", "value": "v"})
    broken = press(shown, {"action_id": actions.submit_id(1), "value": "[1]"})
    menu = press(shown, {"action_id": "1:a", "value": "v"})
    menu["actions"][0]["type"] = "static_select"
    for payload in (foreign, broken, menu):
        assert parse.pressed(payload, NOW) is None


def test_addresses_and_names_survive_being_stored() -> None:
    """What was encoded comes back; anything else is a ValueError."""
    place = Place(TEAM, CHANNEL, TS, PERSON, True, "https://hooks.slack.com/x/y")
    assert Place.decode(place.encode()) == place
    assert Place.decode('{"team": "T", "channel": "C", "later": 1}') == Place("T", "C")
    for name in (MessageName("C", TS), MessageName("C", TS, True), MessageName("C", TS, True, "https://hooks.slack.com/x/y")):
        assert MessageName.decode(name.encode()) == name
    for rubbish in ("", "[]", "{}", "x"):
        with pytest.raises(ValueError):
            Place.decode(rubbish)
        with pytest.raises(ValueError):
            MessageName.decode(rubbish)


def test_names_of_buttons_stay_within_slacks_limits() -> None:
    """What can be pressed fits."""
    assert actions.can_be_pressed(Button("l", "a" * 200, "v" * 2_000))
    assert not actions.can_be_pressed(Button("l", "a" * 255, "v"))
    assert actions.form_of("{") is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.sampled_from([TS, CHANNEL, DIRECT, PERSON, "message", "im", "button", "1:a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "event", "channel", "user", "ts", "text", "id", "container", "message", "actions", "state", "values", "view", "team", "authorizations"]), inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["type", "event", "team_id", "user", "container", "channel", "state", "view", "message", "authorizations", "trigger_id"]), _json), _json)
def test_no_shape_makes_parsing_raise(payload: dict[str, Any], inner: Any) -> None:
    """Signed or not: strange shapes are None."""
    parse.kind(payload)
    parse.heard(payload | {"event": inner})
    parse.opened(payload | {"event": inner})
    parse.pressed(payload | {"actions": [{"type": "button", "action_id": "1:a", "value": inner}]}, NOW)
    parse.commanded(payload | {"command": "/midway", "text": "x"}, NOW)
