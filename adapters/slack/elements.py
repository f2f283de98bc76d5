"""The pieces Slack messages are made of. Rich text and plain text only: neither can ping, link or format by itself.

The one exception is ``naming``, which takes an id and no words of anybody.
"""

from __future__ import annotations

from typing import Any

from adapters.slack.limits import ALT_TEXT, BUTTON_TEXT, HEADER, LINK, OPTION_TEXT, TEXT
from bot.inert import shortened

SlackBlock = dict[str, Any]


def words(text: str, *, bold: bool = False) -> SlackBlock:
    """Words within rich text."""
    element: SlackBlock = {"type": "text", "text": text}
    return element | {"style": {"bold": True}} if bold else element


def link(url: str, text: str) -> SlackBlock:
    """A link within rich text, or its words where the address is none that a browser opens."""
    if not url.startswith(("https://", "http://")) or len(url) > LINK or any(char.isspace() for char in url):
        return words(f"{text} ({shortened(url, TEXT // 10)})")
    return {"type": "link", "url": url, "text": text}


def line(*elements: SlackBlock) -> SlackBlock:
    """Elements in one run of text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def listing(lines: list[SlackBlock], *, numbered: bool, after: int = 0) -> SlackBlock:
    """A list; ``after`` is how many numbered items came before it."""
    listed: SlackBlock = {
        "type": "rich_text_list",
        "style": "ordered" if numbered else "bullet",
        "indent": 0,
        "elements": lines,
    }
    return listed | {"offset": after} if after else listed


def fixed_width(text: str) -> SlackBlock:
    """Lines as they are, every character as wide as the next."""
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def rich(*parts: SlackBlock) -> SlackBlock:
    """A block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}


def plain(text: str) -> SlackBlock:
    """A text object that is shown as it is."""
    return {"type": "plain_text", "text": text, "emoji": False}


def header(text: str) -> SlackBlock:
    """A large bold line."""
    return {"type": "header", "text": plain(shortened(text, HEADER))}


def small_print(text: str) -> SlackBlock:
    """A small grey line."""
    return {"type": "context", "elements": [plain(text)]}


def naming(lead: str, user: str) -> SlackBlock:
    """A small grey line that ends in a person's name, which Slack draws for their id."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": f"{lead} <@{user}>", "verbatim": True}]}


def section(text: str) -> SlackBlock:
    """Words and nothing else."""
    return {"type": "section", "text": plain(text)}


def button(label: str, action_id: str, value: str, *, primary: bool = False) -> SlackBlock:
    """A button; Slack refuses an empty label or value, so neither is ever empty."""
    element: SlackBlock = {
        "type": "button",
        "action_id": action_id,
        "text": plain(shortened(label, BUTTON_TEXT) or "…"),
    }
    if value:
        element["value"] = value
    return element | {"style": "primary"} if primary else element


def image(file: str, alt_text: str) -> SlackBlock:
    """A picture that was uploaded, with what it shows in words."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": shortened(alt_text, ALT_TEXT) or "Chart"}


def actions(buttons: list[SlackBlock]) -> SlackBlock:
    """A row of buttons."""
    return {"type": "actions", "elements": buttons}


def option(value: str, label: str) -> SlackBlock:
    """A choice in a menu."""
    return {"text": plain(shortened(label, OPTION_TEXT) or "…"), "value": value}
