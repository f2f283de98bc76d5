"""What every practice is held to beyond its format: links, dates, sources on figures, tone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from knowledge.answers import Answer
from knowledge.complaints import none_of
from knowledge.errors import PracticeInvalid
from knowledge.library import Library
from knowledge.practice import (
    CITATION,
    HEADINGS,
    PROSE,
    TOPICS,
    Kind,
    Practice,
    Sections,
    Source,
    Stage,
    parse_practice,
    read_fields,
    read_practice,
    sections_in,
    valid,
    without_marks,
)
from knowledge.prose import copied, findings_in

SUMMARY_WORDS = range(25, 86)
_NO_TEXT: dict[str, Any] = {name: "" if name in PROSE else () for name in HEADINGS.values()}
_NOTHING: dict[str, Any] = {
    "id": "", "title": "", "topic": "", "stage": Stage.PREPARE, "audience": (), "kind": Kind.APPROACH, "owners": (),
    "review_by": date.max, "related": (), "questions": (),
}
"""Of a practice of which nothing is right."""


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


@dataclass(frozen=True)
class Drafted:
    """A text as far as it is a practice: ``practice`` has what is right in it, None where it has no front matter;
    ``findings`` is what breaks the format.
    """

    practice: Practice | None
    findings: tuple[str, ...]


def read_draft(text: str, called: str) -> Drafted:
    """Read what may be unfinished; ``called`` is its id where it names none that is one."""
    try:
        return Drafted(parse_practice(text, name=called), ())
    except PracticeInvalid as error:
        findings = error.findings
    try:
        fields, body = read_fields(text, name=called)
    except PracticeInvalid:
        return Drafted(None, findings)
    return Drafted(_what_is_right({"id": called, **fields}, sections_in(body)[0]), findings)


def _what_is_right(fields: Mapping[str, Any], sections: Mapping[str, Any]) -> Practice:
    """What of a text a practice may have, the rest empty: to be looked at and checked, never to answer from."""
    sources = [one for said in fields["sources"] if (one := valid(Source, said))]
    known = {source.key for source in sources}

    def cited(said: Any) -> Any:
        if isinstance(said, str):
            return CITATION.sub(lambda mark: mark[0] if mark[1] in known else "", said)
        return tuple(map(cited, said))

    right = {
        name: value for name, field in Practice.model_fields.items()
        if (value := valid(Annotated[field.annotation, field], fields.get(name))) is not None
    }
    texts = Sections.model_construct(**(_NO_TEXT | {name: cited(said) for name, said in sections.items()}))
    return Practice.model_construct(**(_NOTHING | right | {"sources": tuple(sources), "sections": texts}))


def findings_of(practice: Practice, library: Mapping[str, Practice]) -> Iterator[str]:
    """What is wrong with one practice among the others, without what is wrong with those."""
    words = len(without_marks(practice.sections.summary).split())
    if words and words not in SUMMARY_WORDS:
        said = "1 word" if words == 1 else f"{words} words"
        yield f"the summary has {said}; keep it between {SUMMARY_WORDS.start} and {SUMMARY_WORDS.stop - 1}"
    if practice.topic and practice.topic not in TOPICS:
        yield none_of("topic", TOPICS)
    if practice.id in practice.related:
        yield "it is related to itself"
    if practice.related and not any(name in library for name in practice.related):
        yield f"none of its related practices is in the library: {', '.join(practice.related)}"
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
