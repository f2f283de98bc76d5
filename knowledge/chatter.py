"""What people type around a question and not about it: "sorry if this is a stupid question but …", "no rush"."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

SHORTEST_LEFT = 3
"""Words that must be left: a message that is nothing but chatter stays as it is."""
MOST_PIECES = 4
"""Pieces of chatter before a question, and after it; more is a story."""
FARTHEST = 120
"""Characters of one piece at most, so that no text takes long to look at."""
_LEAD = re.compile(
    r"[\s*]*([^.!?…,;:–—*\n]*?)(?:\s*[.!…,;:–—*\n]+|\s+(?:but|pero|aber|mais)\b,?|\s+-+\s)", re.IGNORECASE
)
"""What stands before a sign or a "but" that ends it; a question is none."""
_TAIL = re.compile(r"(?<=[.!?…,;–—\n)])\s*([^.!?…,;:–—\n]*)[.!?…)\s]*$|\(([^()]*)\)\s*$")
_CLOSING = re.compile(
    r"\s+(?:(?:many )?thanks?(?: you)?(?: a lot| so much)?(?: in advance)?|thx|tia|cheers|please|pl[sz]"
    r"|danke|merci|gracias|asking for a friend|no rush|any (?:ideas|thoughts|tips|help|advice)(?: please)?)\W*$",
    re.IGNORECASE,
)
"""What ends a message that nobody punctuated."""
_GREETED = re.compile(r"(?:hi|hello|hey|dear|hallo|liebe[sr]?|bonjour|hola)(?:\s+[^\W\d_]+){1,3}", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def without_chatter(text: str) -> str:
    """The message without chatter before and after it."""
    left = text
    for strip in (_led_in, _led_out):
        for _ in range(MOST_PIECES):
            left = strip(left)
    return left


def _led_in(text: str) -> str:
    found = _LEAD.match(text, 0, FARTHEST)
    return _left(text[found.end() :], text) if found and _chats(found[1]) else text


def _led_out(text: str) -> str:
    most = max(0, len(text) - FARTHEST)
    found = _TAIL.search(text, most)
    if not (found and _chats(found[1] or found[2] or "")):
        found = _CLOSING.search(text, most)
    return _left(text[: found.start()], text) if found else text


def _chats(piece: str) -> bool:
    """Whether nothing in the piece is about anything, or greets somebody by name."""
    words = [word.replace("’", "'") for word in _WORDS.findall(piece.lower())]
    return bool(words) and (_words().issuperset(words) or bool(_GREETED.fullmatch(piece.strip())))


def _left(rest: str, whole: str) -> str:
    return rest.strip() if len(_WORDS.findall(rest)) >= SHORTEST_LEFT else whole


def chatter() -> str:
    """The words that are about nothing, as shipped."""
    return (files("knowledge") / "glossary" / "chatter.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(chatter().split())
