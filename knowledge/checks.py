"""What every practice is held to beyond its format: links, dates, sources on figures, tone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.answers import Answer
from knowledge.errors import PracticeInvalid
from knowledge.library import Library
from knowledge.practice import Practice, read_practice, without_marks
from knowledge.prose import copied, findings_in

SUMMARY_WORDS = range(25, 86)


def check_folder(folder: Path) -> list[str]:
    """One sentence for each finding, naming file and remedy; an empty list is a sound library."""
    findings: list[str] = []
    practices: dict[str, Practice] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            practice = read_practice(path)
            practices[practice.id] = practice
        except PracticeInvalid as error:
            findings.append(str(error))
    for practice in practices.values():
        findings += (f"{practice.id}: {finding}" for finding in findings_of(practice, practices))
    return [*findings, *_one_sided(practices), *_same_questions(practices), *_written_twice(practices)]


@dataclass(frozen=True)
class Tried:
    """How many typed questions find their own practice first, or among three; ``findings`` says which do not."""

    asked: int
    first: int
    in_three: int
    findings: tuple[str, ...]


def try_questions(library: Library, find: Callable[[str], Sequence[str]]) -> Tried:
    """Ask every typed question; ``find`` names the best practices for one, best first. Takes some milliseconds each."""
    practices = library.practices.values()
    asked = [(item.id, question, find(question)) for item in practices for question in item.questions]
    lost = [
        f"{own}: “{question[:70]}” finds {', '.join(found[:3]) or 'nothing'} and not this practice"
        for own, question, found in asked
        if own not in found[:3]
    ]
    first = sum(own in found[:1] for own, _, found in asked)
    return Tried(len(asked), first, sum(own in found[:3] for own, _, found in asked), tuple(lost))


def lost_questions(practice: Practice, find: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    """Typed questions of one practice that do not find it, as findings."""
    library = Library({practice.id: practice})
    return try_questions(library, find).findings


@dataclass(frozen=True)
class Controlled:
    """How many control questions were turned away; ``findings`` says which practices answered the others."""

    asked: int
    turned_away: int
    findings: tuple[str, ...]


def try_controls(questions: Sequence[str], answer: Callable[[str], Answer]) -> Controlled:
    """Ask what no practice may answer."""
    answered = [
        f"{', '.join(citation.id for citation in found.citations)}: it answers “{question[:70]}”, which no practice may"
        for question in questions
        if not (found := answer(question)).declined
    ]
    return Controlled(len(questions), len(questions) - len(answered), tuple(answered))


def overdue(library: Library, today: date) -> list[str]:
    """One sentence for each practice that is past its date. Nothing in its file is wrong: time has gone by."""
    return [f"{practice.id}: {late}" for practice in library.practices.values() for late in overdue_of(practice, today)]


def overdue_of(practice: Practice, today: date) -> Iterator[str]:
    if practice.review_by < today:
        yield f"it was due for review on {practice.review_by}: review it and set a new date"


def findings_of(practice: Practice, library: Mapping[str, Practice]) -> Iterator[str]:
    """What is wrong with one practice among the others, without what is wrong with those."""
    words = len(without_marks(practice.sections.summary).split())
    if words not in SUMMARY_WORDS:
        yield f"the summary has {words} words; keep it between {SUMMARY_WORDS.start} and {SUMMARY_WORDS.stop - 1}"
    if practice.id in practice.related:
        yield "it is related to itself"
    if not any(name in library for name in practice.related):
        yield "none of its related practices is in the library"
    yield from findings_in(practice)


def _one_sided(library: Mapping[str, Practice]) -> Iterator[str]:
    for practice in library.values():
        for name in practice.related:
            if name in library and name != practice.id and practice.id not in library[name].related:
                yield f"{name}: {practice.id} is related to it, but not the other way: add it to `related`"


def _same_questions(library: Mapping[str, Practice]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for practice in library.values():
        for question in practice.questions:
            key = " ".join(re.findall(r"\w+", question.lower()))
            if key in seen:
                yield f"{practice.id}: the question “{question}” is typed in {seen[key]} already"
            seen[key] = practice.id


def _written_twice(library: Mapping[str, Practice]) -> Iterator[str]:
    for one, other, run in copied(list(library.values())):
        yield f"{other}: “{run}…” stands in {one} as well: say it in other words, or in one of them"
