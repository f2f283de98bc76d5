"""Messages as people send them, by the practice that answers them: stories, threads, pasted text, slips and all.

They teach the index to choose between practices; typed questions in a practice's own file are what it is found by.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

FOLDER = files("knowledge") / "asked"
Turns = tuple[str, ...]


def asked(practice: str) -> list[Turns]:
    """Each message with the turns before it, oldest first; none for a practice that has no such file."""
    file = FOLDER / f"{practice}.jsonl"
    if not file.is_file():
        return []
    return [tuple(map(str, json.loads(line))) for line in file.read_text(encoding="utf-8").splitlines()]


def asked_hash() -> str:
    """Changes with any of the messages."""
    whole = hashlib.sha256()
    for file in sorted(FOLDER.iterdir(), key=lambda file: file.name):
        whole.update(file.name.encode() + file.read_bytes())
    return whole.hexdigest()
