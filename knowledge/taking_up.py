"""Short messages that take up an answer: which of the practices it named is meant, or what else was."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 14
"""Words of such a message."""
_SAID_FIRST = (
    r"^\W*(?:(?:no|nope|nah|sorry|well|ah|oh|ok|hm+|yes|nein|ne|nee|doch|entschuldigung|ja|non|pardon|oui|perdón|perdon|"
    r"si|sí)\W+)*"
)
_NAMED = {
    0: "other|first|former|andere|erste|ersteres|autre|premier|première|premiere|otra|otro|primera|primero",
    1: "second|latter|last|zweite|zweites|letzte|deuxième|deuxieme|seconde|dernier|dernière|segunda|segundo|última",
}
_MEANT = (
    r"(?:what )?(?:i|we) (?:mean|meant|was asking (?:about|for)|am asking (?:about|for))(?: was| is)?|"
    r"(?:ich|wir) mein(?:t)?en?|gemeint (?:ist|war)(?:en)?|je (?:veux|voulais) dire|je parl(?:e|ais) de|"
    r"(?:me refiero|me refería) a|quiero decir|quería decir"
)
_ARTICLE = rf"(?:(?:{_MEANT})\W+)?(?:the|das|die|den|der|dem|le|la|el|lo|l)\W+"
_PICKED = {
    place: re.compile(rf"{_SAID_FIRST}{_ARTICLE}(?:{words})(?:\W+(?:one|please|bitte|uno|una))*\W*$", re.IGNORECASE)
    for place, words in _NAMED.items()
}
_CORRECTED = re.compile(
    rf"{_SAID_FIRST}(?:{_MEANT})\b\W*(?P<meant>.*)$"
    r"|^\W*(?:no|nope|nein|nee|non)\W+(?=(?:not )?(?:for|on|about|with|in|at|from|to|by|für|auf|mit|bei|über|von|pour|"
    r"sur|avec|chez|dans|para|en|sobre|con)\b)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)


_ONCE_MORE = re.compile(
    r"^\W*(?:(?:sorry|ok|please|pardon|can you|could you|bitte|kannst du|können sie)\W+)*"
    r"(?:(?:say|tell me|repeat) (?:that|it|this)(?: again| once more)?|repeat(?: please)?|once more|again"
    r"|(?:sag|sagen sie) (?:das|es) noch ?mal|noch ?mal|wiederholen"
    r"|encore une fois|répète[rz]?(?: ça)?|otra vez|repite(?: eso)?)"
    r"(?:\W+(?:please|bitte|svp|por favor|thanks))?\W*$",
    re.IGNORECASE,
)


_FROM_THE_START = re.compile(
    r"^\W*(?:(?:and|ok|so|then|und|et|y)\W+)*(?:(?:where|how) (?:do|should|can) (?:we|i) (?:even )?(?:start|begin)"
    r"|(?:show me |give me |what are )?(?:all |the )+steps(?: again)?)(?:\W+(?:please|then))?\W*$",
    re.IGNORECASE,
)


def once_more(text: str) -> bool:
    """Whether a message only wants to hear again what was said: "can you repeat that?"."""
    return bool(_ONCE_MORE.match(text))


def asked_again(text: str, before: Sequence[str]) -> bool:
    """Whether what was said in the thread is to be said again: somebody asks for it, or with the same words, or where
    to begin.
    """
    same = " ".join(text.split()) in {" ".join(turn.split()) for turn in before}
    return same or once_more(text) or bool(_FROM_THE_START.match(text))


def picked(text: str) -> int | None:
    """Which of the named practices a message like "the second one" means, from 0; None if it means none."""
    return next((place for place, pattern in _PICKED.items() if pattern.match(text)), None)


def corrected(text: str) -> str | None:
    """What was meant, as a message like "no, I meant for the dealers" says; None if it says nothing of the kind."""
    found = _CORRECTED.match(text) if len(text.split()) <= LONGEST else None
    return (found["meant"] or found["rest"] or "").strip() or None if found else None
