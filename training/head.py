"""Teaches the branch's head anew, the branch as it is: ``python -m training.head`` after new examples, in a minute.

The head tells kinds from the branch's mean states. It starts from the one that is there and stays near it. Short
messages count more than long ones: people type many of them, and the examples hold few.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.asked import asked
from knowledge.embedder import MiniLM
from knowledge.gate import GOOD, gate_data
from knowledge.index import wording_for
from knowledge.library import load_shipped
from knowledge.reading import Said, Vectors, softmax
from knowledge.splitter import as_document
from knowledge.translation import thread_in_english
from training import TARGET, weights
from training.examples import Example, read_examples
from training.kinds import grown

SHORT_WORDS, SHORT_COUNTS = 6, 8.0
STAY, STEPS, RATE = 2e-3, 300, 0.02
"""How strongly the head is held where it was; steps of Adam and their size."""


@dataclass(frozen=True)
class Read:
    """What kinds are learnt from: messages as they are read, the label of each, and what each counts (one in all)."""

    said: list[Said]
    labels: list[str]
    counts: Vectors

    @classmethod
    def by(cls, model: MiniLM) -> Read:
        answered = _answered()
        examples = [*read_examples(), *answered]
        wording = wording_for([as_document(practice) for practice in load_shipped().practices.values()], model)
        said = [wording.said(thread_in_english(example.typed)) for example in examples]
        return cls(said, [example.label for example in examples], _counts(examples, said, len(answered)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        model = MiniLM(Path(folder))
        read = Read.by(model)
        states = model.means(read.said)
    with np.load(TARGET) as stored:
        branch = {name: stored[name] for name in stored.files}
    known, labels = branch["labels"].tolist(), sorted(gate_data().kinds())
    wanted = np.array([labels.index(label) for label in read.labels])
    head = grown(np.hstack([branch["head.weight"], branch["head.bias"][:, None]]), known, labels)
    new = taught(head, states, wanted, read.counts)
    branch["head.weight"], branch["head.bias"] = new[:, :-1], new[:, -1]
    branch["labels"] = np.array(labels)
    np.savez_compressed(TARGET, allow_pickle=False, **branch)
    print(f"the head learnt from {len(read.said)} messages is in {TARGET}")


def _answered() -> list[Example]:
    """What a practice answers is good by definition."""
    practices = load_shipped().practices.values()
    return [
        Example(GOOD, turns)
        for practice in practices
        for turns in [*asked(practice.id), *((text,) for text in (practice.title, *practice.questions))]
    ]


def _counts(examples: Sequence[Example], said: Sequence[Said], answered: int) -> Vectors:
    """How much each message counts; one in all. The last ``answered`` are those that a practice answers."""
    by = [place >= len(examples) - answered for place in range(len(examples))]
    short = np.array([len(message.text.split()) <= SHORT_WORDS for message in said])
    each = np.array(weights([example.label for example in examples], by)) * np.where(short, SHORT_COUNTS, 1.0)
    return np.asarray(each / each.sum(), dtype=np.float32)


def taught(head: Vectors, states: Vectors, wanted: np.ndarray[Any, Any], weights: Vectors) -> Vectors:
    """The head (kinds x states and a constant) that tells these messages best without going far from the one given."""
    inputs = np.hstack([states, np.ones((len(states), 1), dtype=np.float32)])
    target = np.eye(len(head), dtype=np.float32)[wanted]
    new, first, second = head.astype(np.float32), np.zeros_like(head), np.zeros_like(head)
    for step in range(1, STEPS + 1):
        slope = ((softmax(inputs @ new.T) - target) * weights[:, None]).T @ inputs + STAY * (new - head)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        new = new - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return np.asarray(new, dtype=np.float32)


if __name__ == "__main__":
    main()
