"""Which point of a practice an answer begins with, beside what readers noted: ``python bench/points.py``.

``points.jsonl`` holds 200 questions of the open sets, each with the practice that answers it and, by two readers who
wrote neither, up to three of its points that tell what was asked, best first; none where the question is a general one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.ask_command import prepared
from adapters.settings import Settings
from knowledge.ahead import AT_A_GLANCE, best_point
from knowledge.aspects import aspect_of
from knowledge.points import DIFFERING, STEPS, Place, concerned
from knowledge.service import Knowledge

FILE = Path(__file__).parent / "points.jsonl"
WHOLE = "whole"


@dataclass(frozen=True)
class Noted:
    """A question with what readers noted, and with what the answer would begin with and tell sources to differ on."""

    general: bool
    points: tuple[Place, ...]
    first: Place | None
    differing: tuple[Place, ...]

    @property
    def moved(self) -> bool:
        """Whether the answer does not begin as the practice does."""
        return self.first is not None and not (self.first.section == STEPS and self.first.at < AT_A_GLANCE)


def read(knowledge: Knowledge) -> Iterator[Noted]:
    retriever = knowledge.retriever
    if retriever is None:
        raise SystemExit("the index could not be made")
    for row in map(json.loads, FILE.read_text(encoding="utf-8").splitlines()):
        question, practice = row["question"], knowledge.library.practices[row["practice"]]
        close = retriever.closeness(practice, question, retriever.understand(question).intent)
        named = (point.split(":") for point in row["points"])
        points = tuple(Place(section, int(at)) for section, at in named)
        first = best_point(practice, aspect_of(question), close)
        yield Noted(row["about"] == WHOLE, points, first, tuple(concerned(close)))


def main() -> None:
    found = list(read(prepared(Settings())))
    asked = [each for each in found if not each.general and each.points]
    general = [each for each in found if each.general]
    begun = [each for each in asked if each.first]
    right = [each for each in begun if each.first in each.points]
    disputed = [each for each in found if any(point.section in DIFFERING for point in each.points)]
    told = [each for each in disputed if set(each.differing) & set(each.points)]
    rows = [
        ("ask for something that a point tells", len(asked)),
        ("  a point comes first", len(begun)),
        ("  the right one", len(right)),
        ("general questions", len(general)),
        ("  a later point comes first", sum(each.moved for each in general)),
        ("told that sources differ", sum(bool(each.differing) for each in found)),
        ("answered by what sources differ on", len(disputed)),
        ("  that is told", len(told)),
    ]
    for name, count in rows:
        print(f"{name:42}{count:5}")


if __name__ == "__main__":
    main()
