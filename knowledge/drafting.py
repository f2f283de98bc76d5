"""The form of a practice for somebody to complete: what is known filled in, what is missing marked TODO."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

TODO = "TODO"
"""Marks what a person has to write; no practice is published while it stands in it."""
TITLE = f"{TODO}: an imperative a reader recognizes"
FIELDS = {
    "topic": TODO,
    "stage": "pilot",
    "audience": "[middle manager]",
    "kind": "technique",
    "relationships": "[unit, chapter, dealer, agent, franchise, region]",
    "owners": f"[{TODO} role, {TODO} role]",
    "review_by": TODO,
    "related": f"[{TODO.lower()}]",
}
"""The fields between title and questions as YAML, with what most practices say."""
SECTIONS = {
    "Summary": "two or three sentences of your own, 35 to 70 words, that answer by themselves",
    "When it fits": "2-4 bullets",
    "When it does not": "2-3 bullets",
    "Steps": "3-8 numbered steps in your own words; each bold imperative says by itself what to do with what",
    "What to measure": "2-4 bullets: a number, how to count it, when to look",
    "Common mistakes": "3-5 bullets: the mistake, then what to do instead",
}
"""The sections that every practice has, in order, and what is to be written there."""
_TITLE_LINE = re.compile(
    r"""^title:[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s#].*?)[ \t]*(?:[ \t]#.*)?$""", re.MULTILINE
)
_ADDS_TO = re.compile(r"^adds_to:[ \t]*([a-z0-9-]+)[ \t]*$", re.MULTILINE)
_QUESTIONS = 6
_BEGINNING = 50
_NOWHERE = f"https://{TODO.lower()}.invalid/"
_BULLET = f"- {TODO}"


@dataclass(frozen=True, slots=True)
class Cited:
    """The one source of a draft; ``imported_from`` is the name of the document, empty where there was none."""

    key: str
    title: str = TODO
    publisher: str = TODO
    year: int | None = None
    url: str = TODO
    imported_from: str = ""


def draft_of_reply(practice_id: str, reply: str, today: date) -> str:
    """Markdown for a new practice from an expert's reply; how it was asked for is the asker's, and does not stay."""
    said = " ".join(reply.split())
    cited = Cited("expert", f"Reply of our expert, {today.year}", "Our own experts", today.year, _NOWHERE)
    title = f"{TODO}: title for “{_beginning(said)}”"
    return _skeleton(practice_id, f"{said} [^expert]", cited, today, title)


def blank(practice_id: str, today: date) -> str:
    """Markdown for a new practice of which nothing is known yet."""
    return _skeleton(practice_id, TODO, Cited("source", year=today.year, url=_NOWHERE), today)


def front_matter(fields: Mapping[str, str], questions: Sequence[str] | None, cited: Cited) -> list[str]:
    """Its lines. ``fields`` are YAML already; questions are filled up to as many as a practice has, None has none."""
    asked = [] if questions is None else [*questions, *[f"{TODO}: as people type it"] * (_QUESTIONS - len(questions))]
    return [
        "---",
        *(f"{name}: {value}" for name, value in fields.items()),
        *(["questions:"] if asked else []),
        *(f"  - {quoted(question)}" for question in asked),
        "sources:",
        f"  {cited.key}:",
        f"    title: {quoted(cited.title)}",
        f"    publisher: {quoted(cited.publisher)}",
        f"    year: {cited.year or TODO}",
        f"    url: {quoted(cited.url)}",
        "    basis: experience",
        *([f"    imported_from: {quoted(cited.imported_from)}"] if cited.imported_from else []),
        "---",
    ]


def in_sections(front: Sequence[str], texts: Mapping[str, Sequence[str]]) -> str:
    """The whole markdown: front matter, then each section's heading and blocks, an empty line between any two."""
    blocks = [block for heading, said in texts.items() for block in (f"## {heading}", *said)]
    return "\n\n".join(["\n".join(front), *blocks]) + "\n"


def unfinished(body: str) -> bool:
    """Whether something is still to be written."""
    return TODO in body


def title_in(body: str) -> str:
    """The title as the front matter has it, without quotes and remarks; empty where it names none."""
    found = _TITLE_LINE.search(body)
    if found is None:
        return ""
    said = found[1]
    try:
        return str(json.loads(said)) if said.startswith('"') else said.strip("'")
    except ValueError:  # YAML's quotes allow more than JSON's
        return said.strip('"')


def adds_to(body: str) -> str:
    """The practice that a draft has something to add to; empty where it is to be one of its own."""
    found = _ADDS_TO.search(body)
    return found[1] if found else ""


def quoted(text: str) -> str:
    """As YAML reads it: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _beginning(said: str) -> str:
    """Its first words, by which one draft is told from another in a list."""
    plain = said.replace('"', "'")
    return plain if len(plain) <= _BEGINNING else plain[:_BEGINNING].rsplit(" ", 1)[0] + "…"


def _skeleton(practice_id: str, summary: str, cited: Cited, today: date, title: str = TITLE) -> str:
    first = {"id": practice_id, "title": quoted(title)}
    fields = first | FIELDS | {"review_by": str(today + timedelta(days=365))}
    said = {heading: [_BULLET] for heading in SECTIONS} | {
        "Summary": [summary],
        "Steps": ["\n".join(f"{number}. **{TODO}.** {TODO}" for number in (1, 2, 3))],
        "Common mistakes": [f"{_BULLET}\n{_BULLET}"],
    }
    return in_sections(front_matter(fields, [], cited), said)
