"""Typed lines become what the bot takes in. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from adapters.terminal.prompts import chosen
from bot.messages import ButtonPress, Conversation, FormSubmission, Incoming, IncomingMessage, Sender
from bot.replies import Button, Form

TENANT = "web"
"""Whoever is on no platform, at the shell or on the web, is one tenant: the same teams, the same count."""
PLATFORM = "terminal"
LONGEST_NUMBER = 6
"""Digits; a longer number is a telephone's rather than a button's."""


def conversation(session: str) -> Conversation:
    """The conversation of one terminal session."""
    address = json.dumps({"session": session})
    return Conversation(PLATFORM, TENANT, channel=session, thread=session, kind="direct", address=address)


def parse(
    line: str, *, event_id: str, session: str, who: Sender, at: datetime, buttons: Sequence[Button], form: Form | None
) -> Incoming:
    """A number presses the button that was drawn with it; after a form a line fills it in; all else is said.

    ``form`` is the open form: its only field takes the line, several take ``name=value`` pairs separated by semicolons;
    what is left out stays as it stands in the form.
    """
    where, said = conversation(session), line.strip()
    number = number_typed(said)
    if number is not None and 1 <= number <= len(buttons):
        pressed = buttons[number - 1]
        return ButtonPress(event_id, where, who, at, pressed.action, pressed.value)
    if form is not None and said.startswith("="):
        return FormSubmission(event_id, where, who, at, form.form, form.context, _values(said[1:], form))
    return IncomingMessage(event_id, where, who, at, line)


def number_typed(line: str) -> int | None:
    """The number of a button, be there one or not; None for what is no number, or too long to be that of a button."""
    said = line.strip()
    return int(said) if said.isdecimal() and len(said) <= LONGEST_NUMBER else None


def _values(said: str, form: Form) -> dict[str, str]:
    if len(form.fields) == 1:
        return {form.fields[0].name: chosen(form.fields[0], said.strip())}
    pairs = (part.partition("=") for part in said.split(";"))
    typed = {name.strip(): value.strip() for name, _, value in pairs}
    return {
        field.name: chosen(field, typed[field.name]) if field.name in typed else field.value for field in form.fields
    }
