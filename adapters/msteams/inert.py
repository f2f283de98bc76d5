"""Words stay words where Teams would make more of them: what is cut, broken apart or escaped. Pure."""

from __future__ import annotations

import re

from adapters.plain import inert
from bot.inert import shortened

_MARKDOWN = re.compile(r"([\\`*_\[\]()#>~<|])")
_MARKS = re.compile(r"\[(\d{1,3})\]")


def words(text: str, most: int) -> str:
    """Text fit for a place that draws no markup, at most ``most`` characters."""
    return shortened(inert(text), most)


def unlinked(text: str) -> str:
    """Clients turn bare addresses in a message into links, whatever its format, and some read markdown in any, where a
    link needs ``](``: both are broken apart visibly.
    """
    return re.sub(r"(?i)\b(www)\.", r"\1 .", text.replace("://", ": //").replace("](", "] ("))


def escaped(text: str) -> str:
    """Text for a place that always reads markdown: every character that could mean something is escaped."""
    return _MARKDOWN.sub(r"\\\1", unlinked(text))


def unmarked(text: str) -> str:
    """Up to the first ``[n]``."""
    return _MARKS.split(text, maxsplit=1)[0]


def marks(text: str) -> set[int]:
    """The numbers of the sources cited in a text as ``[n]``."""
    return {int(number) for number in _MARKS.findall(text)}
