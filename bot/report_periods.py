"""Of which time a report tells. Pure.

The grain is the ISO week. A month is the weeks whose Thursday lies in it, so that months and weeks never cut through
each other, and what one says cannot be subtracted from what the other says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.errors import BotError
from bot.weeks import monday_of, week_of

_YEAR = r"[12]\d{3}"
"""Of four digits, and not near the first or the last that a date can have: every period has one before and an end."""
_MONTH = re.compile(rf"({_YEAR})-(0[1-9]|1[0-2])")
_WEEK = re.compile(rf"({_YEAR})-?W(\d{{2}})", re.IGNORECASE)
_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)
_THURSDAY = timedelta(days=3)
_WEEK_LONG = timedelta(days=7)


class PeriodUnknown(BotError):
    """These words name no month or week."""


@dataclass(frozen=True, slots=True)
class Period:
    """``name`` is 2026-10 or 2026-W47; ``weeks`` are numbers like 202647, in order."""

    name: str
    label: str
    weeks: tuple[int, ...]

    @property
    def is_month(self) -> bool:
        return "W" not in self.name

    @property
    def begins(self) -> date:
        """Its first Monday."""
        return monday_of(self.weeks[0])

    @property
    def ends(self) -> date:
        """The day after its last."""
        return monday_of(self.weeks[-1]) + _WEEK_LONG

    def complete(self, now: datetime) -> bool:
        return now >= moment(self.ends)

    def over(self, now: datetime) -> tuple[int, ...]:
        """Its weeks that are over."""
        return tuple(week for week in self.weeks if now >= moment(monday_of(week) + _WEEK_LONG))

    def before(self) -> Period:
        """The month or week before this one."""
        day = self.begins - _WEEK_LONG
        return month_of(day) if self.is_month else week_period(day)


def month_period(year: int, month: int) -> Period:
    """The weeks whose Thursday lies in this month."""
    first = date(year, month, 1)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    weeks = []
    while (thursday.year, thursday.month) == (year, month):
        weeks.append(week_of(thursday))
        thursday += _WEEK_LONG
    return Period(f"{year:04}-{month:02}", f"{_NAMES[month - 1]} {year}", tuple(weeks))


def month_of(day: date) -> Period:
    """The month that the week of this day belongs to."""
    thursday = day - timedelta(days=day.weekday()) + _THURSDAY
    return month_period(thursday.year, thursday.month)


def week_period(day: date) -> Period:
    year, week, _ = day.isocalendar()
    return Period(f"{year:04}-W{week:02}", f"week {week} of {year}", (year * 100 + week,))


def last_full_month(now: datetime) -> Period:
    """The newest month of which every week is over."""
    this = month_of(now.date())
    return this if this.complete(now) else this.before()


def period_named(said: str, now: datetime) -> Period:
    """``2026-10``, ``2026-W47``, ``October``, ``October 2026``, ``last month``, ``this month``, ``last week``; nothing
    means the last full month. A month without a year is the last of that name. Raises PeriodUnknown.
    """
    words = " ".join(said.split()).strip(" .!?").casefold()
    today = now.date()
    fixed = {
        "": last_full_month(now), "last month": last_full_month(now), "this month": month_of(today),
        "last week": week_period(today - _WEEK_LONG), "this week": week_period(today),
    }
    if words in fixed:
        return fixed[words]
    try:
        if month := _MONTH.fullmatch(words):
            return month_period(int(month[1]), int(month[2]))
        if week := _WEEK.fullmatch(words):
            return week_period(date.fromisocalendar(int(week[1]), int(week[2]), 1))
    except ValueError:
        raise _unknown(said) from None
    return _month_in_words(words, said, today)


def name_of(week: int) -> str:
    """2026-W47."""
    return f"{week // 100}-W{week % 100:02}"


def moment(day: date) -> datetime:
    """When this day begins. Weeks of a report are those of UTC."""
    return datetime.combine(day, time(), UTC)


def _month_in_words(words: str, said: str, today: date) -> Period:
    name, _, year = words.partition(" ")
    found = [number for number, month in enumerate(_NAMES, 1) if len(name) >= 3 and month.casefold().startswith(name)]
    if len(found) != 1 or (year and not re.fullmatch(_YEAR, year)):
        raise _unknown(said)
    number = found[0]
    return month_period(int(year) if year else today.year - (number > today.month), number)


def _unknown(said: str) -> PeriodUnknown:
    return PeriodUnknown(f"“{said[:40]}” names no period: write 2026-10, 2026-W47, “October” or “last week”.")
