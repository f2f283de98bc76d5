"""What every practice is held to beyond its format: links, dates, sources on figures, tone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.errors import PracticeInvalid
from knowledge.library import Library
from knowledge.practice import CITATION, Practice, read_practice

SUMMARY_WORDS = range(25, 86)
LONGEST_STEP = 60
_FIGURE = re.compile(r"\d+(?:\.\d+)?\s?%|[$€£]\s?\d|\b(?:19|20)\d\d\b|\b\d{1,3}(?:,\d{3})+\b")
_OURS = re.compile(
    r"\bwe suggest|\bour (?:own )?(?:suggestion|proposal|limit)|\bexample\b|\bfor instance|last checked|\bsay[, ]",
    re.IGNORECASE,
)
_ORDERS = re.compile(r"(?<!\bif )\byou must\b", re.IGNORECASE)


def check_folder(folder: Path, today: date) -> list[str]:
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
        findings += (f"{practice.id}: {finding}" for finding in _findings(practice, practices, today))
    return findings + list(_one_sided(practices)) + list(_same_questions(practices))


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
    asked = [(item.id, question, find(question)[:3]) for item in practices for question in item.questions]
    lost = [
        f"{own}: “{question[:70]}” finds {', '.join(found) or 'nothing'} and not this practice"
        for own, question, found in asked
        if own not in found
    ]
    first = sum(own in found[:1] for own, _, found in asked)
    return Tried(len(asked), first, len(asked) - len(lost), tuple(lost))


def _findings(practice: Practice, library: Mapping[str, Practice], today: date) -> Iterator[str]:
    words = len(CITATION.sub("", practice.sections.summary).split())
    if words not in SUMMARY_WORDS:
        yield f"the summary has {words} words; keep it between {SUMMARY_WORDS.start} and {SUMMARY_WORDS.stop - 1}"
    if practice.review_by < today:
        yield f"it was due for review on {practice.review_by}: review it and set a new date"
    if practice.id in practice.related:
        yield "it is related to itself"
    if not any(name in library for name in practice.related):
        yield "none of its related practices is in the library"
    yield from _prose(practice)


def _prose(practice: Practice) -> Iterator[str]:
    for number, step in enumerate(practice.sections.steps, start=1):
        if not step.startswith("**"):
            yield f"step {number} does not start with a bold imperative"
        if len(CITATION.sub("", step).split()) > LONGEST_STEP:
            yield f"step {number} is longer than {LONGEST_STEP} words"
    for text in practice.texts():
        if not practice.jurisdictions and _ORDERS.search(text):
            yield f"it orders where it may only suggest: “{text[:60]}…”"
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text):
            figure = _FIGURE.search(sentence)
            if figure and not CITATION.search(sentence) and not _OURS.search(sentence):
                yield f"the figure {figure[0]} has no source: “{sentence[:70]}…”"


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
