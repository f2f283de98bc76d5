"""What a person typed, out of Slack's markup."""

from __future__ import annotations

import re

_MARKED = re.compile(r"<([^<>]*)>")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def said(text: str, bot: str = "") -> str:
    """The words as typed: mentions of the bot gone, others as @name, channels as #name, links as written."""
    spoken = _MARKED.sub(lambda found: _spoken(found.group(1), bot), storable(text))
    for entity, char in _ENTITIES:
        spoken = spoken.replace(entity, char)
    return spoken.strip()


def storable(text: str) -> str:
    """Without what no database takes: NUL and halves of characters."""
    return _NOT_STORABLE.sub("", text)


def mentions(text: str) -> list[str]:
    """The ids of the people mentioned."""
    return [mark[1:].partition("|")[0] for mark in _MARKED.findall(text) if mark.startswith("@")]


def _spoken(mark: str, bot: str) -> str:
    target, _, label = mark.partition("|")
    match target[:1]:
        case "@":
            return "" if target[1:] == bot else f"@{label.removeprefix('@') or 'someone'}"
        case "#":
            return f"#{label or 'a-channel'}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _ if "://" in target or target.startswith(("mailto:", "tel:")):
            return label or target
        case _:
            # Slash commands are not marked up, so these brackets were typed.
            return f"<{mark}>"
