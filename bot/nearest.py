"""What may have been meant by a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

NEARLY = 82
"""How alike (of 100) a whole name has to be to one that it may be a slip of."""
ROUGHLY = 75
"""How alike a name, or a part of it, has to be to one that is worth a look."""
SHORTEST = 3
"""Characters; less than so many stand in nearly every name."""
MOST = 3
"""So many names are told."""


def slips(name: str, names: Iterable[str]) -> list[str]:
    """Names that this one may be a slip of, the likeliest first."""
    found = process.extract(
        name, list(names), scorer=fuzz.ratio, processor=str.casefold, limit=MOST, score_cutoff=NEARLY
    )
    return [other for other, _, _ in found]


def no_such(what: str, name: str, names: Iterable[str], command: str) -> str:
    """``There is no team “chaptr”. Did you mean “Chapter North”? `midway teams list` shows them all.``"""
    known = sorted(set(names)) if len(name.strip()) >= SHORTEST else []
    near = process.extract(
        name, known, scorer=fuzz.WRatio, processor=str.casefold, limit=MOST, score_cutoff=ROUGHLY
    )
    shown = f"`{command}` shows them all."
    if not near:
        return f"There is no {what} “{name}”: {shown}"
    *others, last = (f"“{other}”" for other, _, _ in near)
    meant = f"{', '.join(others)} or {last}" if others else last
    return f"There is no {what} “{name}”. Did you mean {meant}? {shown}"
