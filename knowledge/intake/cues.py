"""The words by which things are known: ``cues.txt`` as regular expressions, ``vocabulary.txt`` as sets."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=2)
def _lists(file: str = "cues.txt") -> dict[str, list[str]]:
    text = (files("knowledge.intake") / file).read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if named := re.fullmatch(r"\[([\w ]+)\]", line):
            current = found.setdefault(named[1], [])
        elif line and not line.startswith("#"):
            current.append(line)
    return found


@lru_cache(maxsize=64)
def vocabulary(name: str) -> frozenset[str]:
    """The words of a list in ``vocabulary.txt``."""
    return frozenset(word for line in _lists("vocabulary.txt")[name] for word in line.split())


@lru_cache(maxsize=64)
def cue(name: str) -> re.Pattern[str]:
    """Any of the list, at word bounds, for ``search``."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(_lists()[name])})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=64)
def whole(name: str) -> re.Pattern[str]:
    """Any of the list, nothing else but punctuation around it, for ``match``."""
    return re.compile(rf"^\W*(?:{'|'.join(_lists()[name])})\W*$", re.IGNORECASE)


@lru_cache(maxsize=64)
def _one(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(sorted(_lists()[name], key=len, reverse=True))})(?!\w)", re.IGNORECASE)


_GAP = re.compile(r"[\W_]*")


def made_of(name: str, text: str) -> bool:
    """Whether a text is a run of the list's entries and nothing else. Goes forward only: no text makes it slow."""
    place = _GAP.match(text).end()  # type: ignore[union-attr]  # matches everywhere
    if place == len(text):
        return False
    while place < len(text):
        match = _one(name).match(text, place)
        if not match or match.end() == place:
            return False
        place = _GAP.match(text, match.end()).end()  # type: ignore[union-attr]
    return True
