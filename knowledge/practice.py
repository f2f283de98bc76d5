"""A practice: one curated document of the library, read from markdown with front matter.

The file format is described for writers in ``docs/how-to/add-a-practice.md``.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from knowledge.complaints import complaints, of_marks, section, unreadable
from knowledge.errors import PracticeInvalid

LONGEST_ID = 60
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=LONGEST_ID)]
ShortAnswer = Annotated[str, StringConstraints(pattern=r"^\*\*[^*]+\?\*\* \S")]
"""A question in bold, then what settles it."""
Line = Annotated[str, StringConstraints(min_length=3, max_length=300, strip_whitespace=True)]

# The C loader reads the same safe subset some eight times faster.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 20
"""Lists and mappings within each other that front matter may have; a practice has three."""
FEATURES_AGE = frozenset({"platforms", "paid-social", "ai"})
"""Topics whose facts are features and limits of somebody's product."""
TOPICS = (
    "launching-a-pilot", "finding-a-sponsor", "business-case", "metrics", "governance", "coordinating-units",
    "becoming-a-resource", "content", "community-care", "crisis", "advocacy", "executive-presence", "platforms",
    "listening", "influencers", "paid-social", "security", "accessibility", "ai", "internal-networks",
    "change-management", "resourcing", "sectors",
)
"""In the order in which somebody who begins needs them. What was published under another keeps it."""
CITATION = re.compile(r"\s?\[\^([a-z0-9-]+)\]")


class Stage(StrEnum):
    """Where in the life of a programme a practice belongs."""

    PREPARE = "prepare"
    PILOT = "pilot"
    PROVE = "prove"
    EXPAND = "expand"
    SUSTAIN = "sustain"


class Kind(StrEnum):
    """The four things a resource has to know (Moran)."""

    BEST_PRACTICE = "best practice"
    TECHNIQUE = "technique"
    METRIC = "metric"
    APPROACH = "approach"


Audience = Literal[
    "frontline", "middle manager", "executive sponsor", "local chapter, dealer or agent", "legal", "HR"
]
Relationship = Literal["unit", "chapter", "dealer", "agent", "franchise", "region"]
Basis = Literal["documented", "study", "vendor", "experience", "standard"]


def relationship_of(said: str) -> str:
    """The word that is kept for the one that somebody typed: a department is a unit."""
    return "unit" if said == "department" else said


class Source(BaseModel):
    """Where a claim comes from. ``basis`` tells a reader how much it can carry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Slug
    title: Line
    publisher: Line
    year: int | None = Field(default=None, ge=1900, le=2100)
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=600)]
    basis: Basis = "documented"


class Sections(BaseModel):
    """The parts of a practice that an answer is composed from; text may carry ``[^source-key]`` marks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: str = Field(min_length=80)
    when: tuple[str, ...] = Field(min_length=1)
    when_not: tuple[str, ...] = Field(min_length=1)
    steps: tuple[str, ...] = Field(min_length=3, max_length=8)
    measure: tuple[str, ...] = Field(min_length=1)
    mistakes: tuple[str, ...] = Field(min_length=2)
    who_decides: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    short_answers: tuple[ShortAnswer, ...] = ()
    why_for_leaders: str = ""


HEADINGS: dict[str, str] = {
    "Summary": "summary",
    "When it fits": "when",
    "When it does not": "when_not",
    "Steps": "steps",
    "What to measure": "measure",
    "Common mistakes": "mistakes",
    "Who decides": "who_decides",
    "Where sources differ": "conflicts",
    "Short answers": "short_answers",
    "Why it matters to leaders": "why_for_leaders",
}
PROSE = frozenset({"summary", "why_for_leaders"})


class Practice(BaseModel):
    """One complete practice. Immutable; ``sections`` hold the words, the rest is for finding and judging it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    title: Line
    topic: Slug
    stage: Stage
    audience: tuple[Audience, ...] = Field(min_length=1)
    kind: Kind
    relationships: tuple[Annotated[Relationship, BeforeValidator(relationship_of)], ...] = ()
    jurisdictions: tuple[Literal["US", "UK", "EU"], ...] = ()
    owners: tuple[Line, Line]
    review_by: date
    related: tuple[Slug, ...] = Field(min_length=1)
    questions: tuple[Line, ...] = Field(min_length=6)
    sources: tuple[Source, ...] = Field(min_length=1)
    sections: Sections

    @model_validator(mode="after")
    def _marks_name_sources(self) -> Practice:
        if wrong := of_marks(self.texts(), CITATION.findall, [source.key for source in self.sources]):
            raise ValueError("; ".join(wrong))
        return self

    def texts(self) -> list[str]:
        """Every piece of prose, marks included, in reading order."""
        found: list[str] = []
        for value in self.sections.model_dump().values():
            found.extend([value] if isinstance(value, str) else value)
        return [text for text in found if text]

    @property
    def ages_fast(self) -> bool:
        """Whether it rests on law or on features of somebody's product."""
        return bool(self.jurisdictions) or self.topic in FEATURES_AGE

    def source(self, key: str) -> Source:
        """The source with this key; KeyError if there is none."""
        for source in self.sources:
            if source.key == key:
                return source
        raise KeyError(key)


def with_tail(practice_id: str, tail: str) -> str:
    """Another id made of this one, cut where the two together were too long for one."""
    return practice_id[: LONGEST_ID - len(tail)].rstrip("-") + tail


def without_marks(text: str) -> str:
    """The sentence without its ``[^source]`` marks."""
    return CITATION.sub("", text)


def plain(text: str) -> str:
    """The text without marks of sources and without bold."""
    return without_marks(text).replace("**", "")


def parse_practice(text: str, *, name: str) -> Practice:
    """Read one practice from markdown; ``name`` is used in errors. Raises PracticeInvalid, with all that is wrong."""
    fields, body = read_fields(text, name=name)
    sections, wrong = sections_in(body)
    told = {HEADINGS[heading] for heading, _ in wrong if heading in HEADINGS}
    findings = [section(heading, what) for heading, what in wrong]
    keys = [str(source["key"]) for source in fields["sources"]]
    try:
        practice = Practice.model_validate({**fields, "sections": sections})
    except ValidationError as error:
        headings = {field: heading for heading, field in HEADINGS.items()}
        errors = [dict(one) for one in error.errors() if one["loc"]]
        findings += complaints(errors, headings, keys, told, TOPICS) + of_marks([body], CITATION.findall, keys)
        raise PracticeInvalid(name, *findings) from error
    if findings:
        raise PracticeInvalid(name, *findings)
    return practice


def read_practice(path: Path) -> Practice:
    """Read one file; the id must be the file's name. Raises PracticeInvalid."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PracticeInvalid(path.name, "it is not text in UTF-8; save it as such") from error
    practice = parse_practice(text, name=path.name)
    if practice.id != path.stem:
        raise PracticeInvalid(path.name, f"the id is {practice.id}; name the file {practice.id}.md")
    return practice


def read_fields(text: str, *, name: str) -> tuple[dict[str, Any], str]:
    """The front matter with its sources as a list, and the body. Raises PracticeInvalid where they cannot be told."""
    try:
        return _read(text)
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise PracticeInvalid(name, unreadable(error)) from error


def valid(kind: Any, said: Any) -> Any:
    """The value as a field of this kind has it; None where it may not be one."""
    try:
        return TypeAdapter(kind).validate_python(said)
    except ValidationError:
        return None


def _read(text: str) -> tuple[dict[str, Any], str]:
    """As ``read_fields``. Raises ValueError, TypeError or YAMLError."""
    front, body = _split(text)
    if _depth(front) > DEEPEST:
        raise ValueError(f"the front matter is nested more than {DEEPEST} deep")
    fields = yaml.load(front, Loader=_Loader)  # noqa: S506  # the C twin of SafeLoader
    if not isinstance(fields, dict):
        raise ValueError("the front matter is not a mapping")
    if not isinstance(fields.get("sources"), dict):
        raise ValueError("sources is not a mapping from keys to sources")
    if bare := [key for key, source in fields["sources"].items() if not isinstance(source, dict)]:
        raise ValueError(f"the source {bare[0]} has no title, publisher, year, url and basis in the lines below it")
    fields["sources"] = [{"key": key, **source} for key, source in fields["sources"].items()]
    return fields, body


def _depth(front: str) -> int:
    """How deep lists and mappings stand in each other, counted only until it is too deep.

    The loader in C calls itself for each of them and, where that goes too far, ends the process: so this comes first.
    """
    depth = deepest = 0
    for event in yaml.parse(front, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        deepest = max(deepest, depth)
        if deepest > DEEPEST:
            break
    return deepest


def _split(text: str) -> tuple[str, str]:
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise ValueError("it does not start with front matter between two lines of ---")
    return parts[1], parts[2]


def sections_in(body: str) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """The sections by field, and what is wrong with others, by heading."""
    found: dict[str, object] = {}
    wrong: list[tuple[str, str]] = []
    for chunk in re.split(r"^## +", body, flags=re.MULTILINE)[1:]:
        heading, _, text = chunk.partition("\n")
        name = HEADINGS.get(heading.strip())
        try:
            if name is None:
                raise ValueError(f"there is no such section; known: {', '.join(HEADINGS)}")
            if name in found:
                raise ValueError("is there twice")
            found[name] = _paragraph(text) if name in PROSE else _items(text)
        except ValueError as error:
            wrong.append((heading.strip(), str(error)))
    return found, wrong


def _paragraph(text: str) -> str:
    return " ".join(text.split())


def _items(text: str) -> list[str]:
    pieces = re.split(r"^(?:[-*]|\d+\.) +", text.strip(), flags=re.MULTILINE)
    if pieces[0].strip():
        raise ValueError(f"a list is expected, found “{pieces[0].strip()[:40]}”")
    return [_paragraph(piece) for piece in pieces[1:]]
