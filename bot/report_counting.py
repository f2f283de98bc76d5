"""Counts the questions of every week that is over, for reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.disclosure import weeks_that_count
from bot.ports import Clock
from bot.report_periods import Period, moment, month_of
from bot.storage.unit import Storage
from bot.weeks import monday_of, week_of

CLOSES_AFTER = timedelta(days=28)
"""So long after a week ratings and experts' answers are still counted for it."""
_WEEK = timedelta(days=7)


class Counting:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def count(self) -> int:
        """Count what is over and not closed; how many weeks. Safe to run at any time, and twice at once."""
        async with self._storage.view() as unit:
            tenants = await unit.questions.tenants()
        return sum([await self._count(tenant) for tenant in tenants])

    async def _count(self, tenant: str) -> int:
        now = self._clock()
        async with self._storage.view() as unit:
            first, closed = await unit.tallies.first_week(tenant), await unit.tallies.closed(tenant)
        months: dict[str, Period] = {}
        counted = 0
        for monday in _over(first, now):
            week = week_of(monday)
            if week in closed:
                continue
            async with self._storage.view() as unit:
                counts = await unit.tallies.look(tenant, week)
            async with self._storage.unit() as unit:
                closes = moment(monday + _WEEK) + CLOSES_AFTER <= now
                await unit.tallies.keep(tenant, week, counts, now, close=closes)
            month = month_of(monday)
            months[month.name] = month
            counted += 1
        for month in months.values():
            if month.complete(now):
                async with self._storage.view() as unit:
                    counting = weeks_that_count(await unit.tallies.weeks(tenant, month.weeks))
                    people = await unit.tallies.look_for_people(tenant, counting)
                async with self._storage.unit() as unit:
                    await unit.tallies.keep_people(tenant, month_number(month), people)
        return counted


def month_number(month: Period) -> int:
    """202610."""
    return int(month.name.replace("-", ""))


def _over(first: int | None, now: datetime) -> Iterator[date]:
    """The Monday of each week from the first on that is over."""
    monday = monday_of(first) if first else now.date()
    while moment(monday + _WEEK) <= now:
        yield monday
        monday += _WEEK
