"""Activities of Teams into what the bot knows. Pure: an activity as plain data in, values out, nothing is sent."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from adapters.msteams import limits, verify
from adapters.msteams.address import Address, MessageAddress, Seen, without_thread
from adapters.msteams.elements import DATA_KEY
from adapters.plain import one_line
from adapters.zones import known_zone
from bot.messages import (
    HELPFUL,
    NOT_HELPFUL,
    ButtonPress,
    Conversation,
    FormSubmission,
    Incoming,
    IncomingMessage,
    PlacesClosed,
    Reach,
    Sender,
)

Activity = Mapping[str, Any]

CARD_ACTION = "adaptiveCard/action"
FEEDBACK = "message/submitAction"
FEEDBACK_ACTION = "feedback"
"""The action of Teams' own thumbs, as of our own buttons; their value is one of ``VERDICTS``."""

REMOVED = "The app was removed there."
CHANNEL_DELETED = "The channel was deleted."
TEAM_DELETED = "The team was deleted."
"""Why nothing can be said any more, for admins."""

PLATFORM = "msteams"
_TAG = re.compile(r"</?(?:at|quoted)(\s[^>]*)?>", re.IGNORECASE)
_BOT_PREFIX = "28:"


def message(activity: Activity, now: datetime) -> Incoming | None:
    """A message activity: words, or a button or form of an older client (``Action.Submit``). None if a bot wrote it."""
    if _is_of_bot(activity):
        return None
    pressed = _pressed(activity, activity.get("value"), now)
    if pressed is not None:
        return pressed
    return IncomingMessage(**_who(activity, now), text=_said(activity))


def invoke(activity: Activity, now: datetime) -> Incoming | None:
    """A button, a form or the thumbs, to be answered within the request. None for any other invoke."""
    value = activity.get("value")
    if not isinstance(value, Mapping):
        return None
    if activity.get("name") == CARD_ACTION:
        action = value.get("action")
        return _pressed(activity, action.get("data") if isinstance(action, Mapping) else None, now)
    if activity.get("name") == FEEDBACK and value.get("actionName") == "feedback":
        return _feedback(activity, value.get("actionValue"), now)
    return None


def conversation(activity: Activity) -> Conversation:
    """Where it happened. A channel is known without its thread; a chat is its own thread."""
    place = address(activity)
    shape = activity["conversation"]
    direct = shape.get("conversationType", "" if shape.get("isGroup") else "personal") == "personal"
    return Conversation(
        platform=PLATFORM,
        tenant=place.tenant,
        channel=without_thread(place.conversation),
        thread=place.conversation,
        kind="direct" if direct else "channel",
        address=place.pack(),
        root="" if direct else replace(place, conversation=without_thread(place.conversation)).pack(),
        within=_part_id(activity, "team"),
    )


def seen(activity: Activity, now: datetime) -> Seen | None:
    """Where Teams speaks of. None where that is somebody's chat and a bot acted: nobody knows then whose chat it is, so
    it could not be forgotten with them.
    """
    where = conversation(activity)
    if where.kind == "direct" and _is_of_bot(activity):
        return None
    return Seen(where, _user(activity), _moment(activity.get("timestamp"), now))


def ended(activity: Activity, now: datetime) -> PlacesClosed | None:
    """Midway was removed from a chat or a team, or a channel or a team was deleted.

    Midway is in a team, not in a channel of it, so with the team all its channels are closed.
    """
    place, team, channel = conversation(activity), _part_id(activity, "team"), _part_id(activity, "channel")
    what = _channel_data(activity).get("eventType") if activity["type"] == "conversationUpdate" else None
    made = partial(PlacesClosed, event_id(activity), at=_moment(activity.get("timestamp"), now))
    if what == "channelDeleted" and channel:
        return made(Reach(PLATFORM, place.tenant, without_thread(channel)), reason=CHANNEL_DELETED)
    if what == "teamDeleted" and team:
        return made(Reach(PLATFORM, place.tenant, within=team), reason=TEAM_DELETED)
    if not _is_removed(activity):
        return None
    if team:
        return made(Reach(PLATFORM, place.tenant, within=team), reason=REMOVED)
    return made(Reach.of(place), reason=REMOVED, user=_user(activity) if place.kind == "direct" else "")


def _is_removed(activity: Activity) -> bool:
    if activity["type"] == "installationUpdate":
        # With -upgrade: removed by an upgrade of the app; the SDK takes both alike (botbuilder-python pull 1476).
        return activity.get("action") in ("remove", "remove-upgrade")
    left = activity.get("membersRemoved")
    gone = [member.get("id") for member in left if isinstance(member, Mapping)] if isinstance(left, list) else []
    return activity["type"] == "conversationUpdate" and activity["recipient"]["id"] in gone


def _part_id(activity: Activity, name: str) -> str:
    """The id of the team or the channel that Teams names; empty where it names none."""
    part = _channel_data(activity).get(name)
    named = part.get("id") if isinstance(part, Mapping) else None
    return named if isinstance(named, str) else ""


def _channel_data(activity: Activity) -> Mapping[str, Any]:
    data = activity.get("channelData")
    return data if isinstance(data, Mapping) else {}


def address(activity: Activity) -> Address:
    return Address(
        service_url=str(activity["serviceUrl"]),
        conversation=str(activity["conversation"]["id"]),
        tenant=next(iter(verify.tenants(activity)), ""),
        bot=str(activity["recipient"]["id"]),
    )


def event_id(activity: Activity) -> str:
    """The same for every delivery of one activity; says nothing of who or where."""
    parts = [activity["conversation"]["id"], activity.get("id")]
    if not activity.get("id"):
        parts += [activity["from"]["id"], *(activity.get(name) for name in ("replyToId", "timestamp", "text", "value"))]
    return _hashed([verify.tenants(activity), activity["type"], *parts])


def _hashed(parts: list[Any]) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return "msteams:" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:40]


def _who(activity: Activity, now: datetime) -> dict[str, Any]:
    sender = Sender(_user(activity), _locale(activity), _name(activity["from"].get("name")), _zone(activity))
    return {
        "event_id": event_id(activity),
        "conversation": conversation(activity),
        "sender": sender,
        "at": _moment(activity.get("timestamp"), now),
    }


def _is_of_bot(activity: Activity) -> bool:
    return str(activity["from"]["id"]).startswith(_BOT_PREFIX)


def _user(activity: Activity) -> str:
    writer = activity["from"]
    known = writer.get("aadObjectId") if isinstance(writer.get("aadObjectId"), str) else None
    return known or str(writer["id"])


def _locale(activity: Activity) -> str | None:
    found = [activity.get("locale"), *(entity.get("locale") for entity in _entities(activity, "clientInfo"))]
    return next((value for value in found if isinstance(value, str) and value), None)


def _name(name: object) -> str | None:
    return (one_line(name)[: limits.NAME_CHARACTERS.value].strip() or None) if isinstance(name, str) else None


def _zone(activity: Activity) -> str | None:
    found = [activity.get("localTimezone"), *(entity.get("timezone") for entity in _entities(activity, "clientInfo"))]
    return next(filter(None, map(known_zone, found)), None)


def _moment(timestamp: object, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(timestamp) if isinstance(timestamp, str) else now
    except ValueError:
        return now
    return moment.astimezone(UTC) if moment.tzinfo else now


def _said(activity: Activity) -> str:
    text = activity.get("text")
    if not isinstance(text, str):
        return ""
    bot = activity["recipient"]["id"]
    for entity in _entities(activity, "mention"):
        mentioned, words = entity.get("mentioned"), entity.get("text")
        if isinstance(mentioned, Mapping) and mentioned.get("id") == bot and isinstance(words, str):
            text = re.sub(f" ?{re.escape(words)} ?", " ", text, count=1)
    # Teams sends what was typed with &, < and > as entities, so tags that remain are mentions of other people,
    # or stand for a message that is replied to.
    plain = html.unescape(_TAG.sub("", text)).replace("\u00a0", " ")
    return _readable(plain).strip()


def _readable(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _entities(activity: Activity, kind: str) -> list[Mapping[str, Any]]:
    entities = activity.get("entities")
    listed = entities if isinstance(entities, list) else []
    return [entity for entity in listed if isinstance(entity, Mapping) and entity.get("type") == kind]


def _message_id(activity: Activity) -> str | None:
    card = activity.get("replyToId")
    return MessageAddress(address(activity), card).pack() if isinstance(card, str) else None


def _pressed(activity: Activity, data: object, now: datetime) -> ButtonPress | FormSubmission | None:
    """What one of our own buttons sends: its making is under ``DATA_KEY``, the inputs stand beside it."""
    ours = data.get(DATA_KEY) if isinstance(data, Mapping) else None
    if not isinstance(ours, Mapping) or not isinstance(data, Mapping):
        return None
    made = {name: value for name, value in ours.items() if isinstance(value, str)}
    who = {**_who(activity, now), "message_id": _message_id(activity)}
    if "action" in made:
        press = ButtonPress(**who, action=made["action"], value=made.get("value", ""))
        return replace(press, event_id=_asking_id(activity, press)) if press.asks and press.message_id else press
    if "form" in made:
        untouched = dict.fromkeys(filter(None, made.get("several", "").split(",")), "")
        values = untouched | _values(data, made.get("inputs", ""))
        return FormSubmission(**who, form=made["form"], context=made.get("context", ""), values=values)
    return None


def _asking_id(activity: Activity, press: ButtonPress) -> str:
    """The same for every press of this button by this person on one day: each press is an activity of its own, and
    whoever sees no answer yet presses again.
    """
    button = [activity["replyToId"], press.sender.user, press.action, press.value, press.at.date().isoformat()]
    return _hashed([verify.tenants(activity), "press", activity["conversation"]["id"], *button])


def _values(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): _readable(value)
        for name, value in data.items()
        if name != DATA_KEY and name.startswith(prefix) and isinstance(value, str)
    }


def _feedback(activity: Activity, value: object, now: datetime) -> ButtonPress | FormSubmission | None:
    given = value if isinstance(value, Mapping) else {}
    verdict = {"like": HELPFUL, "dislike": NOT_HELPFUL}.get(str(given.get("reaction")))
    if verdict is None:
        return None
    who = {**_who(activity, now), "message_id": _message_id(activity)}
    reason = _reason(given.get("feedback"))
    if reason:
        return FormSubmission(**who, form=FEEDBACK_ACTION, context=verdict, values={"reason": reason})
    return ButtonPress(**who, action=FEEDBACK_ACTION, value=verdict)


def _reason(feedback: object) -> str:
    """The words of the thumbs' own form, which arrive as JSON within a string."""
    try:
        given = json.loads(feedback) if isinstance(feedback, str) else feedback
    except (ValueError, RecursionError):
        return ""
    text = given.get("feedbackText") if isinstance(given, Mapping) else None
    return _readable(text).strip() if isinstance(text, str) else ""
