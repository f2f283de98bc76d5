"""Practices and other documents cut into the passages that are embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.practice import Practice, plain

WORDS, OVERLAP = 120, 30
"""Long text is cut on sentence bounds; both numbers were measured to do best on the public sets."""

PassageKind = Literal["title", "question", "text"]


@dataclass(frozen=True, slots=True)
class Document:
    """What is found: an id, a title, its paragraphs and the questions it answers."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        return " ".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded: a piece of one document."""

    document: str
    kind: PassageKind
    text: str


def as_document(practice: Practice) -> Document:
    """The practice as something to be found by: each section is a paragraph of its own."""
    sections = practice.sections
    lists = (sections.when, sections.steps, sections.measure, sections.mistakes, sections.who_decides)
    paragraphs = [sections.summary, sections.why_for_leaders, *(" ".join(items) for items in lists)]
    cleaned = tuple(plain(text) for text in paragraphs if text)
    return Document(practice.id, practice.title, cleaned, practice.questions)


def split(document: Document) -> list[Passage]:
    """Title, each question, and each paragraph in pieces of at most ``WORDS`` words."""
    found = [Passage(document.id, "title", document.title)]
    found += [Passage(document.id, "question", question) for question in document.questions]
    for paragraph in document.paragraphs:
        found += [Passage(document.id, "text", f"{document.title}. {piece}") for piece in pieces(paragraph)]
    return found


def pieces(text: str) -> Iterator[str]:
    """Overlapping runs of whole sentences; a single longer sentence is cut by words."""
    sentences = [part for sentence in re.split(r"(?<=[.!?])\s+", text.strip()) for part in _cut(sentence.split())]
    run: list[list[str]] = []
    for sentence in sentences:
        if run and sum(map(len, run)) + len(sentence) > WORDS:
            yield _joined(run)
            while run and sum(map(len, run)) > OVERLAP:
                run.pop(0)
        run.append(sentence)
    if run:
        yield _joined(run)


def _cut(words: list[str]) -> list[list[str]]:
    return [words[start : start + WORDS] for start in range(0, len(words), WORDS)]


def _joined(run: list[list[str]]) -> str:
    return " ".join(word for sentence in run for word in sentence)
