"""Messages as people send them, by the practice that answers them: stories, threads, pasted text, slips and all.

They teach the index to choose between practices; typed questions in a practice's own file are what it is found by.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

from knowledge.errors import LibraryInvalid

FOLDER = files("knowledge") / "asked"
SHORTLY = FOLDER / "short"
Turns = tuple[str, ...]


def asked(practice: str) -> list[Turns]:
    """Each message with the turns before it, oldest first; none for a practice that has no such files.

    Raises LibraryInvalid.
    """
    shortly = [(text,) for said in asked_shortly(practice).values() for text in said]
    file = FOLDER / f"{practice}.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [*(_turns(line, f"{file.name}, line {number}") for number, line in enumerate(lines, start=1)), *shortly]


def asked_shortly(practice: str) -> dict[str, tuple[str, ...]]:
    """Messages that ask what a short answer of the practice settles, by the question that stands in the practice; none
    for a practice that has no such file. Raises LibraryInvalid.
    """
    file = SHORTLY / f"{practice}.json"
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {str(question): turns_of(said) for question, said in found.items()}
    except (ValueError, AttributeError) as error:
        raise LibraryInvalid(f"{file.name}: write a list of messages under each question there.") from error


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
    for file in sorted([*FOLDER.iterdir(), *SHORTLY.iterdir()], key=lambda file: file.name):
        if file.name.endswith((".json", ".jsonl")):
            whole.update(file.name.encode() + file.read_bytes())
    return whole.hexdigest()
