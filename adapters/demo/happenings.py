"""What happens in the demo, as frozen values in the order of time. People are numbers of the demo, never names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.pilot_answers import Answers
from bot.storage.pilots import Decision
from knowledge.practice import Relationship

PLATFORMS = ("slack", "msteams")


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """``begins`` is when it first asks, as a share of the whole time; None for a team that never does. ``pull`` is how
    much it asks once it is used to it, compared with others.
    """

    tenant: str
    name: str
    relationship: Relationship
    visibility: Literal["named", "anonymous", "counted"]
    size: int
    begins: float | None
    pull: float
    parent: str = ""

    @property
    def platform(self) -> str:
        """Units and regions are in one place, those outside in the other."""
        return PLATFORMS[self.relationship not in {"unit", "region"}]

    @property
    def channel(self) -> str:
        return "demo-" + self.name.casefold().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a team, or of none. ``user`` stands for a platform's id."""

    tenant: str
    user: str
    team: DemoTeam | None


@dataclass(frozen=True, slots=True)
class Joined:
    at: datetime
    who: Person


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it. ``helpful`` is what its asker said of the answer, None where nothing."""

    at: datetime
    key: str
    who: Person
    words: str
    outcome: str
    practices: tuple[str, ...] = ()
    nearest: str | None = None
    route: str | None = None
    helpful: bool | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """A question goes to an expert; it is answered, closed or taken when ``ended`` says so, open while that is None."""

    at: datetime
    asked: Asked
    ended: tuple[datetime, Literal["answered", "closed", "taken"]] | None


@dataclass(frozen=True, slots=True)
class Stated:
    """Somebody says where their team stands, below the answer or the tip of this key."""

    at: datetime
    who: Person
    practice: str
    state: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class CheckInsDue:
    """Teams are asked how their tries went."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Replied:
    """The reply to a check-in; ``reason`` where it did not work."""

    at: datetime
    who: Person
    practice: str
    answer: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A result, as somebody types it."""

    at: datetime
    who: Person
    practice: str
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody may be asked about a practice, under what they want to be called."""

    at: datetime
    who: Person
    practice: str
    called: str


@dataclass(frozen=True, slots=True)
class Piloted:
    """One step of the pilot of this key."""

    at: datetime
    key: str
    who: Person
    answers: Answers
    step: Literal["plan", "start"] | Decision
    note: str = ""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A team's channel wants tips; or somebody for themselves, where ``alone``."""

    at: datetime
    key: str
    who: Person
    weekday: int
    hour: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Tipped:
    """What becomes of one week of a subscription; ``key`` names the tip for what is pressed below it."""

    at: datetime
    key: str
    subscription: str
    practice: str
    state: Literal["planned", "skipped", "late"]
    touched: bool = False


Happening = (
    Joined | Asked | Handed | Stated | CheckInsDue | Replied | Measured | Offered | Piloted | Subscribed | Tipped
)
