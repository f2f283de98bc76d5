"""Messages as people send them, by the practice that answers them: stories, threads, pasted text, slips and all.

They teach the index to choose between practices; typed questions in a practice's own file are what it is found by.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

from knowledge.errors import LibraryInvalid

FOLDER = files("knowledge") / "asked"
Turns = tuple[str, ...]


def asked(practice: str) -> list[Turns]:
    """Each message with the turns before it, oldest first; none for a practice that has no such file.

    Raises LibraryInvalid.
    """
    file = FOLDER / f"{practice}.jsonl"
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_turns(line, f"{file.name}, line {number}") for number, line in enumerate(lines, start=1)]


def _turns(line: str, where: str) -> Turns:
    try:
        return turns_of(json.loads(line))
    except ValueError as error:
        raise LibraryInvalid(f"{where}: write a JSON list of turns there.") from error


def turns_of(value: object) -> Turns:
    """A list of at least one text. Raises ValueError."""
    if not isinstance(value, list) or not value or not all(isinstance(turn, str) for turn in value):
        raise ValueError("not a list of turns")
    return tuple(value)


def asked_hash() -> str:
    """Changes with any of the messages."""
    whole = hashlib.sha256()
    for file in sorted(FOLDER.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".jsonl"):
            whole.update(file.name.encode() + file.read_bytes())
    return whole.hexdigest()
