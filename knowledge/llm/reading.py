"""Reads what a model wrote back into an answer: lead, numbered steps, the measure, and the sources it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from knowledge.answers import Answer, Citation, Listing, Part, Point
from knowledge.llm.model import Unusable

MARK = re.compile(r"\[(\d{1,3})\]")
STEP = re.compile(r"^(?:\d{1,2}[.)]|[-*•])\s+")
HEADINGS = ("Steps", "What to watch")
"""In English: they are put into the asker's language where they are shown."""
_MARKUP = re.compile(r"\*\*|__|`|^#{1,6}\s+", re.MULTILINE)
_LABEL = re.compile(r"^[^\W\d_]+(?: [^\W\d_]+){0,2}\s?:\s+")


def plain(text: str) -> str:
    """Without the marks of markdown and without empty lines."""
    lines = (line.strip() for line in _MARKUP.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


def marks(text: str) -> list[int]:
    """The numbers of all ``[n]``, in order."""
    return [int(number) for number in MARK.findall(text)]


def read_part(text: str, old: Part) -> Part:
    """The written text in the place of ``old``; its notes stay. Raises Unusable without a sentence before the steps."""
    lines = text.splitlines()
    steps = [place for place, line in enumerate(lines) if STEP.match(line)]
    first, last = (steps[0], steps[-1] + 1) if steps else (len(lines), len(lines))
    lead = " ".join(lines[:first])
    if not lead:
        raise Unusable("no lead")
    doing = [Point("", STEP.sub("", line)) for line in lines[first:last]]
    watching = [Point("", _LABEL.sub("", line)) for line in lines[last:]]
    made = (Listing(HEADINGS[0], tuple(doing), numbered=True), Listing(HEADINGS[1], tuple(watching)))
    return replace(old, lead=lead, lists=tuple(listing for listing in made if listing.points))


def rewritten(answer: Answer, parts: Sequence[Part]) -> Answer:
    """The answer with these parts, citing only the sources they mark, and the marks counted through those."""
    used = {number for part in parts for number in marks("\n".join(_texts(part)))}
    kept, numbers, number = [], dict[int, int](), 0
    for citation in answer.citations:
        sources = []
        for source in citation.sources:
            number += 1
            if number in used:
                numbers[number] = len(numbers) + 1
                sources.append(source)
        if sources:
            kept.append(Citation(citation.id, citation.title, tuple(sources)))

    def moved(text: str) -> str:
        return MARK.sub(lambda mark: f"[{numbers[int(mark[1])]}]", text)

    renumbered = tuple(_changed(part, moved) for part in parts)
    return replace(answer, parts=renumbered, citations=tuple(kept), ai_generated=True)


def _texts(part: Part) -> list[str]:
    points = [f"{point.lead} {point.text}" for listing in part.lists for point in listing.points]
    return [part.lead, *points, *part.notes]


def _changed(part: Part, change: Callable[[str], str]) -> Part:
    lists = tuple(
        replace(listing, points=tuple(Point(change(point.lead), change(point.text)) for point in listing.points))
        for listing in part.lists
    )
    return replace(part, lead=change(part.lead), lists=lists, notes=tuple(change(note) for note in part.notes))
