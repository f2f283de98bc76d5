"""What goes into an import and what comes out of it: plain values, the same on both sides of the child process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MEBIBYTE = 1024 * 1024
ARTICLE_AUTHOR = "the article's author"
"""Who says what stands in an article without a byline."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost. The child process is ended when it takes more."""

    input_bytes: int = 20 * MEBIBYTE
    output_bytes: int = 8 * MEBIBYTE
    memory_bytes: int = 768 * MEBIBYTE
    """Address space of the child, its interpreter and libraries included."""
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    pages: int = 300
    text_chars: int = 2_000_000
    """Readable characters in the whole document."""
    unpacked_bytes: int = 60 * MEBIBYTE
    """What compressed parts may unpack to, together."""
    ratio: int = 200
    """How many times its compressed size a part may unpack to."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What one person said below the article. ``author`` is empty where the document does not tell."""

    author: str
    text: str
    date: str = ""
    """As the document writes it."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was left out, in the document's words, and why. ``author`` is filled for comments."""

    text: str
    reason: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that advises, warns or reports; ``supporters`` are distinct people, who said it first included."""

    text: str
    author: str
    kind: str
    """``summary``, ``step``, ``mistake``, ``limit`` or ``experience``."""
    supporters: tuple[str, ...]

    @property
    def support(self) -> int:
        """How many distinct people say it."""
        return len(self.supporters)


@dataclass(frozen=True, slots=True)
class Draft:
    """Markdown for a person to edit. ``adds_to`` is the practice it would extend; None for a new one."""

    id: str
    title: str
    markdown: str
    claims: tuple[Claim, ...]
    adds_to: str | None = None
    likeness: float | None = None
    """How near ``adds_to`` is, on the scale of whoever said so."""


@dataclass(frozen=True, slots=True)
class Extract:
    """One document taken apart, before anything is drafted. Paragraphs of ``article`` are parted by an empty line."""

    title: str
    author: str
    article: str
    comments: tuple[Comment, ...]
    dropped: tuple[Dropped, ...]
    claims: tuple[Claim, ...] = ()
    url: str = ""
    """The address the document gives itself; nothing is fetched from it."""
    year: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """One document taken apart, and what a person may make of it."""

    name: str
    title: str
    author: str
    article: str
    comments: tuple[Comment, ...]
    dropped: tuple[Dropped, ...]
    drafts: tuple[Draft, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should look at, one sentence each: comments that the page announces and that were not found."""


def as_plain(extract: Extract) -> dict[str, Any]:
    """Only what JSON can say."""
    return asdict(extract)


def from_plain(plain: Mapping[str, Any]) -> Extract:
    """The opposite of ``as_plain``. Raises KeyError, TypeError or ValueError for anything else."""
    claims = tuple(
        Claim(str(one["text"]), str(one["author"]), str(one["kind"]), tuple(map(str, one["supporters"])))
        for one in plain["claims"]
    )
    year = plain["year"]
    return Extract(
        title=str(plain["title"]),
        author=str(plain["author"]),
        article=str(plain["article"]),
        comments=tuple(Comment(str(one["author"]), str(one["text"]), str(one["date"])) for one in plain["comments"]),
        dropped=tuple(Dropped(str(one["text"]), str(one["reason"]), str(one["author"])) for one in plain["dropped"]),
        claims=claims,
        url=str(plain["url"]),
        year=None if year is None else int(year),
        notes=tuple(map(str, plain["notes"])),
    )
