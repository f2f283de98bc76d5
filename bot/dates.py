"""Dates in words, the same everywhere."""

from __future__ import annotations

from datetime import date

from bot.phrasing import say


def long_date(moment: date, tongue: str = "en") -> str:
    """``25 November 2026``, in the asker's language (``knowledge/frames.py``)."""
    month = say(tongue, f"{moment:%B}")
    return say(tongue, "{day} {month} {year}", day=moment.day, month=month, year=moment.year)


def day_and_month(moment: date) -> str:
    """``25 November``, where the year is plain."""
    return f"{moment.day} {moment:%B}"
