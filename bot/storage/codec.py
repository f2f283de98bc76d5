"""What comes in and what goes out as JSON text, and back: every field of every kind, exactly.

A value is written as ``{"is": KIND, field: …}``; a field that is missing when read takes its default, so that rows
written before a field existed can still be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot import messages, replies
from bot.messages import ButtonPress, Conversation, FormSubmission, Incoming, IncomingMessage, Sender
from bot.replies import Reply

_KIND = "is"
_MOMENT = "moment"
_MAPPING = "mapping"
_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(Conversation, Sender, IncomingMessage, ButtonPress, FormSubmission, Reply),
        *(replies.Heading, replies.Paragraph, replies.Step, replies.Steps, replies.Facts, replies.Table),
        *(replies.Series, replies.Chart, replies.Button, replies.Buttons, replies.Field, replies.Form),
        *(replies.SourceLink, replies.Sources, replies.Link),
    )
}
_FIELDS = {name: tuple(field.name for field in fields(kind)) for name, kind in _KINDS.items()}


class PayloadUnreadable(ValueError):
    """Stored JSON is not what was expected; it was written by another version or damaged."""


def dump_incoming(incoming: Incoming) -> str:
    return _dump(incoming)


def load_incoming(text: str) -> Incoming:
    value = _load(text)
    if not isinstance(value, messages.IncomingMessage | messages.ButtonPress | messages.FormSubmission):
        raise PayloadUnreadable("not something that came in")
    return value


def dump_reply(reply: Reply) -> str:
    return _dump(reply)


def load_reply(text: str) -> Reply:
    value = _load(text)
    if not isinstance(value, Reply):
        raise PayloadUnreadable("not a reply")
    return value


def dump_outgoing(conversation: Conversation, reply: Reply) -> str:
    """A reply together with where it goes."""
    return _dump((conversation, reply))


def load_outgoing(text: str) -> tuple[Conversation, Reply]:
    match _load(text):
        case (Conversation() as conversation, Reply() as reply):
            return conversation, reply
    raise PayloadUnreadable("not a reply with its conversation")


def dump_conversation(conversation: Conversation) -> str:
    """A place to speak in later."""
    return _dump(conversation.for_later())


def load_conversation(text: str) -> Conversation:
    value = _load(text)
    if not isinstance(value, Conversation):
        raise PayloadUnreadable("not a conversation")
    return value


def _dump(value: object) -> str:
    return json.dumps(_plain(value), separators=(",", ":"))


def _load(text: str) -> Any:
    try:
        return _value(json.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise PayloadUnreadable(f"{type(error).__name__} in stored JSON") from None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {_KIND: _MAPPING, "items": [[key, item] for key, item in value.items()]}
    if isinstance(value, datetime):
        return {_KIND: _MOMENT, "at": value.isoformat()}
    kind = type(value).__name__
    if kind in _KINDS:
        return {_KIND: kind} | {name: _plain(getattr(value, name)) for name in _FIELDS[kind]}
    return value


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(_value(item) for item in plain)
    if not isinstance(plain, dict):
        return plain
    kind = plain[_KIND]
    if kind == _MAPPING:
        return dict(plain["items"])
    if kind == _MOMENT:
        return datetime.fromisoformat(plain["at"])
    return _KINDS[kind](**{name: _value(plain[name]) for name in _FIELDS[kind] if name in plain})
