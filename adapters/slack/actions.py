"""How our buttons and forms are named in Slack, and read back: the one thing that render and parse must agree on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.slack.limits import BUTTON_VALUE, IDENTIFIER, OPTION_VALUE, OPTIONS
from bot.replies import Button, Field, Form

_FORM = "form"
_LEADS = "@"
OPEN = frozenset({"share"})
"""What is pressed on a message that one person sees, for everybody to see."""
ONCE: Mapping[str, str] = {"share": "That is already shared.", "more": "That is already here, below."}
"""What a second press on the same button of the same message does not say to all again, and what it is answered."""


def button_id(number: int, action: str) -> str:
    """Unique in a message by ``number``; carries ``action``."""
    return f"{number}:{action}"


def action_of(action_id: str) -> str:
    """The action that ``button_id`` was made with."""
    return action_id.partition(":")[2].partition(_LEADS)[0]


def leading(drawn: Mapping[str, Any], thread: str) -> dict[str, Any]:
    """The same message, with the thread in the ids of buttons that are for everybody to see: Slack shows nobody a
    message for one person in a thread without replies, and what is pressed in the channel belongs there all the same.
    """
    return {**drawn, "blocks": [_led(block, thread) for block in drawn["blocks"]]}


def thread_of(action_id: str) -> str:
    """The thread that ``leading`` put in; empty without one."""
    return action_id.partition(_LEADS)[2]


def _led(block: dict[str, Any], thread: str) -> dict[str, Any]:
    if block["type"] != "actions":
        return block
    return {**block, "elements": [
        {**button, "action_id": f"{button['action_id']}{_LEADS}{thread}"}
        if action_of(button.get("action_id", "")) in OPEN else button
        for button in block["elements"]
    ]}


def submit_id(form_number: int) -> str:
    """The button that sends the form with this number."""
    return f"{_FORM}{form_number}"


def form_number(action_id: str) -> str | None:
    """The number that ``submit_id`` was made with, None for an ordinary button."""
    number = action_id.removeprefix(_FORM)
    return number if number != action_id and number.isdecimal() else None


def field_block(number: int | str, at: int) -> str:
    """The block of the field at this position of the form with this number."""
    return f"{field_prefix(number)}{at}"


def field_prefix(number: int | str) -> str:
    """What the blocks of one form have in common."""
    return f"{_FORM}{number}."


def form_value(form: Form) -> str:
    """What the submit button carries."""
    return json.dumps([form.form, form.context], ensure_ascii=False, separators=(",", ":"))


def form_of(value: str) -> tuple[str, str] | None:
    """Form and context that ``form_value`` was made with."""
    try:
        said = json.loads(value)
    except ValueError:
        return None
    match said:
        case [str(form), str(context)]:
            return form, context
        case _:
            return None


def can_be_pressed(button: Button) -> bool:
    """Whether Slack can carry action and value; a cut one would come back as another."""
    return len(button_id(999, button.action)) <= IDENTIFIER and len(button.value) <= BUTTON_VALUE


def can_be_sent(form: Form) -> bool:
    """Whether Slack can carry the form's id, context and field names."""
    names = [field.name for field in form.fields]
    return len(form_value(form)) <= BUTTON_VALUE and all(0 < len(name) <= IDENTIFIER for name in names)


def can_be_chosen(field: Field) -> bool:
    """Whether the options fit into a menu; otherwise the field is one to type in."""
    return 0 < len(field.options) <= OPTIONS and all(0 < len(value) <= OPTION_VALUE for value, _ in field.options)
