"""Messages as people in a hurry type them: what is learnt from clean text alone takes bad spelling for bad intent."""

from __future__ import annotations

import random
import re
import zlib
from itertools import pairwise

SHARE, OF_WORDS, SHORTEST = 0.25, 0.3, 4
"""Of messages with slips; of their words, from so many letters on, that have one."""
PLAIN, UNMARKED, TOGETHER = 0.6, 0.3, 0.03
"""Of those messages: without capitals, without signs; of their gaps between words: left out."""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {key: beside for row in ROWS for key, beside in pairwise(row + row[-2])}
"""A key that lies next to each: the one to its right, or to its left at the end of a row."""
BY_EAR = (
    ("ie", "ei"), ("ei", "ie"), ("ph", "f"), ("ough", "uff"), ("ance", "ence"), ("ence", "ance"), ("able", "ible"),
    ("tion", "sion"), ("ea", "ee"), ("ee", "ea"), ("ou", "uo"), ("ll", "l"), ("ss", "s"), ("mm", "m"), ("tt", "t"),
    ("cc", "c"), ("pp", "p"), ("ck", "k"), ("y", "i"), ("x", "cks"), ("c", "s"), ("z", "s"), ("a", "e"), ("e", "a"),
    ("i", "e"), ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("é", "e"), ("ñ", "n"), ("ó", "o"),
)
SHORT = {
    "you": "u", "your": "ur", "are": "r", "please": "pls", "people": "ppl", "with": "w/", "about": "abt", "for": "4",
    "because": "bc", "before": "b4", "thanks": "thx", "management": "mgmt", "manager": "mgr", "message": "msg",
}


def slipped(text: str) -> str:
    """The text with slips, or as it is: always the same for the same text."""
    chance = random.Random(zlib.crc32(text.encode()))  # noqa: S311  # nothing secret
    if chance.random() >= SHARE:
        return text
    if chance.random() < PLAIN:
        text = text.lower().replace("'", "")
    if chance.random() < UNMARKED:
        text = re.sub(r"[,.;:!?]+(?=\s|$)", "", text)
    words = [_typed(word, chance) for word in text.split(" ")]
    return "".join(word if chance.random() < TOGETHER else f"{word} " for word in words).strip()


def _typed(word: str, chance: random.Random) -> str:
    if word in SHORT and chance.random() < OF_WORDS:
        return SHORT[word]
    if len(word) < SHORTEST or not word.isalpha() or chance.random() >= OF_WORDS:
        return word
    return chance.choice((_swapped, _dropped, _doubled, _beside, _by_ear, _by_ear))(word, chance)


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] + word[at:]


def _beside(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + BESIDE.get(word[at].lower(), word[at]) + word[at + 1 :]


def _by_ear(word: str, chance: random.Random) -> str:
    """As it sounds, where it has such a sound after its first letter."""
    heard = [(sound, written) for sound, written in BY_EAR if sound in word[1:]]
    if not heard:
        return _dropped(word, chance)
    sound, written = chance.choice(heard)
    return word[0] + word[1:].replace(sound, written, 1)
