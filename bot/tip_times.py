"""When a weekly tip is due: a weekday and an hour in the place's own zone, named by its ISO week. Pure.

A week is a number, 202648. Weeks and not instants name a tip, so that an hour that a clock change takes away or repeats
neither loses nor doubles one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.weeks import week_of

HOURS = range(4, 24)
"""Nothing is sent between midnight and four."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``weekday`` counts from 1 for Monday; ``hour`` is one of ``HOURS``; ``zone`` is an IANA name."""

    weekday: int
    hour: int
    zone: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The tip of one week: ``at`` in UTC, ``day`` as the place counts it."""

    week: int
    at: datetime
    day: date


def slot_of(rhythm: Rhythm, week: int) -> Slot:
    """The slot of a week; where a clock change leaves out its hour, the next hour that exists."""
    nominal = date.fromisocalendar(*divmod(week, 100), rhythm.weekday)
    at = datetime.combine(nominal, time(rhythm.hour), zone_of(rhythm.zone)).astimezone(UTC)
    return Slot(week, at, local_day(at, rhythm.zone))


def slots_after(rhythm: Rhythm, after: datetime, without: Collection[int] = ()) -> Iterator[Slot]:
    """Every slot later than a moment, in order, except for these weeks."""
    # A day that a zone leaves out can push a slot into the next week; so it begins a week before.
    monday = local_day(after, rhythm.zone) - WEEK
    while True:
        slot = slot_of(rhythm, week_of(monday))
        if slot.at > after and slot.week not in without:
            yield slot
        monday += WEEK


def next_slots(rhythm: Rhythm, after: datetime, count: int, without: Collection[int] = ()) -> list[Slot]:
    return list(islice(slots_after(rhythm, after, without), count))


def slot_from(rhythm: Rhythm, day: date, now: datetime, without: Collection[int] = ()) -> Slot:
    """The first slot on this local day or later, also if its hour is over, but not one before ``now``'s day."""
    first = max(day, local_day(now, rhythm.zone))
    return next(slot for slot in slots_after(rhythm, midnight(first, rhythm.zone) - WEEK, without) if slot.day >= first)


def local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(zone_of(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """When this local day begins, in UTC."""
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """When this local day is over, in UTC."""
    return midnight(day + timedelta(days=1), zone)


def in_zone(moment: datetime, zone: str) -> datetime:
    """As the place's clock shows it."""
    return moment.astimezone(zone_of(zone))


def is_zone(name: str) -> bool:
    """Whether this is a zone that people live in, by its IANA name; "Factory" and folders of the database are not."""
    return name in zones()


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every IANA name."""
    return frozenset(name for name in available_timezones() if name != "Factory" and not name.startswith("posix"))


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Rules from the system, else from the package tzdata. Of a zone that was removed, UTC: better an hour off than
    never.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
