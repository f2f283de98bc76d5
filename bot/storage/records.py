"""What goes into the repositories and comes out of them, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from knowledge.practice import Relationship

RELATIONSHIPS: tuple[Relationship, ...] = get_args(Relationship)
ERASED = "erased"
"""Stands where somebody stood who was forgotten, or who looked after something and does so no more."""


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question as asked and answered. ``text`` in the clear (sealed when stored), or None where none may be kept.

    ``event_key`` and ``thread_key`` may be the platform's own ids: only keyed marks of them are stored.
    """

    tenant: str
    event_key: str
    platform: str
    thread_key: str
    person: str
    asked_at: datetime
    text: str | None
    lang: str
    outcome: str
    confidence: float
    team_id: str | None = None
    route: str | None = None
    practices: tuple[str, ...] = ()
    nearest: str | None = None
    may_be_honest: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A past question; ``text`` is None once the retention period is over."""

    id: str
    person: str
    asked_at: datetime
    text: str | None
    practices: tuple[str, ...]
    outcome: str
    lang: str
    route: str | None
    confidence: float
    team_id: str | None


@dataclass(frozen=True, slots=True)
class AdoptionOutcome:
    """What a press did; ``since`` is when the present state began, ``previous`` the state before this press."""

    changed: bool
    state: str
    since: datetime
    previous: str | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One line of a team file. An empty ``relationship`` or ``channel`` says nothing; a parent is given by name.

    ``channel`` is ``platform:id`` or the id alone. ``line`` is where it stands, to be named where something is wrong.
    """

    team: str
    parent: str = ""
    relationship: str = ""
    channel: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """How many lines made a team, changed one, or changed nothing; ``notes`` say which lines were passed over and why,
    and which team lost a channel.
    """

    made: int
    changed: int
    unchanged: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Purged:
    """How much a purge removed."""

    texts: int
    inbox_rows: int
    payloads: int
