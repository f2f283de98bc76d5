"""What someone sees who opens the app: what Midway can do, and questions to start with. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from adapters.plain import one_line
from adapters.slack import actions, elements
from adapters.slack.elements import SlackBlock
from adapters.slack.limits import BUTTON_TEXT, HOME_QUESTIONS, PROMPTS
from bot.inert import shortened
from bot.replies import Button

ASK = "ask"
"""The action of a suggested question; its value is the question."""

WHAT = (
    ("Ask", "how to launch, staff, measure and grow social media work; answers come from curated practices."),
    ("Try", "a practice: one tap under an answer records that your team tries it, already does it, or not."),
    ("Where", "here in Messages, by mentioning Midway in a channel, or with /midway, which only you see."),
)
SMALL_PRINT = "Write help to see what Midway can do. Questions are kept under a pseudonym, never shown in reports."


def home_view(questions: Sequence[str], channel: str, notice: str = "") -> dict[str, Any]:
    """The home tab. ``channel`` is the person's direct channel: a press in the home tab does not say it.

    ``notice`` is small print as well: where questions go, when a model is used.
    """
    view: dict[str, Any] = {
        "type": "home",
        "private_metadata": json.dumps({"channel": channel}),
        "blocks": [*_what(), elements.header("Questions to start with"), *_asks(questions), *_ending(notice)],
    }
    return view | {"callback_id": _name(view)}


def prompts(questions: Sequence[str]) -> list[dict[str, str]]:
    """The first questions as Slack's suggested prompts."""
    asked = [one_line(question) for question in questions[:PROMPTS]]
    return [{"title": shortened(question, BUTTON_TEXT), "message": question} for question in asked]


def _what() -> list[SlackBlock]:
    lines = [elements.line(elements.words(lead, bold=True), elements.words(f" {rest}")) for lead, rest in WHAT]
    listed = elements.rich(elements.listing(lines, numbered=False))
    return [elements.header("Midway, your social media advisor"), listed]


def _asks(questions: Sequence[str]) -> list[SlackBlock]:
    # A row for each, because questions side by side break wherever the window ends.
    asked = [Button(one_line(question), ASK, question) for question in questions[:HOME_QUESTIONS]]
    return [
        elements.actions([elements.button(item.label, actions.button_id(at, item.action), item.value)])
        for at, item in enumerate(asked)
        if item.label and actions.can_be_pressed(item)
    ]


def _ending(notice: str) -> list[SlackBlock]:
    return [elements.small_print(line) for line in (SMALL_PRINT, notice) if line]


def _name(view: dict[str, Any]) -> str:
    """The same for the same view, so that one already shown is not published again."""
    drawn = json.dumps(view, sort_keys=True).encode()
    return f"home-{hashlib.sha256(drawn).hexdigest()[:16]}"
