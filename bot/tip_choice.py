"""Which practice a place gets as its next tip, and why. Pure: the same facts always give the same tip."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.privacy import FLOOR
from bot.storage.subscriptions import Wish
from knowledge.practice import Practice, Stage

SETTLED = frozenset({"trying", "adopted", "proven", "stopped", "not for us"})
"""A team that said so has no need of a tip about it."""
ASKED = 3.0
"""For a practice that the team asked about. What counts was chosen by hand, in this order."""
LATER = 2.5
"""For one that the team keeps for later."""
IN_PILOT = 2.0
"""For one that a pilot of the team uses."""
STAGE = 1.5
"""For one of the stage that the team is at."""
FITS = 1.0
"""For one that is written for teams of this relationship to the centre."""
ALIKE = 0.5
"""For each team of the same relationship that took it up."""
MOST_ALIKE = 4
"""More such teams than these count no more."""
SAME_TOPIC = -1.0
"""Against one of the topic of the last tip: variety is read."""
BEGINNING = frozenset({Stage.PREPARE, Stage.PILOT})
"""Where a team stands that has no pilot."""
FOR_THE_FEW = frozenset({"sectors"})
"""Topics of one trade each: only for who chose or asked."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the place: ``stands`` is where it stands, by practice; ``got`` what it got in half a year;
    ``asked`` and ``alike`` count questions and teams by practice; ``planned`` are the practices of its pilots, and
    ``stages`` theirs. ``alone`` is somebody's direct messages.
    """

    stands: Mapping[str, str] = field(default_factory=dict)
    got: frozenset[str] = frozenset()
    asked: Mapping[str, int] = field(default_factory=dict)
    alike: Mapping[str, int] = field(default_factory=dict)
    planned: frozenset[str] = frozenset()
    stages: frozenset[Stage] = BEGINNING
    relationship: str = "unit"
    last_topic: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """``because`` completes the sentence “You get this tip because …”."""

    practice: Practice
    because: str


def choose(place: str, wish: Wish, practices: Iterable[Practice], known: Known, today: date) -> Chosen | None:
    """The best of the practices left for this place; None if none is left."""
    left = [one for one in practices if _is_left(one, wish, known, today)]
    best = max(left, key=lambda one: (_worth(one, known), _lot(place, one)), default=None)
    return Chosen(best, _because(best, wish, known)) if best else None


def _is_left(practice: Practice, wish: Wish, known: Known, today: date) -> bool:
    if practice.id in known.got or known.stands.get(practice.id) in SETTLED or practice.review_by < today:
        return False
    if wish.audience and wish.audience not in practice.audience:
        return False
    if wish.topics:
        return practice.topic in wish.topics
    return practice.topic not in FOR_THE_FEW or practice.id in known.asked


def _worth(practice: Practice, known: Known) -> float:
    return (
        ASKED * (practice.id in known.asked)
        + LATER * (known.stands.get(practice.id) == "considering")
        + IN_PILOT * (practice.id in known.planned)
        + STAGE * (practice.stage in known.stages)
        + FITS * (known.relationship in practice.relationships)
        + ALIKE * min(known.alike.get(practice.id, 0), MOST_ALIKE)
        + SAME_TOPIC * (practice.topic == known.last_topic)
    )


def _lot(place: str, practice: Practice) -> str:
    """Between equals, so that not all places get the same."""
    return hashlib.sha256(f"{place} {practice.id}".encode()).hexdigest()


def _because(practice: Practice, wish: Wish, known: Known) -> str:
    """The strongest reason that may be told: that few questions were asked tells who asked."""
    alike, asked = known.alike.get(practice.id, 0), known.asked.get(practice.id, 0)
    if known.stands.get(practice.id) == "considering":
        return "you kept it for later"
    if practice.id in known.planned:
        return "it belongs to your pilot"
    if asked and known.alone:
        return "you asked about it"
    if asked >= FLOOR:
        return "your team asked about it"
    if alike:
        return "a team like yours took it up" if alike == 1 else f"{alike} teams like yours took it up"
    if wish.topics:
        return f"you chose the topic “{topic_name(practice.topic)}”"
    return "your team has not said anything about it yet" if not known.alone else "you have not said anything about it"


def topic_name(topic: str) -> str:
    """As people read it: “Launching a pilot”."""
    return "AI" if topic == "ai" else topic.replace("-", " ").capitalize()
