"""A set of questions through Midway as `midway ask --batch` answers them, graded: ``answers.py FILE [--record NOTE]``.

No question is printed unless ``--misses`` asks for it, and never one of a file whose name begins with ``sealed``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import figures
from coverage import coverage
from hurried import hurried

from adapters import asking
from adapters.ask_command import prepared
from adapters.settings import Settings
from knowledge.answers import Answer, Outcome
from knowledge.embedder import MiniLM
from knowledge.service import Knowledge

FIRST_THREE = 3
ASKED_FOR = ("good", "near-miss")
"""Groups that have a right practice; of the others, what counts is how they are turned away."""


@dataclass(frozen=True)
class Line:
    """One question with what a good answer to it is."""

    id: str
    turns: tuple[str, ...]
    style: str
    group: str
    expect: str
    practices: tuple[str, ...]
    desk: str | None
    lang: str = "en"
    key_points: tuple[str, ...] = ()
    twin: str | None = None
    """The id of the same question, cleanly typed."""


@dataclass(frozen=True)
class Graded:
    """A question and what Midway made of it. ``found`` are the first three practices of the search, cited or not."""

    line: Line
    answer: Answer
    found: tuple[str, ...]
    ms: float

    @property
    def cited(self) -> tuple[str, ...]:
        """What it is answered from."""
        answered = self.answer.outcome is Outcome.ANSWERED
        return tuple(citation.id for citation in self.answer.citations) if answered else ()

    @property
    def named(self) -> tuple[str, ...]:
        """What the person reads of: answered from, then named under *see also*, as `midway ask --json` lists them."""
        return (*self.cited, *(near.id for near in self.answer.see_also))

    @property
    def first(self) -> bool:
        """The right practice is the first that the answer cites."""
        return bool(self.cited) and self.cited[0] in self.line.practices

    @property
    def in_three(self) -> bool:
        """The right practice is among the first three that the answer names."""
        return not set(self.named[:FIRST_THREE]).isdisjoint(self.line.practices)

    @property
    def searched(self) -> bool:
        """The right practice is among the first three found, whether or not it was answered."""
        return not set(self.found).isdisjoint(self.line.practices)

    @property
    def sent_away(self) -> bool:
        """Turned away without the answer to what else it may mean."""
        return self.answer.declined and not self.answer.may_be_honest

    @property
    def all_cited(self) -> bool:
        return set(self.line.practices) <= set(self.cited)

    @property
    def desk_right(self) -> bool:
        return self.answer.route == self.line.desk

    @property
    def as_expected(self) -> bool:
        return self.answer.outcome.value == self.line.expect

    @property
    def words(self) -> str:
        """The answer as text."""
        return asking.in_words(self.answer)

    @property
    def missed(self) -> bool:
        return not self.first if self.line.group in ASKED_FOR else not self.as_expected


def read(path: Path) -> list[Line]:
    texts = path.read_text(encoding="utf-8").splitlines()
    rows: list[dict[str, Any]] = [json.loads(text) for text in texts if text.strip()]
    return [
        Line(
            row["id"],
            tuple(row.get("turns") or [row["question"]]),
            row["style"],
            row["group"],
            row["expect"],
            tuple(row["practices"]),
            row["desk"],
            row.get("lang", "en"),
            tuple(row.get("key_points", ())),
            row.get("twin"),
        )
        for row in rows
    ]


def after_others(lines: Sequence[Line]) -> list[Line]:
    """Each question of one turn as the third of a thread whose first two are about something else; the others go."""
    chance = random.Random(3)  # noqa: S311  # the same threads every time
    single = [line for line in lines if len(line.turns) == 1]
    good = [line for line in single if line.group == "good"]
    return [replace(line, turns=(*_others(line, good, chance), *line.turns)) for line in single]


def _others(line: Line, good: Sequence[Line], chance: random.Random) -> list[str]:
    different = [other for other in good if set(other.practices).isdisjoint(line.practices)]
    return [other.turns[0] for other in chance.sample(different, 2)]


def with_hurried(lines: Iterable[Line]) -> list[Line]:
    """Each good English question and its twin, the same typed in a hurry; the others go."""
    clean = [line for line in lines if line.group == "good" and line.lang == "en"]
    typed = [
        replace(line, id=f"{line.id} hurried", twin=line.id, turns=tuple(map(hurried, line.turns))) for line in clean
    ]
    return clean + typed


def graded(knowledge: Knowledge, lines: Iterable[Line]) -> list[Graded]:
    with asyncio.Runner() as runner:
        return [_graded(knowledge, line, *runner.run(asking.answered(knowledge, line.turns))) for line in lines]


def _graded(knowledge: Knowledge, line: Line, answer: Answer, ms: float) -> Graded:
    assert knowledge.retriever
    query = knowledge.retriever.understand(line.turns[-1].strip(), line.turns[:-1])
    found = knowledge.retriever.search(query, FIRST_THREE)
    return Graded(line, answer, tuple(hit.practice for hit in found), ms)


def print_misses(found: Sequence[Graded]) -> None:
    for each in found:
        if each.missed:
            expected = ", ".join(each.line.practices) or each.line.desk or each.line.expect
            got = ", ".join(each.cited) or each.answer.route or ""
            kind = f"{each.line.group}/{each.line.style}"
            print(f"\n{each.line.id} {kind}: wanted {expected}; {each.answer.outcome} {got};", end=" ")
            print(f"found {', '.join(each.found)}")
            print(f"  {' | '.join(each.line.turns)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="for instance bench/questions/open.jsonl")
    parser.add_argument("--record", metavar="NOTE", help="append the figures to bench/history.jsonl with this note")
    parser.add_argument("--misses", action="store_true", help="print each question that went wrong")
    parser.add_argument("--after-others", action="store_true", help="as the third of a thread about something else")
    parser.add_argument("--hurried", action="store_true", help="the good English ones, and each again typed in a hurry")
    asked = parser.parse_args()
    if asked.misses and asked.file.resolve().name.startswith("sealed"):
        parser.error("the questions of a sealed file are not shown")
    logging.basicConfig(level=logging.WARNING)
    knowledge = prepared(Settings())
    if knowledge.retriever is None:
        sys.exit("The index could not be built: what is said above comes first.")
    lines = read(asked.file)
    if asked.after_others:
        lines = after_others(lines)
    if asked.hurried:
        lines = with_hurried(lines)
    found = graded(knowledge, lines)
    summary = figures.summary(found)
    if isinstance(knowledge.reader, MiniLM):
        summary |= coverage([each for each in found if each.line.group == "good"], knowledge.reader, knowledge.library)
    topics = {practice.id: practice.topic for practice in knowledge.library.practices.values()}
    figures.print_tables(found, summary, topics, figures.wanted(asked.file.name))
    if asked.after_others or asked.hurried:
        return 0
    if asked.record:
        figures.record(asked.file.name, asked.record, len(found), summary)
    figures.print_history(asked.file.name)
    if asked.misses:
        print_misses(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
