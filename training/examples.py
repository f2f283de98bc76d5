"""The example messages that teach the intent branch: ``examples/*.jsonl``, a label and the turns of a thread each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.asked import Turns, turns_of
from knowledge.gate import OFF, gate_data
from training.slips import slipped

FOLDER = Path(__file__).parent / "examples"


@dataclass(frozen=True)
class Example:
    """The last turn is the message that the label is about; labels are those of ``knowledge/gate.py``."""

    label: str
    turns: Turns

    @property
    def typed(self) -> Turns:
        """The turns as people type them, some in a hurry."""
        return tuple(slipped(turn) for turn in self.turns)


def read_examples(folder: Path = FOLDER) -> Iterator[Example]:
    """Every example, file by file, then the sentences that libraries are calibrated with.

    Raises ValueError with the place of a line that is none.
    """
    kinds = set(gate_data().kinds())
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                example = Example(str(row["label"]), turns_of(row["turns"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path.name}, line {number}: not a label with turns") from error
            if example.label not in kinds:
                raise ValueError(f"{path.name}, line {number}: the gate knows no {example.label}")
            yield example
    yield from (Example(OFF, (text,)) for text in gate_data().off_topic)
