"""What a page sent, as values of the bot. Pure: bytes and headers in, frozen values or a refusal out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from adapters.web.limits import BODY_BYTES, ID_LENGTH
from adapters.web.session import TENANT, Session, conversation_of
from adapters.zones import known_zone
from bot.errors import BotError
from bot.messages import ButtonPress, Conversation, FormSubmission, IncomingMessage, Sender
from bot.privacy import clean_text
from bot.replies import joined

_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_LENGTH}}}")
_LOCALE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_FIELD = "field."


class Refused(BotError):
    """A request that is turned away; the message is the sentence that the person gets."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@dataclass(frozen=True, slots=True)
class Posted:
    """The fields of a request. ``plain`` came from an HTML form without JavaScript and wants a page back."""

    values: Mapping[str, Any]
    plain: bool

    def text(self, name: str) -> str:
        """The field exactly as it came; empty if it is absent or no text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def words(self, name: str) -> str:
        """The field as words of a person, fit to store and show."""
        return clean_text(self.text(name), BODY_BYTES)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in: their tenant, and ``user`` as ``SecretKey.known`` makes it."""

    tenant: str
    user: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Who sent it, into which of their conversations, and when. Without ``identity`` the browser itself is somebody."""

    session: Session
    thread: str
    at: datetime
    locale: str | None = None
    identity: Identity | None = None
    zone: str | None = None

    @property
    def sender(self) -> Sender:
        return Sender(self.identity.user if self.identity else self.session.person, self.locale, zone=self.zone)

    @property
    def conversation(self) -> Conversation:
        return conversation_of(self.session, self.thread, self.identity.tenant if self.identity else TENANT)


def wants_page(accept: str) -> bool:
    """Whether a browser opens this to show it: nothing else asks for HTML."""
    return "text/html" in accept


def is_plain(content_type: str) -> bool:
    """Whether this is an HTML form's content type. Raises ``Refused`` for anything but that and JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in {"application/json", "application/x-www-form-urlencoded"}:
        raise Refused(415, "Send this as application/json.")
    return kind != "application/json"


def parse_body(raw: bytes, *, plain: bool) -> Posted:
    """The fields of a body: a JSON object or a form's pairs."""
    try:
        text = raw.decode()
        values = _pairs(parse_qsl(text, keep_blank_values=True)) if plain else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "This cannot be read: it is not valid JSON in UTF-8.") from error
    if not isinstance(values, dict):
        raise Refused(400, "This cannot be read: a JSON object is needed.")
    return Posted(values, plain)


def parse_message(posted: Posted, visit: Visit) -> IncomingMessage:
    """A question as it was typed, without blank lines around it."""
    text = posted.words("text").strip()
    if not text:
        raise Refused(400, "Write a question first.")
    event_id = f"{visit.thread}:{_event(posted, text)}"
    return IncomingMessage(event_id, visit.conversation, visit.sender, visit.at, text)


def parse_press(posted: Posted, visit: Visit) -> ButtonPress:
    """A pressed button. Whether such a button stands there is not known here."""
    action, value = _button(posted)
    return ButtonPress(
        f"{visit.thread}:press:{_event(posted, posted.text('message_id') + action + value)}",
        visit.conversation,
        visit.sender,
        visit.at,
        action,
        value,
        posted.text("message_id"),
    )


def parse_form(posted: Posted, visit: Visit) -> FormSubmission:
    """A form with its values. Whether such a form stands there is not known here."""
    values = _fields(posted)
    return FormSubmission(
        f"{visit.thread}:form:{_event(posted, posted.text('message_id') + json.dumps(values, sort_keys=True))}",
        visit.conversation,
        visit.sender,
        visit.at,
        posted.text("form"),
        posted.text("context"),
        values,
        posted.text("message_id"),
    )


def parse_locale(accept_language: str) -> str | None:
    """The first language a browser asks for."""
    first = accept_language.partition(",")[0].partition(";")[0].strip()
    return first if _LOCALE.fullmatch(first) else None


def parse_zone(posted: Posted) -> str | None:
    """The time zone that a page's script names; without a script none is known."""
    return known_zone(posted.text("zone"))


def _pairs(given: list[tuple[str, str]]) -> dict[str, str]:
    """The pairs of an HTML form; a field of ours that comes several times is one of which several were chosen."""
    values: dict[str, str] = {}
    for name, value in given:
        values[name] = joined((values.get(name, ""), value)) if name.startswith(_FIELD) else value
    return values


def _event(posted: Posted, content: str) -> str:
    """The id the page gave. A plain page gives one per load, and Back shows it again: so the content counts too."""
    given = posted.text("id")
    if not _ID.fullmatch(given):
        raise Refused(400, f"An id of at most {ID_LENGTH} letters, digits, - and _ is needed.")
    if not posted.plain:
        return given
    return f"{given}-{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _button(posted: Posted) -> tuple[str, str]:
    if not posted.plain:
        return posted.text("action"), posted.text("value")
    inner = parse_body(posted.text("button").encode("utf-8", "replace"), plain=False)
    return inner.text("action"), inner.text("value")


def _fields(posted: Posted) -> dict[str, str]:
    if posted.plain:
        names = [name for name in posted.values if name.startswith(_FIELD)]
        return {name.removeprefix(_FIELD): posted.words(name) for name in names}
    values = posted.values.get("values")
    pairs = values.items() if isinstance(values, dict) else ()
    return {name: clean_text(value, BODY_BYTES) for name, value in pairs if isinstance(value, str)}
