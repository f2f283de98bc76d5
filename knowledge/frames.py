"""What Midway itself says around a practice, in the asker's language: one table a language, English as the fallback."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

FAMILIAR = "de-du"
"""German to somebody who says du; where its table is silent, that of ``de`` speaks."""


class Frames:
    """Phrases by their English wording (or an id), in the languages that have a file in the folder."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._table = cache(self._read)

    def say(self, tongue: str, english: str, *, key: str = "", **values: object) -> str:
        """The phrase in this tongue with its values put in; the English one where there is no other.

        ``key`` names a phrase whose English wording stands in a data file of its own.
        """
        name = key or english
        phrase = self._table(tongue).get(name) or self._table(tongue[:2]).get(name) or english
        return phrase.format(**values) if values else phrase

    def _read(self, tongue: str) -> dict[str, str]:
        file = self._folder / f"{tongue}.json"
        if tongue == "en" or not file.is_file():
            return {}
        table: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return table


FRAMES = Frames(files("knowledge") / "glossary" / "frames")
say = FRAMES.say
