"""What keeps a text from being a practice, in words for whoever writes it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

_A_DATE = "is a date such as 2027-05-31"
_A_YEAR = "is a year in four digits; leave the line out where there is none"
_WORDS = {
    "missing": "is missing",
    "too_short": "has {actual_length}, needs at least {min_length}",
    "too_long": "has {actual_length}, may have {max_length}",
    "string_too_short": "needs at least {min_length} characters",
    "string_too_long": "may have {max_length} characters",
    "extra_forbidden": "is no field of a practice",
    "string_type": "is text: put it in quotes",
    "tuple_type": "is a list: [one, another]",
    "date_type": _A_DATE,
    "date_parsing": _A_DATE,
    "date_from_datetime_parsing": _A_DATE,
    "int_type": _A_YEAR,
    "int_parsing": _A_YEAR,
    "greater_than_equal": _A_YEAR,
    "less_than_equal": _A_YEAR,
}
"""By pydantic's name of the error, filled in with what it tells of it."""


def section(heading: str, what: str) -> str:
    return f"section “{heading}”: {what}"


def unreadable(error: Exception) -> str:
    """Why a text has no fields at all; YAML tells the line."""
    if (mark := getattr(error, "problem_mark", None)) is None:
        return f"the front matter cannot be read: {error}"
    missing = "a bracket, a quotation mark or a blank after a colon may be missing, there or above"
    return f"line {mark.line + 1} of the front matter cannot be read: {missing}"


def none_of(field: str, known: Iterable[str]) -> str:
    return f"{field}: is none of {', '.join(known)}"


def of_marks(texts: Iterable[str], cited: Callable[[str], Iterable[str]], sources: Collection[str]) -> list[str]:
    """What is wrong between the marks in the texts, which ``cited`` names, and the keys of the sources."""
    used = {key for text in texts for key in cited(text)}
    return [
        *(f"[^{key}] stands in a sentence, but no source is called “{key}”: add it to the sources, or take the mark out"
          for key in sorted(used - {*sources})),
        *(f"no sentence cites the source “{key}”: put [^{key}] at the end of one that rests on it, or take it out"
          for key in sorted({*sources} - used)),
    ]


def complaints(
    errors: Iterable[Mapping[str, Any]], headings: Mapping[str, str], sources: Sequence[str], told: Collection[str],
    topics: Iterable[str],
) -> list[str]:
    """Every error, as pydantic tells it, in a line of its own. ``headings`` are by the field they become, ``sources``
    the keys in order; of the sections in ``told`` it is known what is wrong; ``topics`` are all that there are.
    """
    found = []
    for one in errors:
        match one["loc"]:
            case ("sections", str(name), *rest):
                if name not in told:
                    found.append(section(headings[name], _what(one, rest)))
            case ("sources", int(number), *rest):
                found.append(f"source {sources[number]}, {_place(rest)}: {_words(one)}")
            case ("topic",) if one["type"] != "missing":
                found.append(none_of("topic", topics))
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
