"""What a team says about its pilot: typed into a form, read, checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal, get_args

from bot.errors import FieldWrong
from bot.privacy import clean_text
from bot.storage.records import RELATIONSHIPS
from bot.typed_numbers import digits_of, number_of, two_numbers
from knowledge.practice import Relationship, relationship_of

Blessing = Literal["formal", "spoken", "vague", "none"]
BLESSINGS: tuple[Blessing, ...] = get_args(Blessing)
LABELS = {
    "goal": "What the pilot is for",
    "metric": "What the sponsor is measured on",
    "weeks": "How long, in weeks",
    "who": "Who takes part",
    "blessing": "How strong the blessing is",
    "relationship": "What you are to the centre",
    "channels": "Channels",
    "starts_on": "First day",
    "baseline": "What the figure is today",
    "enough": "The level that means go",
    "stop": "The one event that ends it early",
    "money": "What it may cost, in money",
    "hours": "Hours a week, in total",
    "sponsor": "Name of the sponsor",
    "sponsor_agreed": "The sponsor agreed to be named",
    "sponsor_listed": "The sponsor may be listed in the directory",
}
LONGEST = {
    "goal": 240, "metric": 160, "who": 160, "channels": 100, "baseline": 100, "enough": 100, "stop": 100, "money": 60,
    "sponsor": 80,
}
MOST_WEEKS = 52
"""What runs for longer than a year is no pilot."""
MOST_HOURS = 1000
"""Hours a week, all together; a larger number is a slip."""
AHEAD = timedelta(days=366)
"""How far ahead the first day may be."""
NEEDED = ("goal", "metric", "weeks")


@dataclass(frozen=True, slots=True)
class Answers:
    """``weeks`` is how long it runs, ``hours`` all hours in a week; ``blessing`` None is as good as vague.

    ``sponsor`` is empty unless ``sponsor_agreed`` says since when the name may be shown; ``sponsor_listed`` says since
    when it may stand in the directory, too, for everybody in the tenant.
    """

    goal: str
    metric: str
    weeks: int
    who: str = ""
    blessing: Blessing | None = None
    relationship: Relationship = "unit"
    channels: str = ""
    starts_on: date | None = None
    baseline: str = ""
    enough: str = ""
    stop: str = ""
    money: str = ""
    hours: float | None = None
    sponsor: str = ""
    sponsor_agreed: date | None = None
    sponsor_listed: date | None = None

    def without_sponsor(self) -> Answers:
        """The same without the sponsor's name, wherever it was typed."""
        if not self.sponsor:
            return replace(self, sponsor_agreed=None, sponsor_listed=None)
        kept: dict[str, Any] = {name: without_name(getattr(self, name), self.sponsor) for name in LONGEST}
        return replace(self, **{**kept, "sponsor": "", "sponsor_agreed": None, "sponsor_listed": None})

    def another_round(self) -> Answers:
        """The same, to begin again with: the dates are others, and the sponsor is asked again."""
        return replace(self, starts_on=None, sponsor="", sponsor_agreed=None, sponsor_listed=None)

    def typed(self) -> dict[str, str]:
        """As somebody would type it into a form; what was not said is empty."""
        said: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.hours is not None:
            said["hours"] = digits_of(self.hours).removesuffix(".0")
        if self.sponsor_agreed is not None:
            said["sponsor_agreed"] = "yes"
        said["sponsor_listed"] = "yes" if self.sponsor_listed else "no"
        return {name: "" if value is None else str(value) for name, value in said.items()}


def without_name(text: str, name: str) -> str:
    """The text with "the sponsor" in place of a name."""
    if not name:
        return text
    return re.sub(rf"(?<!\w)(?:the )?{re.escape(name)}(?!\w)", "the sponsor", text, flags=re.IGNORECASE)


def read_answers(typed: Mapping[str, str], before: Answers | None, today: date) -> Answers:
    """What was typed, laid over what was said before; a field that was not asked for stays. Raises FieldWrong."""
    said = {name: _line(typed[name], name) for name in LABELS if name in typed}
    for name in NEEDED:
        if not said.get(name, "x" if before else ""):
            raise FieldWrong(f"“{LABELS[name]}” is empty. Please fill it in.")
    found: dict[str, Any] = {name: said[name] for name in LONGEST if name in said and name != "sponsor"}
    found |= _numbers(said) | _choices(said) | _sponsor(said, before, today)
    found |= _listed(said, found, before, today)
    if said.get("starts_on"):
        found["starts_on"] = _first_day(said["starts_on"], before, today)
    return replace(before, **found) if before else Answers(**found)


def _line(text: str, name: str) -> str:
    line = " ".join(clean_text(text, 10_000).split())
    if len(line) > LONGEST.get(name, 60):
        raise FieldWrong(f"“{LABELS[name]}” is longer than {LONGEST.get(name, 60)} characters. Please shorten it.")
    return line


def _numbers(said: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "weeks" in said:
        typed = re.fullmatch(r"(\d{1,4})(?: ?(?:weeks?|w))?", said["weeks"], re.IGNORECASE | re.ASCII)
        if typed is None or not 1 <= int(typed[1]) <= MOST_WEEKS:
            raise FieldWrong(f"“{LABELS['weeks']}” needs a whole number from 1 to {MOST_WEEKS}, such as 8.")
        found["weeks"] = int(typed[1])
    if "hours" in said:
        found["hours"] = _hours(said["hours"]) if said["hours"] else None
    return found


def _hours(text: str) -> float:
    if meant := two_numbers(text):
        raise FieldWrong(f"“{LABELS['hours']}”: “{text}” can be {meant}. Write {meant}.")
    hours = number_of(text)
    if hours is None or not 0 < hours <= MOST_HOURS:
        raise FieldWrong(f"“{LABELS['hours']}” needs a number up to {MOST_HOURS}, such as 6.")
    return hours


def _choices(said: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, allowed in (("blessing", BLESSINGS), ("relationship", RELATIONSHIPS)):
        if said.get(name):
            word = relationship_of(said[name].lower())
            if word not in allowed:
                raise FieldWrong(f"“{LABELS[name]}” must be one of: {', '.join(allowed)}.")
            found[name] = word
    return found


def _sponsor(said: Mapping[str, str], before: Answers | None, today: date) -> dict[str, Any]:
    """A name is taken only together with the sponsor's word that it may be."""
    if "sponsor" not in said:
        return {}
    if not said["sponsor"]:
        return {"sponsor": "", "sponsor_agreed": None}
    if said.get("sponsor_agreed", "").lower() != "yes":
        raise FieldWrong(
            "A sponsor is named only after agreeing, so I did not keep the name. "
            f"Ask first, then set “{LABELS['sponsor_agreed']}” to yes."
        )
    same = before is not None and before.sponsor == said["sponsor"] and before.sponsor_agreed
    return {"sponsor": said["sponsor"], "sponsor_agreed": same or today}


def _listed(said: Mapping[str, str], found: Mapping[str, Any], before: Answers | None, today: date) -> dict[str, Any]:
    """To stand in the directory is a further consent, of the sponsor who is named now."""
    earlier = before.sponsor if before else ""
    name, wanted = found.get("sponsor", earlier), said.get("sponsor_listed", "").lower()
    since = before.sponsor_listed if before and name == earlier else None
    if not name:
        if wanted == "yes" and not earlier:
            raise FieldWrong(
                f"“{LABELS['sponsor_listed']}” needs a sponsor who agreed to be named. Name them here, or set it to no."
            )
        return {"sponsor_listed": None}
    if not wanted:
        return {"sponsor_listed": since}
    # The form came filled in with what the earlier sponsor agreed to: that is not the word of another one.
    others_word = name != earlier and before is not None and before.sponsor_listed is not None
    return {"sponsor_listed": (since or today) if wanted == "yes" and not others_word else None}


def _first_day(text: str, before: Answers | None, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise FieldWrong(f"“{LABELS['starts_on']}” needs a date written as 2027-01-18.") from None
    if before is not None and before.starts_on == day:
        return day
    if not today <= day <= today + AHEAD:
        when = "is in the past" if day < today else "is more than a year ahead"
        raise FieldWrong(f"“{LABELS['starts_on']}” {when}. Choose a day from {today.isoformat()} on, within a year.")
    return day
