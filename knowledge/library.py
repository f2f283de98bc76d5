"""The library in two layers: shipped practices, and the organization's own versions that overlay them by id."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from knowledge.errors import LibraryInvalid
from knowledge.practice import Practice, read_practice

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHIPPED = Path(str(files("knowledge") / "practices"))


class Shelf(Mapping[str, Practice]):
    """The practices in a folder of markdown files, each read when it is first asked for: an answer needs few of many.

    Raises PracticeInvalid where one is read.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = dict(sorted((path.stem, path) for path in folder.glob("*.md")))
        self._read: dict[str, Practice] = {}

    def __getitem__(self, practice_id: str) -> Practice:
        if practice_id not in self._read:
            self._read[practice_id] = read_practice(self._paths[practice_id])
        return self._read[practice_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def content(self) -> Iterator[bytes]:
        """Every file as it stands."""
        return (path.read_bytes() for path in self._paths.values())


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A practice that is no longer cited: the last there was, and since when."""

    practice: Practice
    since: date


@dataclass(frozen=True)
class Library:
    """All practices in force, by id; ``withdrawn`` are those that were, for who took them up."""

    practices: Mapping[str, Practice]
    withdrawn: Mapping[str, Withdrawn] = field(default_factory=dict)

    @classmethod
    def of(cls, shipped: Iterable[Practice], own: Iterable[Practice] = (), withdrawn: Iterable[str] = ()) -> Library:
        """Own versions replace shipped ones of the same id; withdrawn ids are gone. Raises LibraryInvalid."""
        found: dict[str, Practice] = {}
        for practice in shipped:
            if practice.id in found:
                raise LibraryInvalid(f"Two practices have the id {practice.id}: rename one.")
            found[practice.id] = practice
        found.update({practice.id: practice for practice in own})
        for gone in withdrawn:
            found.pop(gone, None)
        return cls(dict(sorted(found.items())))

    @cached_property
    def content_hash(self) -> str:
        """Changes whenever a word of any practice changes."""
        whole = hashlib.sha256()
        if isinstance(self.practices, Shelf):
            pieces = self.practices.content()
        else:
            pieces = (practice.model_dump_json().encode() for practice in self.practices.values())
        for piece in pieces:
            whole.update(piece)
        return whole.hexdigest()


def load_shipped(folder: Path = SHIPPED, *, whole: bool = True) -> Library:
    """The practices in a folder of markdown files: the ``whole`` of them now, or each when it is asked for.

    Raises PracticeInvalid.
    """
    shelf = _shipped() if folder == SHIPPED else Shelf(folder)
    for name in shelf if whole else ():
        shelf[name]
    return Library(shelf)


@cache
def _shipped() -> Shelf:
    """Read once a process: what is installed stays as it is while it runs."""
    return Shelf(SHIPPED)


def shipped_text(practice_id: str) -> str | None:
    """The markdown of a shipped practice; None if there is none of this id."""
    path = SHIPPED / f"{practice_id}.md"
    return path.read_text(encoding="utf-8-sig") if SLUG.fullmatch(practice_id) and path.is_file() else None
