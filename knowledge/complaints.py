"""What keeps a text from being a practice, in words for whoever writes it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

_WORDS = {
    "missing": "is missing",
    "too_short": "has {actual_length}, needs at least {min_length}",
    "too_long": "has {actual_length}, may have {max_length}",
    "string_too_short": "needs at least {min_length} characters",
    "string_too_long": "may have {max_length} characters",
    "extra_forbidden": "is no field of a practice",
}
"""By pydantic's name of the error, filled in with what it tells of it."""


def section(heading: str, what: str) -> str:
    return f"section “{heading}”: {what}"


def complaints(
    errors: Iterable[Mapping[str, Any]], headings: Mapping[str, str], sources: Sequence[str], told: Collection[str]
) -> list[str]:
    """Every error, as pydantic tells it, in a line of its own. ``headings`` are by the field they become, ``sources``
    the keys in order; of the sections in ``told`` it is known what is wrong.
    """
    found = []
    for one in errors:
        match one["loc"]:
            case ("sections", str(name), *rest):
                if name not in told:
                    found.append(section(headings[name], _what(one, rest)))
            case ("sources", int(number), *rest):
                found.append(f"source {sources[number]}, {_place(rest)}: {_words(one)}")
            case loc:
                found.append(f"{_place(loc)}: {_words(one)}" if loc else _words(one))
    return found


def _what(one: Mapping[str, Any], rest: Sequence[int | str]) -> str:
    return f"{_place(rest)}: {_words(one)}" if rest else _words(one)


def _place(loc: Sequence[int | str]) -> str:
    """Of an item in a list its number, as people count."""
    return ", ".join(str(part + 1 if isinstance(part, int) else part) for part in loc)


def _words(one: Mapping[str, Any]) -> str:
    told = one.get("ctx", {})
    match one["type"]:
        case "enum" | "literal_error":
            return f"is none of {str(told['expected']).replace(' or ', ', ').replace(chr(39), '')}"
        case "string_pattern_mismatch" if "https" in told["pattern"]:
            return "begins with http:// or https:// and has no blanks"
        case "string_pattern_mismatch" if "**" in told["pattern"].replace("\\", ""):
            return "begins with a question in bold, then what settles it"
        case "string_pattern_mismatch":
            return "may have small letters, digits and hyphens only"
        case kind if kind in _WORDS:
            return _WORDS[kind].format(**told)
    return str(one["msg"]).removeprefix("Value error, ")
