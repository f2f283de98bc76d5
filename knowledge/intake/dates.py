"""Dates of comments, as far as they can be told without knowing the page's country."""

from __future__ import annotations

import re
from datetime import datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan",),
            ("feb", "fév", "fev"),
            ("mar", "mär"),
            ("apr", "avr", "abr"),
            ("may", "mai"),
            ("jun", "juin"),
            ("jul", "juil"),
            ("aug", "aoû", "aou", "ago"),
            ("sep",),
            ("oct", "okt"),
            ("nov",),
            ("dec", "dez", "déc", "dic"),
        ),
        1,
    )
    for name in names
}
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_WORDED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\W{1,3}(?:de\s+)?)?([^\W\d_]{3})[^\W\d_]*\.?\s*(?:(\d{1,2})(?:st|nd|rd|th)?\b[,\s]+)?(\d{4})",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\s*([ap])?", re.IGNORECASE)


def moment(written: str) -> datetime | None:
    """When; None where day and month cannot be told apart or the year is missing."""
    clock = _CLOCK.search(written)
    try:
        day = _day(written)
        return day.replace(hour=_hour(clock), minute=int(clock[2])) if day and clock else day
    except ValueError:
        return None


def _day(written: str) -> datetime | None:
    if iso := _ISO.search(written):
        return datetime(int(iso[1]), int(iso[2]), int(iso[3]))
    worded = _WORDED.search(re.sub(r"^[^\W\d_]+day,?\s*", "", written.strip(), flags=re.IGNORECASE))
    month = _MONTHS.get(worded[2].lower()) if worded else None
    if not worded or not month or not (worded[1] or worded[3]):
        return None
    return datetime(int(worded[4]), month, int(worded[3] or worded[1]))


def _hour(clock: re.Match[str]) -> int:
    hour = int(clock[1])
    half = (clock[3] or "").lower()
    if half == "p" and hour < 12:
        return hour + 12
    return 0 if half == "a" and hour == 12 else hour
