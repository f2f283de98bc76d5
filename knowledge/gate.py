"""What a message is, before anything is looked up: ours, another desk's, off topic, small talk, or to be refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from knowledge.practice import Practice

GOOD, OFF = "good", "off"
REFUSE, DESK, SMALL = "refuse:", "desk:", "small:"


@dataclass(frozen=True)
class Desk:
    """Somebody else's door. ``where`` is empty until the organization says."""

    id: str
    name: str
    where: str
    topics: tuple[str, ...]
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A kind of request that is refused, and the practice that says why."""

    id: str
    practice: str
    because: str


@dataclass(frozen=True)
class SmallTalk:
    id: str
    answer: str


@dataclass(frozen=True)
class Example:
    """A sentence that teaches what a message is."""

    label: str
    text: str


@dataclass(frozen=True)
class GateData:
    """Everything shipped in ``knowledge/gate``."""

    desks: dict[str, Desk]
    refusals: dict[str, Refusal]
    small_talk: dict[str, SmallTalk]
    examples: tuple[Example, ...]
    off_topic: tuple[str, ...]

    def with_library(self, practices: Sequence[Practice]) -> list[Example]:
        """The shipped examples and the library's own typed questions, which are good by definition."""
        typed = [Example(GOOD, text) for practice in practices for text in (practice.title, *practice.questions)]
        return [*self.examples, *typed]


@lru_cache(maxsize=1)
def gate_data() -> GateData:
    """Read the shipped files once."""
    desks, refusals, small = (_read(name) for name in ("desks", "refusals", "smalltalk"))
    off_topic = tuple(line for line in _text("off_topic.txt").splitlines() if line.strip())
    return GateData(
        {row["id"]: _desk(row) for row in desks},
        {row["id"]: Refusal(row["id"], row["practice"], row["because"]) for row in refusals},
        {row["id"]: SmallTalk(row["id"], row["answer"]) for row in small},
        tuple(_examples(desks, refusals, small, off_topic)),
        off_topic,
    )


def _examples(desks: Any, refusals: Any, small: Any, off_topic: tuple[str, ...]) -> Iterator[Example]:
    for prefix, rows in ((DESK, desks), (REFUSE, refusals), (SMALL, small)):
        for row in rows:
            yield from (Example(prefix + row["id"], str(text)) for text in row["questions"])
            yield from (Example(GOOD, str(text)) for text in row.get("near_misses", ()))
    yield from (Example(OFF, text) for text in off_topic)


def _desk(row: dict[str, Any]) -> Desk:
    return Desk(row["id"], row["name"], row["where"] or "", tuple(row["topics"]), tuple(map(str, row["questions"])))


def _read(name: str) -> Any:
    return yaml.load(_text(f"{name}.yaml"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _text(name: str) -> str:
    return (files("knowledge") / "gate" / name).read_text(encoding="utf-8")
