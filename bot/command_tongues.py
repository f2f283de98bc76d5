"""Commands in German, French and Spanish as the English ones: ``bot/phrases/commands-*.json`` stand beside them.

Only whole messages are commands, and what begins like one where a name or a question may follow.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from knowledge.frames import FAMILIAR

TONGUES = ("de", FAMILIAR, "fr", "es")
REST = "{}"
"""Stands in an English command for what follows."""
_REPORT, _AFTER = "report for {}", "check in after {}"
_PARTED = re.compile(r"(?P<words>.*?)(?P<ends>[.!?\s]*)", re.DOTALL)
_MONTHS = (
    ("January", "januar janner janvier enero"), ("February", "februar fevrier febrero"), ("March", "marz mars marzo"),
    ("April", "april avril abril"), ("May", "mai mayo"), ("June", "juni juin junio"),
    ("July", "juli juillet julio"), ("August", "august aout agosto"), ("September", "september septembre septiembre"),
    ("October", "oktober octobre octubre"), ("November", "november novembre noviembre"),
    ("December", "dezember decembre diciembre"),
)
_SPANS = (
    ("day", "tag tage tagen jour jours dia dias"), ("week", "woche wochen semaine semaines semana semanas"),
    ("month", "monat monate monaten mois mes meses"), ("a", "einem einer un une una"), ("two", "zwei deux dos"),
    ("three", "drei trois tres"), ("four", "vier quatre cuatro"), ("six", "sechs six seis"),
)


class Said(NamedTuple):
    """A message in the words of an English command, and the tongue in which it was said; ``en`` of all others."""

    words: str
    tongue: str = "en"


def in_english(text: str) -> Said:
    """The English command for one in another language; any other text as it is."""
    parted = _PARTED.fullmatch(text.strip().lstrip("¿¡ "))
    assert parted is not None, "it matches any text"
    words = parted["words"].split()
    if whole := _table().get(_folded(words)):
        return Said(whole[0] + parted["ends"].strip(), whole[1])
    for count in range(min(len(words) - 1, _longest()), 0, -1):
        begun = _table(begins=True).get(_folded(words[:count]))
        if begun and (rest := _rest(begun[0], words[count:], text)):
            return Said(begun[0].replace(REST, rest), begun[1])
    return Said(text)


def _rest(command: str, words: list[str], text: str) -> str:
    """What follows a command; empty where it does not belong to one."""
    named = dict(_named(_MONTHS if command == _REPORT else _SPANS))
    if command not in {_REPORT, _AFTER}:
        return text.strip().split(maxsplit=len(text.split()) - len(words))[-1]
    told = [named.get(_folded([word]), word if re.search(r"\d", word) else "") for word in words]
    return " ".join(told) if all(told) else ""


def _named(table: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(word, english) for english, words in table for word in words.split()]


@cache
def _table(*, begins: bool = False) -> dict[str, tuple[str, str]]:
    """Command and tongue by what is said; of those that ``begins`` a message, by how it begins."""
    return {
        _folded(said.split()): (english, tongue)
        for tongue in TONGUES for english, all_said in commands_in(tongue).items() for said in all_said
        if (REST in english) == begins
    }


@cache
def _longest() -> int:
    """Words of the longest beginning."""
    return max(len(said.split()) for said in _table(begins=True))


def commands_in(tongue: str) -> dict[str, list[str]]:
    """What is said in this tongue, by the English command."""
    text = (files("bot") / "phrases" / f"commands-{tongue}.json").read_text(encoding="utf-8")
    found: dict[str, list[str]] = json.loads(text)
    return found


def _folded(words: list[str]) -> str:
    """As it is compared: without case, accents and commas."""
    plain = unicodedata.normalize("NFD", " ".join(words).casefold().replace("’", "'").replace(",", ""))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
