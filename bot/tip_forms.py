"""The form of a subscription, and what people typed into it as a wish. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from dateutil import parser
from rapidfuzz import fuzz, process

from bot.errors import FieldWrong
from bot.privacy import clean_text
from bot.replies import Field, Form
from bot.storage.subscriptions import Wish
from bot.tip_choice import topic_name
from bot.tip_times import HOURS, Rhythm, is_zone, zones

FORM = "tips"
PAUSE_FORM = "tips-pause"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AUDIENCES = (
    ("", "Everybody here"), ("middle manager", "Managers"), ("frontline", "Front line"),
    ("executive sponsor", "Sponsors"), ("local chapter, dealer or agent", "Chapters, dealers, agents"),
    ("legal", "Legal"), ("HR", "HR"),
)
USUAL = Rhythm(2, 9, "UTC")
"""Tuesday at nine: the week has begun and is not over."""
LONGEST_ZONE = 60
"""Characters of what is read as a zone; no zone's name has as many."""
LONGEST_DAY = 60
"""Characters of what is read as a day."""
LONGEST_PAUSE = timedelta(days=366)
"""For longer than a year somebody unsubscribes."""
NEAR_ZONES = 3
"""So many zones are suggested for one that there is none of."""
NEAR_ENOUGH = 60
"""How alike (of 100) a zone's name has to be to be suggested."""
_SPAN = re.compile(
    r"(?:for )?(?P<count>\d{1,2}|a|next|one|two|three|four) (?P<unit>day|week|month)s?", re.ASCII | re.IGNORECASE
)
_COUNTS = {"a": 1, "next": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_DAYS = {"day": 1, "week": 7, "month": 30}
_FILLERS = re.compile(r"^(?:(?:next|on|the) )+", re.IGNORECASE)
_APART = datetime(2024, 1, 1), datetime(2028, 3, 2)
"""Two days that have nothing in common, in leap years and long months: what a text leaves out differs by them."""


def tips_form(
    topics: Iterable[str], zone: str, wish: Wish | None = None, typed: Mapping[str, str] | None = None
) -> Form:
    """Filled in with what was typed before, else with the wish that stands, else with the usual rhythm in ``zone``."""
    rhythm = wish.rhythm if wish else Rhythm(USUAL.weekday, USUAL.hour, zone)
    known = sorted(topics)
    # A topic that the library lost since is no option any more, and platforms refuse a value without one.
    kept = [topic for topic in wish.topics if topic in known] if wish else []
    standing = {
        "topics": ",".join(kept), "weekday": str(rhythm.weekday), "hour": str(rhythm.hour),
        "zone": rhythm.zone, "audience": wish.audience if wish else "",
    }
    given = {**standing, **(typed or {})}
    named = tuple((topic, topic_name(topic)) for topic in known)
    title, submit = ("Change the weekly tips", "Save") if wish else ("A weekly tip", "Subscribe")
    days = tuple((str(number), day) for number, day in enumerate(WEEKDAYS, 1))
    hours = tuple((str(hour), f"{hour:02}:00") for hour in HOURS)
    any_topic = "None chosen means: whatever fits"
    return Form(FORM, "", title, submit, (
        Field("weekday", "On", value=given["weekday"], options=days),
        Field("hour", "At", value=given["hour"], options=hours),
        Field("zone", "Time zone", "For instance Europe/Berlin or America/New_York", given["zone"]),
        Field("topics", "About", any_topic, given["topics"], required=False, options=named, several=True),
        Field("audience", "For", value=given["audience"], required=False, options=AUDIENCES),
    ))


def wish_of(values: Mapping[str, str], topics: Iterable[str]) -> Wish:
    """Raises FieldWrong, for the first field that cannot be used."""
    said = {name: clean_text(text, 2000).strip() for name, text in values.items()}
    weekday, hour = _number(said.get("weekday", ""), "the day"), _number(said.get("hour", ""), "the hour")
    if weekday not in range(1, 8):
        raise FieldWrong("Nothing was changed yet: choose a day of the week.")
    if hour not in HOURS:
        raise FieldWrong("Nothing was changed yet: choose an hour from 04:00 to 23:00; at night nothing is sent.")
    known, chosen = set(topics), [part.strip() for part in said.get("topics", "").split(",") if part.strip()]
    audience = said.get("audience", "")
    if audience not in dict(AUDIENCES) or not known.issuperset(chosen):
        raise FieldWrong("Nothing was changed yet: choose from the lists.")
    return Wish(Rhythm(weekday, hour, zone_named(said.get("zone", ""))), tuple(sorted(set(chosen))), audience)


def zone_named(typed: str) -> str:
    """The IANA zone that somebody typed, however capitalised, or by its city. Raises FieldWrong, naming near ones."""
    said = " ".join(typed[:LONGEST_ZONE].split())
    if is_zone(said):
        return said
    wanted = said.replace(" ", "_").casefold()
    whole = [zone for zone in zones() if wanted == zone.casefold()]
    # “utc” is UTC although there is an Etc/UTC, too.
    same = whole or [zone for zone in zones() if wanted == zone.rpartition("/")[2].casefold()]
    if len(same) == 1:
        return same[0]
    found = process.extract(
        wanted, sorted(zones()), scorer=fuzz.partial_ratio, processor=str.casefold, limit=NEAR_ZONES,
        score_cutoff=NEAR_ENOUGH,
    )
    near = f" Did you mean {', '.join(name for name, _, _ in found)}?" if said and found else ""
    raise FieldWrong(f"Nothing was changed yet: write the time zone as a region and a city, like Europe/Berlin.{near}")


def pause_form(value: str = "") -> Form:
    hint = "A date like 2027-01-11, a weekday, “3 weeks”; empty: until somebody says “resume tips”"
    return Form(PAUSE_FORM, "", "Pause the tips", "Pause", (Field("until", "Until", hint, value, required=False),))


def day_named(typed: str, today: date) -> date:
    """The day that somebody means, later than today: a date, a weekday, a span. Raises FieldWrong."""
    said = " ".join(clean_text(typed, LONGEST_DAY).split()).rstrip(".!?")
    day = _span(said, today) or _weekday(said, today) or _date(said, today)
    if day is None:
        raise FieldWrong("Nothing was changed yet: write until when, like 2027-01-11, “Monday” or “3 weeks”.")
    if not today < day <= today + LONGEST_PAUSE:
        raise FieldWrong("Nothing was changed yet: a pause ends after today and within a year; else unsubscribe.")
    return day


def _span(said: str, today: date) -> date | None:
    if said.lower() == "tomorrow":
        return today + timedelta(days=1)
    span = _SPAN.fullmatch(said)
    if not span:
        return None
    count = span["count"].lower()
    return today + timedelta(days=(_COUNTS.get(count) or int(count)) * _DAYS[span["unit"].lower()])


def _weekday(said: str, today: date) -> date | None:
    name = _FILLERS.sub("", said).capitalize()
    found = [number for number, day in enumerate(WEEKDAYS) if name in {day, day[:3]}]
    return today + timedelta(days=(found[0] - today.weekday() - 1) % 7 + 1) if found else None


def _date(said: str, today: date) -> date | None:
    """A date without a year is the next one, a day without a month too; a time, a month or a year alone is no day."""
    one, other = (_parsed(_FILLERS.sub("", said), default) for default in _APART)
    if one is None or other is None or one == other:
        return one
    if one.day != other.day or one.year == other.year:
        return None
    coming = (today + timedelta(days=ahead) for ahead in range(1, LONGEST_PAUSE.days + 1))
    any_month = one.month != other.month
    return next((day for day in coming if day.day == one.day and (any_month or day.month == one.month)), None)


def _parsed(said: str, default: datetime) -> date | None:
    # What begins with its year goes on with the month; to dateutil the day would come first there, too.
    day_first = not re.match(r"\d{4}", said)
    try:
        found: date = parser.parse(said, default=default, dayfirst=day_first).date()
    except (ValueError, OverflowError):
        return None
    return found


def _number(typed: str, what: str) -> int:
    if not (typed.isascii() and typed.isdecimal()):
        raise FieldWrong(f"Nothing was changed yet: choose {what}.")
    return int(typed)
