"""Questions typed again in a hurry: wrong keys, letters left out, doubled or in each other's place, blanks left out.

Not the slips that Midway learns from (``training/slips.py``): keys lie all around each other here, and none is heard.
"""

from __future__ import annotations

import random
import re
import zlib
from itertools import product

OF_WORDS, LONG_ENOUGH = 0.2, 4
"""Part of the words, from so many letters on, that have a slip."""
SMALL, UNMARKED, TOGETHER = 0.6, 0.4, 0.02
"""Of the messages: without capitals, without signs; of the gaps between words: left out."""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SLIPS = ("swapped", "left out", "doubled", "wrong", "one more", "not doubled")


def _beside() -> dict[str, str]:
    """The keys around each key."""
    places = {key: (row, column) for row, keys in enumerate(ROWS) for column, key in enumerate(keys)}
    steps = [step for step in product((-1, 0, 1), repeat=2) if any(step)]
    at = {place: key for key, place in places.items()}
    return {
        key: "".join(at[row + down, column + along] for down, along in steps if (row + down, column + along) in at)
        for key, (row, column) in places.items()
    }


BESIDE = _beside()


def hurried(text: str) -> str:
    """The same every time."""
    chance = random.Random(zlib.crc32(text.encode()))  # noqa: S311  # nothing secret
    if chance.random() < SMALL:
        text = text.lower()
    if chance.random() < UNMARKED:
        text = re.sub(r"[,.;:!?']+(?=\s|$)", "", text)
    words = [_typed(word, chance) for word in text.split(" ")]
    return "".join(word if chance.random() < TOGETHER else f"{word} " for word in words).strip()


def _typed(word: str, chance: random.Random) -> str:
    if len(word) < LONG_ENOUGH or not word.isalpha() or chance.random() >= OF_WORDS:
        return word
    at, slip = chance.randrange(len(word) - 1), chance.choice(SLIPS)
    before, key, after = word[:at], word[at], word[at + 1 :]
    other = chance.choice(BESIDE.get(key.lower(), key))
    twice = re.search(r"(.)\1", word)
    if slip == "not doubled" and twice:
        return word[: twice.start()] + word[twice.start() + 1 :]
    typed = {"left out": "", "doubled": key * 2, "wrong": other, "one more": other + key}
    return before + typed[slip] + after if slip in typed else before + after[0] + key + after[1:]
