"""Activities of Teams into incoming values."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.msteams import parse
from adapters.msteams.address import Address, AddressUnreadable, MessageAddress, is_allowed
from bot.messages import ButtonPress, FormSubmission, IncomingMessage

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
BOT, PERSON, AAD, TENANT = "28:bot", "29:person", "aad-object-id", "tenant-1"
CHANNEL = "19:253b@thread.tacv2"
SERVICE_URL = "https://smba.trafficmanager.net/emea/"


def _activity(**more: Any) -> dict[str, Any]:
    return {
        "type": "message", "id": "1", "timestamp": "2026-10-05T08:59:58.5Z", "channelId": "msteams", "serviceUrl": SERVICE_URL,
        "from": {"id": PERSON, "aadObjectId": AAD}, "recipient": {"id": BOT, "name": "Midway"}, "text": "hello",
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": TENANT}, **more,
    }


def _in_channel(text: str, *mentions: tuple[str, str], **more: Any) -> dict[str, Any]:
    entities = [{"type": "mention", "text": words, "mentioned": {"id": who}} for words, who in mentions]
    where = {"id": f"{CHANNEL};messageid=17", "conversationType": "channel", "isGroup": True, "tenantId": TENANT}
    return _activity(conversation=where, text=text, entities=entities, **more)


def _message(activity: dict[str, Any]) -> IncomingMessage:
    incoming = parse.message(activity, NOW)
    assert isinstance(incoming, IncomingMessage)
    return incoming


def _pressed(data: Any, **more: Any) -> Any:
    value = {"action": {"type": "Action.Execute", "verb": "midway", "data": data}, "trigger": "manual"}
    return parse.invoke(_activity(type="invoke", name="adaptiveCard/action", value=value, replyToId="m9", **more), NOW)


def test_a_personal_message_says_who_where_and_when() -> None:
    """The directory's id of the person, the chat as its own thread, the moment Teams gives."""
    incoming = _message(_activity(locale="de-DE"))
    where = incoming.conversation
    assert (where.platform, where.tenant, where.channel, where.thread, where.kind) == ("msteams", TENANT, "a:1", "a:1", "direct")
    assert (incoming.sender.user, incoming.sender.locale) == (AAD, "de-DE")
    assert incoming.at == datetime(2026, 10, 5, 8, 59, 58, 500_000, tzinfo=UTC)
    assert Address.unpack(where.address) == Address(SERVICE_URL, "a:1", TENANT, BOT)


def test_a_channel_is_known_without_its_thread() -> None:
    """All threads of a channel share one channel key."""
    where = _message(_in_channel("<at>Midway</at> hi", ("<at>Midway</at>", BOT))).conversation
    assert (where.channel, where.thread, where.kind) == (CHANNEL, f"{CHANNEL};messageid=17", "channel")
    assert Address.unpack(where.address).conversation == f"{CHANNEL};messageid=17"


def test_a_group_chat_is_a_channel_and_its_own_thread() -> None:
    """More people read along, so it is no direct talk."""
    group = {"id": "19:group@unq.gbl.spaces", "conversationType": "groupChat", "isGroup": True, "tenantId": TENANT}
    where = _message(_activity(conversation=group)).conversation
    assert (where.channel, where.thread, where.kind) == (group["id"], group["id"], "channel")


@pytest.mark.parametrize(
    ("text", "mentions", "said"),
    [
        ("<at>Midway</at> How do we start?", [("<at>Midway</at>", BOT)], "How do we start?"),
        ("<at>Midway</at>&nbsp;How do we start?\n", [("<at>Midway</at>", BOT)], "How do we start?"),
        ("Hey <at>Midway</at> how do we start?", [("<at>Midway</at>", BOT)], "Hey how do we start?"),
        ("<at>Mid</at> <at>way</at> hi", [("<at>Mid</at>", BOT), ("<at>way</at>", BOT)], "hi"),
        ("<at>Midway</at> ask <at>R&amp;D</at> too", [("<at>Midway</at>", BOT), ("<at>R&amp;D</at>", "29:x")], "ask R&D too"),
        ('<at id="0">Midway</at> hi', [('<at id="0">Midway</at>', BOT)], "hi"),
        ("a &lt;b&gt; &amp;lt; c", [], "a <b> &lt; c"),
        ("&lt;at&gt;Midway&lt;/at&gt; stays", [], "<at>Midway</at> stays"),
        ('<quoted messageId="1778622003149"/> my team is North', [], "my team is North"),
        ('<quoted messageId="1"/> <at>Midway</at> report', [("<at>Midway</at>", BOT)], "report"),
        ('&lt;quoted messageId="1"/&gt; stays', [], '<quoted messageId="1"/> stays'),
        ("<at>Midway</at>", [("<at>Midway</at>", BOT)], ""),
        ("\ud800 broken", [], "\ufffd broken"),
        (None, [], ""),
        (7, [], ""),
    ],
)
def test_the_mention_of_the_bot_is_gone_and_the_words_are_as_typed(text: Any, mentions: list[tuple[str, str]], said: str) -> None:
    """Only the bot's own mention goes; other people's names stay as words; entities are what was typed."""
    assert _message(_in_channel(text, *mentions)).text == said


def test_a_conversation_of_unnamed_kind_is_known_by_its_group_flag() -> None:
    """Some clients leave the kind out."""
    assert parse.conversation(_activity(conversation={"id": "a:1", "tenantId": TENANT})).kind == "direct"
    assert parse.conversation(_activity(conversation={"id": "x", "tenantId": TENANT, "isGroup": True})).kind == "channel"


def test_the_conversations_own_tenant_is_its_tenant() -> None:
    """Also where the activity names a second one."""
    assert parse.conversation(_activity(channelData={"tenant": {"id": "another"}})).tenant == TENANT
    assert parse.conversation(_activity(conversation={"id": "a:1"}, channelData={"tenant": {"id": "t2"}})).tenant == "t2"


def test_without_a_directory_id_the_platform_id_stands() -> None:
    """Guests of older clients have none."""
    assert _message(_activity(**{"from": {"id": PERSON}})).sender.user == PERSON
    assert _message(_activity(**{"from": {"id": PERSON, "aadObjectId": 7}})).sender.user == PERSON


@pytest.mark.parametrize(("given", "name"), [
    ("A person", "A person"), ("  A\n\tperson\u202e ", "A person"), ("n" * 90, "n" * 80), (" \u200b", None), (None, None), (7, None),
])  # fmt: skip
def test_a_name_is_one_clean_line(given: object, name: str | None) -> None:
    """At most eighty characters; without words there is none."""
    assert _message(_activity(**{"from": {"id": PERSON, "name": given}})).sender.name == name


@pytest.mark.parametrize(("given", "zone"), [("America/Los_Angeles", "America/Los_Angeles"), ("Pacific Standard Time", None), ("../x", None), (7, None), (None, None)])
def test_a_time_zone_is_one_that_exists(given: object, zone: str | None) -> None:
    """Named by the activity or by its client."""
    assert _message(_activity(localTimezone=given)).sender.zone == zone
    assert _message(_activity(localTimezone=[], entities=[{"type": "clientInfo", "timezone": given}])).sender.zone == zone


def test_the_locale_may_come_from_the_client() -> None:
    """Teams names it in one of two places."""
    assert _message(_activity(entities=[{"type": "clientInfo", "locale": "fr-FR"}])).sender.locale == "fr-FR"
    assert _message(_activity()).sender.locale is None


@pytest.mark.parametrize("timestamp", [None, "yesterday", 7, "2026-10-05T08:00:00"])
def test_an_unreadable_time_is_now(timestamp: Any) -> None:
    """Nothing fails for a clock."""
    assert _message(_activity(timestamp=timestamp)).at == NOW


def test_bots_are_not_answered() -> None:
    """Two bots in one channel would talk for ever."""
    assert parse.message(_activity(**{"from": {"id": "28:other-bot"}}), NOW) is None


def test_the_event_id_is_the_same_for_a_redelivery_and_different_otherwise() -> None:
    """It depends on tenant, conversation and activity, and tells nothing of them."""
    first = parse.event_id(_activity())
    assert first == parse.event_id(_activity(text="hello", timestamp="later", serviceUrl="https://elsewhere/"))
    assert first != parse.event_id(_activity(id="2"))
    assert first != parse.event_id(_activity(conversation={"id": "a:2", "tenantId": TENANT}))
    assert first != parse.event_id(_activity(conversation={"id": "a:1", "tenantId": "tenant-2"}))
    assert PERSON not in first and "a:1" not in first


def test_an_invoke_without_an_id_still_has_a_stable_key() -> None:
    """Made from who pressed what on which card."""
    press = {"type": "invoke", "id": None, "replyToId": "m9", "value": {"action": {"data": {"midway": {"action": "x"}}}}}
    assert parse.event_id(_activity(**press)) == parse.event_id(_activity(**press))
    assert parse.event_id(_activity(**press)) != parse.event_id(_activity(**{**press, "replyToId": "m8"}))
    assert parse.event_id(_activity(**press)) != parse.event_id(_activity(**press, **{"from": {"id": "29:other"}}))


def test_a_button_brings_back_what_it_was_made_with() -> None:
    """From a universal action, and from the submit of an older client; the message pressed is named as when sent."""
    data = {"midway": {"action": "adopt", "value": "a1|pilot-charter|trying"}}
    pressed = _pressed(data)
    assert isinstance(pressed, ButtonPress)
    assert (pressed.action, pressed.value) == ("adopt", "a1|pilot-charter|trying")
    assert pressed.message_id == MessageAddress(Address(SERVICE_URL, "a:1", TENANT, BOT), "m9").pack()
    submitted = parse.message(_activity(text=None, value=data, replyToId=None), NOW)
    assert isinstance(submitted, ButtonPress)
    assert (submitted.action, submitted.message_id) == ("adopt", None)


def test_a_form_brings_back_its_values() -> None:
    """Inputs stand beside our data, under the form's prefix; what belongs to another form is not taken."""
    data = {"midway": {"form": "team", "context": "a1", "inputs": "f2."}, "f2.team": "Chapter North", "f3.other": "x", "f2.n": 7}
    sent = _pressed(data)
    assert isinstance(sent, FormSubmission)
    assert (sent.form, sent.context, dict(sent.values)) == ("team", "a1", {"team": "Chapter North"})


@pytest.mark.parametrize(("sent", "topics"), [({}, ""), ({"f2.topics": "p,f"}, "p,f")])
def test_several_choices_come_back_with_commas_and_none_as_nothing(sent: dict[str, str], topics: str) -> None:
    """Teams leaves a choice of several out where nothing is chosen; the card says which fields these are."""
    data = {"midway": {"form": "tips", "context": "a1", "inputs": "f2.", "several": "topics"}, "f2.day": "1", **sent}
    submitted = parse.message(_activity(value=data), NOW)
    assert isinstance(submitted, FormSubmission)
    assert dict(submitted.values) == {"topics": topics, "day": "1"}


@pytest.mark.parametrize("data", [None, 7, "x", [], {}, {"midway": 7}, {"midway": {}}, {"midway": {"action": 7}}, {"other": {"action": "x"}}])
def test_a_button_of_somebody_else_is_nothing(data: Any) -> None:
    """Nothing is guessed."""
    assert _pressed(data) is None


def test_the_thumbs_of_teams_are_feedback() -> None:
    """A bare thumb is a button; with a reason it is a form."""

    def thumb(reaction: str, feedback: Any) -> Any:
        value = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": feedback}}
        return parse.invoke(_activity(type="invoke", name="message/submitAction", value=value, replyToId="m9"), NOW)

    liked = thumb("like", '{"feedbackText":""}')
    assert isinstance(liked, ButtonPress)
    assert (liked.action, liked.value) == ("feedback", "helpful")
    disliked = thumb("dislike", json.dumps({"feedbackText": "too long"}))
    assert isinstance(disliked, FormSubmission)
    assert (disliked.form, disliked.context, dict(disliked.values)) == ("feedback", "not-helpful", {"reason": "too long"})
    assert thumb("like", "no json").value == "helpful"
    assert thumb("shrug", "{}") is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


# The first run of all builds character tables, which the health check takes for slowness.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["text", "value", "entities", "locale", "timestamp", "name", "channelData"]), _JSON), st.sampled_from(["message", "adaptiveCard/action", "message/submitAction"]))
def test_no_activity_of_the_right_shape_breaks_the_parser(more: dict[str, Any], kind: str) -> None:
    """Ids are checked before; everything else may be anything."""
    activity = {**_activity(), **more}
    parse.message(activity, NOW)
    parse.invoke({**activity, "type": "invoke", "name": kind}, NOW)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_an_address_survives_storage(url: str, conversation: str, tenant: str, bot: str, activity: str) -> None:
    """Packed and unpacked it is the same, also as a message's address."""
    place = Address(url, conversation, tenant, bot)
    assert Address.unpack(place.pack()) == place
    assert MessageAddress.unpack(MessageAddress(place, activity).pack()) == MessageAddress(place, activity)


@pytest.mark.parametrize("packed", ["", "null", "{}", "[]", "7", '{"service_url": "x"}', '{"service_url":"","conversation":"a","tenant":"b","bot":"c"}'])
def test_what_is_no_address_is_said_so(packed: str) -> None:
    """Not a crash months later."""
    with pytest.raises(AddressUnreadable):
        Address.unpack(packed)
    with pytest.raises(AddressUnreadable):
        MessageAddress.unpack(packed)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://smba.trafficmanager.net/emea/", True), ("https://SMBA.trafficmanager.net/emea", True),
        ("https://smba.trafficmanager.net", True), ("https://smba.trafficmanager.net/teams/../x", False),
        ("https://smba.trafficmanager.net\\@evil.example/", False), ("ftp://smba.trafficmanager.net/", False), ("https://smba.trafficmanager.net:99999/", False),
    ],
)
def test_the_allow_list_compares_hosts_not_letters(url: str, allowed: bool) -> None:
    """A prefix of the text is not enough."""
    assert is_allowed(url, ("https://smba.trafficmanager.net/",)) is allowed


def test_an_allowed_path_ends_at_a_slash() -> None:
    """``/amer`` does not allow ``/american``."""
    assert is_allowed("https://h/amer/x/", ("https://h/amer",))
    assert not is_allowed("https://h/american/", ("https://h/amer",))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [("https://h/", True), ("http://h/", False), ("http://127.0.0.1:1/", True), ("http://[::1]:1/", True), ("http://localhost:1/", True),
     ("http://127.0.0.1.evil.example/", False), ("http://10.0.0.1/", False), ("ftp://127.0.0.1/", False)],
)
def test_what_is_not_encrypted_is_allowed_on_this_machine_alone(url: str, allowed: bool) -> None:
    """Whatever the setting says: the app's token would be read on the way."""
    assert is_allowed(url, (url,)) is allowed


def _pressed_at(at: str = "2026-10-05T08:59:58.5Z", action: str = "ask", value: str = "Why?", by: str = AAD, **more: Any) -> str:
    pressed = _activity(**{
        "id": f"f:{at}", "timestamp": at, "value": {"midway": {"action": action, "value": value}}, "replyToId": "m1",
        "from": {"id": PERSON, "aadObjectId": by}, **more,
    })
    press = parse.message(pressed, NOW)
    assert isinstance(press, ButtonPress)
    return press.event_id


@pytest.mark.parametrize("action", ["ask", "question", "share"])
def test_a_question_by_a_button_is_the_same_however_often_it_is_pressed(action: str) -> None:
    """On one day, by one person, below one message; also where Teams has moved the conversation in between."""
    first = _pressed_at(action=action)
    assert first == _pressed_at("2026-10-05T09:00:01Z", action) == _pressed_at(action=action, serviceUrl="https://smba.trafficmanager.net/amer/")
    others = {
        _pressed_at("2026-10-06T09:00:01Z", action), _pressed_at(action=action, value="How?"), _pressed_at(action=action, by="another"),
        _pressed_at(action=action, replyToId="m2"), _pressed_at(action=action, conversation={"id": "a:2", "tenantId": TENANT}),
    }
    assert first not in others and len(others) == 5


def test_other_buttons_are_events_of_their_own_each_time() -> None:
    """What they change is told apart by its state."""
    assert _pressed_at(action="adopt") != _pressed_at("2026-10-05T09:00:01Z", "adopt")
    nowhere = _activity(value={"midway": {"action": "ask", "value": "Why?"}})
    assert parse.message(nowhere, NOW).event_id == parse.event_id(nowhere)  # type: ignore[union-attr]


def test_where_teams_speaks_of_is_told_with_whose_chat_it_is() -> None:
    seen = parse.seen(_activity(), NOW)
    assert seen and (seen.user, seen.conversation) == (AAD, parse.conversation(_activity()))
    assert seen.at == datetime(2026, 10, 5, 8, 59, 58, 500_000, UTC)
    of_bot = {"from": {"id": BOT}}
    assert parse.seen(_activity(**of_bot), NOW) is None
    assert parse.seen(_in_channel("hello", **of_bot), NOW) is not None
