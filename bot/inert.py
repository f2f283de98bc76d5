"""What of a text a reader sees. Pure; what is stored and what is shown pass through the same table."""

from __future__ import annotations

import re

JOINERS = "\u200c\u200d"
"""Persian and Indic words need them inside, and so do emoji of several people; elsewhere they only hide."""
# Control characters (terminal escapes among them) and halves of characters; then direction marks, zero-width and tag
# characters: they reorder or hide words, so that a reader sees other than what is said.
_NOT_SEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LOOSE_JOINERS = re.compile(rf"(?<!\S)[{JOINERS}]+|[{JOINERS}]+(?!\S)|(?<=[{JOINERS}])[{JOINERS}]+")
_SEPARATORS = str.maketrans({"\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\v": " ", "\f": " "})


def seen(text: str) -> str:
    """The same words without control, direction, zero-width, tag and surrogate characters; line ends become ``\\n``,
    tabs stay, and of joiners one inside a word or an emoji. Twice changes nothing.
    """
    lines = text.replace("\r\n", "\n").translate(_SEPARATORS)
    return _LOOSE_JOINERS.sub("", _NOT_SEEN.sub("", lines))


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters (one or more), with an ellipsis where some are missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def capitalised(text: str) -> str:
    """As a sentence begins: with a capital, but for a word that has one elsewhere, such as iOS."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text[:1].upper() + text[1:] if first.islower() else text
