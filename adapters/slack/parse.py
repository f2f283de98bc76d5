"""Slack payloads as values of the bot. Pure; a payload that is not for us or has another shape gives None."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from adapters.slack import actions
from adapters.slack.address import PLATFORM, MessageName, Place
from adapters.slack.outcomes import REASONS
from adapters.slack.words import mentions, said, storable
from bot.messages import (
    ButtonPress,
    Ending,
    FormSubmission,
    IncomingMessage,
    PersonGone,
    PlacesClosed,
    Reach,
    Sender,
)
from bot.replies import joined

Payload = Mapping[str, Any]
Kind = Literal["event", "press", "command"]

WORDLESS = "help"
"""What the slash command, or a mention and nothing else, means."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
_TS = re.compile(r"[0-9]{1,10}\.[0-9]{1,9}")
_SPOKEN = {"", "thread_broadcast", "file_share"}
"""Subtypes in which a person says something; all others are edits, deletions and notices."""

_ALL_OVER: Mapping[str, str] = {"app_uninstalled": "app_uninstalled", "tokens_revoked": "token_revoked"}
_OVER_THERE: Mapping[str, str] = {
    "channel_archive": "is_archived", "group_archive": "is_archived",
    "channel_deleted": "channel_not_found", "group_deleted": "channel_not_found",
    # Of its own removal the app hears by these alone: member_left_channel goes to those who are still there
    # (slackapi/bolt-js issue 1847).
    "channel_left": "not_in_channel", "group_left": "not_in_channel",
}
"""Events after which nothing can be said, and what Slack would answer to whoever tried."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message; ``addressed`` to us by mention or in direct talk, else merely said in a thread."""

    message: IncomingMessage
    addressed: bool


def is_strangers(payload: Payload) -> bool:
    """Whether somebody of another company did this, in a channel that is shared with them (Slack Connect).

    A mention says so; so does a press, but for an organization with several workspaces (Enterprise), where a colleague
    of another workspace looks the same. Slack offers commands to the own people alone.
    """
    event = _part(payload, "event")
    if not event:
        home, known = _id(_part(payload, "user"), "team_id"), not _part(payload, "enterprise")
    else:
        shared = payload.get("is_ext_shared_channel")
        home = _id(event, "user_team") or _id(event, "source_team") or (_id(event, "team") if shared else "")
        known = shared is not False
    return known and home not in ("", _team(payload), _id(_authorization(payload), "enterprise_id"))


@dataclass(frozen=True, slots=True)
class Opened:
    """Someone opened the app; ``seen`` is the name of the home view they have."""

    user: str
    channel: str
    tab: str
    seen: str


def kind(payload: Payload) -> Kind | None:
    """Which of the three things that we answer this is."""
    match payload:
        case {"type": "event_callback", "event": {"type": str()}}:
            return "event"
        case {"type": "block_actions", "actions": [{"type": str(), "action_id": str()}, *_]}:
            return "press"
        case {"command": str(), "text": str()}:
            return "command"
        case _:
            return None


def heard(payload: Payload) -> Heard | None:
    """A message or mention from a person. Both kinds of event of one message have the same event id."""
    event = _part(payload, "event")
    team, channel, user, ts = _team(payload), _id(event, "channel"), _id(event, "user"), _ts(event, "ts")
    if not (team and channel and user and ts) or _not_spoken(event):
        return None
    text, bot = _text(event, "text"), _bot_user(payload)
    if user == bot:
        return None
    thread = _ts(event, "thread_ts")
    place = Place(team, channel, thread or ts, user, fresh=not thread)
    named = _text(event, "type") == "app_mention" or bot in mentions(text)
    addressed, words = place.direct or named, said(text, bot or _first_mention(event, text))
    if not addressed and (not thread or mentions(text) or not words):
        # Outside a thread nobody spoke to us; who names somebody else speaks to them; and a mere file says nothing.
        return None
    if named and not words and not event.get("files"):
        words = WORDLESS
    message = IncomingMessage(
        event_id=f"{team}/{channel}/{ts}",
        conversation=place.conversation(f"{channel}/{place.thread}"),
        sender=Sender(user),
        at=_moment(ts),
        text=words,
    )
    return Heard(message, addressed)


def pressed(payload: Payload, now: datetime) -> ButtonPress | FormSubmission | None:
    """A press of one of our buttons, or a form of ours that was sent with one."""
    action = payload["actions"][0]
    place, message = _pressed_in(payload)
    trigger = _id(payload, "trigger_id") or f"{_text(action, 'action_ts')}.{place.user}"
    if action["type"] != "button" or not (place.team and place.channel and place.user):
        return None
    event_id = f"{place.team}/press/{trigger}"
    conversation, sender = place.conversation(f"{place.channel}/{place.thread}"), Sender(place.user)
    message_id = message.encode() if message else None
    number = actions.form_number(action["action_id"])
    if number is None:
        name, value = actions.action_of(action["action_id"]), _text(action, "value")
        if name in actions.OPEN:
            thread = place.thread or _ts({"ts": actions.thread_of(action["action_id"])}, "ts")
            place = replace(place, hidden=False, answer_url="", thread=thread)
            conversation = place.conversation(f"{place.channel}/{place.thread}")
        if name in actions.ONCE and message:
            # Each press has a trigger of its own; what it does has not.
            event_id = f"{place.team}/press/{message.channel}/{message.ts}/{name}/{value}"
        return ButtonPress(event_id, conversation, sender, now, name, value, message_id) if name else None
    form = actions.form_of(_text(action, "value"))
    values = _values(payload, number)
    return FormSubmission(event_id, conversation, sender, now, *form, values, message_id) if form else None


def commanded(payload: Payload, now: datetime) -> IncomingMessage | None:
    """A slash command. Only the asker sees what is said there, and each command is a thread of its own."""
    team, channel, user = _team(payload), _id(payload, "channel_id"), _id(payload, "user_id")
    trigger = _id(payload, "trigger_id")
    if not (team and channel and user and trigger):
        return None
    place = Place(team, channel, user=user, hidden=True, answer_url=_text(payload, "response_url"))
    return IncomingMessage(
        event_id=f"{team}/command/{trigger}",
        conversation=place.conversation(f"{channel}/command/{trigger}"),
        sender=Sender(user),
        at=now,
        text=said(payload["text"]) or WORDLESS,
    )


def opened(payload: Payload) -> Opened | None:
    """Someone opened the app's home or messages tab."""
    event = _part(payload, "event")
    user, channel = _id(event, "user"), _id(event, "channel")
    if not user:
        return None
    return Opened(user, channel, _text(event, "tab"), _text(_part(event, "view"), "callback_id"))


def ended(payload: Payload, now: datetime) -> Ending | None:
    """The app, its place in a channel, the channel, or somebody's account is no more."""
    event, team, event_id = _part(payload, "event"), _team(payload), _id(payload, "event_id")
    what, channel, user = _text(event, "type"), _id(event, "channel"), _part(event, "user")
    if not (team and event_id):
        return None
    at, key = _happened(payload, now), f"{team}/event/{event_id}"
    if what == "user_change" and user.get("deleted") is True and _id(user, "id"):
        return PersonGone(key, PLATFORM, team, _id(user, "id"), at, REASONS["user_disabled"])
    if what in _OVER_THERE and channel and not event.get("is_moved"):
        return PlacesClosed(key, Reach(PLATFORM, team, channel), at, REASONS[_OVER_THERE[what]])
    if what == "app_uninstalled" or (what == "tokens_revoked" and _part(event, "tokens").get("bot")):
        return PlacesClosed(key, Reach(PLATFORM, team), at, REASONS[_ALL_OVER[what]])
    return None


def _happened(payload: Payload, now: datetime) -> datetime:
    """Slack counts whole seconds, so it was before the next one began."""
    seconds = payload.get("event_time")
    if not isinstance(seconds, int) or not 0 < seconds < now.timestamp():
        return now
    return datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=1)


def _not_spoken(event: Payload) -> bool:
    by_machine = any(event.get(mark) for mark in ("bot_id", "bot_profile", "hidden", "edited"))
    return by_machine or _text(event, "subtype") not in _SPOKEN or event.get("user") == "USLACKBOT"


def _pressed_in(payload: Payload) -> tuple[Place, MessageName | None]:
    container, user = _part(payload, "container"), _part(payload, "user")
    team = _team(payload) or _id(user, "team_id")
    if container.get("type") == "view":
        return Place(team, _home_channel(payload) or _id(user, "id"), user=_id(user, "id")), None
    channel = _id(_part(payload, "channel"), "id") or _id(container, "channel_id")
    ts, hidden = _ts(container, "message_ts"), container.get("is_ephemeral") is True
    url = _text(payload, "response_url") if hidden else ""
    thread = _ts(_part(payload, "message"), "thread_ts") or _ts(container, "thread_ts")
    begun = "" if hidden else ts
    place = Place(team, channel, thread or begun, _id(user, "id"), hidden, url, card=ts, fresh=not (thread or hidden))
    return place, MessageName(channel, ts, hidden, url) if channel and ts else None


def _home_channel(payload: Payload) -> str:
    try:
        known = json.loads(_text(_part(payload, "view"), "private_metadata") or "{}")
    except ValueError:
        return ""
    return _id(known, "channel") if isinstance(known, dict) else ""


def _values(payload: Payload, number: str) -> dict[str, str]:
    prefix = actions.field_prefix(number)
    blocks = _part(_part(payload, "state"), "values")
    fields = [block for name, block in blocks.items() if name.startswith(prefix) and isinstance(block, dict)]
    return {name: _value(_part(block, name)) for block in fields for name in block}


def _value(element: Payload) -> str:
    if isinstance(chosen := element.get("selected_options"), list):
        return storable(joined(_text(option, "value") for option in chosen if isinstance(option, dict)))
    return storable(_text(_part(element, "selected_option"), "value") or _text(element, "value"))


def _team(payload: Payload) -> str:
    # In a channel shared between workspaces the installation counts, not where the event came from.
    return _id(_part(payload, "team"), "id") or _id(_authorization(payload), "team_id") or _id(payload, "team_id")


def _bot_user(payload: Payload) -> str:
    return _id(_authorization(payload), "user_id")


def _authorization(payload: Payload) -> Payload:
    match payload.get("authorizations"):
        case [dict(first), *_]:
            return first
        case _:
            return {}


def _first_mention(event: Payload, text: str) -> str:
    # Without an authorization in the payload the mention that woke us is most likely the first.
    named = mentions(text) if _text(event, "type") == "app_mention" else []
    return named[0] if named else ""


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def _part(payload: Payload, name: str) -> Payload:
    part = payload.get(name)
    return part if isinstance(part, dict) else {}


def _text(payload: Payload, name: str) -> str:
    text = payload.get(name)
    return text if isinstance(text, str) else ""


def _id(payload: Payload, name: str) -> str:
    text = _text(payload, name)
    return text if _ID.fullmatch(text) else ""


def _ts(payload: Payload, name: str) -> str:
    text = _text(payload, name)
    return text if _TS.fullmatch(text) else ""
