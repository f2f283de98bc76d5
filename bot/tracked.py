"""What the tracker says of what it recorded: values alone, so that wording an answer loads no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.storage.records import AdoptionOutcome

UNTRACKED = "-"
"""Stands for the id of an answer that was not recorded."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A team that an admin registered."""

    name: str
    relationship: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as recorded: the id that its buttons carry, and whether it was the first in its place.

    ``registered`` is the channel's team where an admin registered it and nobody there was told so before.
    """

    id: str
    first_here: bool
    registered: Registered | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press on an adoption button did, and for which team (None while unknown).

    ``asks_at`` is when somebody will be asked how it went, if that is to be.
    """

    outcome: AdoptionOutcome
    team: str | None
    asks_at: datetime | None = None


class Reading(Enum):
    """Who reads what is handed to experts: they do; nobody, but the admins are told; nobody at all."""

    EXPERTS = "experts"
    ADMINS = "admins"
    NOBODY = "nobody"
