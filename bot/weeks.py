"""ISO weeks as numbers: 202648. Pure."""

from __future__ import annotations

from datetime import date


def week_of(day: date) -> int:
    """The ISO year and week of a day as one number."""
    year, week, _ = day.isocalendar()
    return year * 100 + week


def monday_of(week: int) -> date:
    """The first day of the week with this number."""
    return date.fromisocalendar(*divmod(week, 100), 1)
