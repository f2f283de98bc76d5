"""What a message is, before anything is looked up: ours, another desk's, off topic, small talk, or to be refused.

Which of them it is, the intent branch tells (``knowledge/minilm/branch.py``); here stands what each of them means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

GOOD, OFF = "good", "off"
REFUSE, DESK, SMALL = "refuse:", "desk:", "small:"


@dataclass(frozen=True)
class Desk:
    """Somebody else's door. ``where`` is empty until the organization says."""

    id: str
    name: str
    where: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """A kind of request that is refused, and the practices that say why: the one that fits the request best is told,
    or else the first.
    """

    id: str
    practices: tuple[str, ...]
    because: str


@dataclass(frozen=True)
class SmallTalk:
    id: str
    answer: str


@dataclass(frozen=True)
class Urgent:
    """What is never turned away, and the practice that answers it."""

    practice: str
    said: re.Pattern[str]

    def is_said(self, message: str) -> bool:
        return bool(self.said.search(" ".join(message.casefold().replace("\u2019", "'").split())))


@dataclass(frozen=True)
class GateData:
    """Everything shipped in ``knowledge/gate``. ``off_topic`` are sentences to calibrate a library with, ``controls``
    questions that no practice may answer.
    """

    urgent: Urgent

    desks: dict[str, Desk]
    refusals: dict[str, Refusal]
    small_talk: dict[str, SmallTalk]
    off_topic: tuple[str, ...]
    controls: tuple[str, ...]

    def kinds(self) -> list[str]:
        """Every label that a message can be given."""
        named = ((DESK, self.desks), (REFUSE, self.refusals), (SMALL, self.small_talk))
        return [GOOD, OFF, *(prefix + name for prefix, found in named for name in found)]


@lru_cache(maxsize=1)
def gate_data() -> GateData:
    """Read the shipped files once."""
    desks, refusals, small, urgent = (_read(name) for name in ("desks", "refusals", "smalltalk", "urgent"))
    return GateData(
        Urgent(urgent["practice"], re.compile(rf"(?<!\w)(?:{'|'.join(urgent['said'])})(?!\w)")),
        {row["id"]: Desk(row["id"], row["name"], row["where"] or "", tuple(row["topics"])) for row in desks},
        {row["id"]: Refusal(row["id"], tuple(row["practices"]), row["because"]) for row in refusals},
        {row["id"]: SmallTalk(row["id"], row["answer"]) for row in small},
        _lines("off_topic"),
        _lines("controls"),
    )


def _read(name: str) -> Any:
    return yaml.load(_text(f"{name}.yaml"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _lines(name: str) -> tuple[str, ...]:
    return tuple(line for line in _text(f"{name}.txt").splitlines() if line.strip())


def _text(name: str) -> str:
    return (files("knowledge") / "gate" / name).read_text(encoding="utf-8")
