"""The example messages that teach the intent branch: ``examples/*.jsonl``, a label and the turns of a thread each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"
PREPARED = Path(__file__).parent / "prepared.json"


@dataclass(frozen=True)
class Example:
    """The last turn is the message that the label is about; labels are those of ``knowledge/gate.py``."""

    label: str
    turns: tuple[str, ...]


def read_examples(folder: Path = FOLDER) -> Iterator[Example]:
    """Every example, file by file. Raises ValueError with the place of a line that is none."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                yield Example(str(row["label"]), tuple(map(str, row["turns"])))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path.name}, line {number}: not a label with turns") from error
