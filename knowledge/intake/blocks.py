"""The common form of every document: a list of blocks in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["text", "heading", "item", "quote", "row"]
Zone = Literal["", "article", "outside", "comment"]
Role = Literal["", "author", "date"]


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list item or loose line. Lines inside are parted by a newline.

    What the document's markup tells: ``reason`` it is noise, ``zone`` it lies in, ``unit`` (one comment) it belongs to,
    ``role`` in that comment, ``linked`` share of its characters that are links. Empty where there is no markup.
    """

    text: str
    kind: BlockKind = "text"
    linked: float = 0.0
    links: int = 0
    reason: str = ""
    zone: Zone = ""
    unit: int | None = None
    role: Role = ""


@dataclass(slots=True)
class Page:
    """A whole document as blocks, with what it says of itself."""

    blocks: list[Block]
    title: str = ""
    author: str = ""
    url: str = ""
    year: int | None = None


_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")


def tidy(text: str) -> str:
    """Single spaces, no invisible characters, no empty lines."""
    lines = (_SPACES.sub(" ", line).strip() for line in _INVISIBLE.sub("", text).split("\n"))
    return "\n".join(line for line in lines if line)


def flat(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def words_of(text: str) -> list[str]:
    """Its words, lower case, without punctuation; contractions stay whole."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())
