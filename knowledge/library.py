"""The library in two layers: shipped practices, and the organization's own versions that overlay them by id."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from knowledge.errors import LibraryInvalid
from knowledge.practice import Practice, read_practice

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHIPPED = Path(str(files("knowledge") / "practices"))


@dataclass(frozen=True)
class Library:
    """All practices in force, by id."""

    practices: Mapping[str, Practice]

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
        for practice in self.practices.values():
            whole.update(practice.model_dump_json().encode())
        return whole.hexdigest()


def load_shipped(folder: Path = SHIPPED) -> Library:
    """The practices in a folder of markdown files. Raises PracticeInvalid, LibraryInvalid."""
    return Library.of(read_practice(path) for path in sorted(folder.glob("*.md")))


def shipped_text(practice_id: str) -> str | None:
    """The markdown of a shipped practice; None if there is none of this id."""
    path = SHIPPED / f"{practice_id}.md"
    return path.read_text(encoding="utf-8-sig") if SLUG.fullmatch(practice_id) and path.is_file() else None
