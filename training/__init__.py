"""Teaches the intent branch; not shipped. See README.md."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

PREPARED = Path(__file__).parent / "prepared.json"
TARGET = Path(__file__).parent.parent / "knowledge" / "minilm" / "branch.npz"
WORDS_TARGET = TARGET.with_name("kinds.npz")
ANSWERED, TWIN = "answered", "good"
SHARES = {ANSWERED: 7.5, TWIN: 7.5, "off": 12.0, "refuse": 1.4, "desk": 0.7, "small": 0.4}
"""How much attention each kind gets: good questions and refusals matter as wholes, not per kind.

Of good messages, questions that a practice answers are four times as many as those which only sound like another kind.
Counted as one they leave a wish to refuse five times the weight of its honest twin, and the twin is refused with it.
"""


def weights(labels: Sequence[str], answered: Sequence[bool]) -> list[float]:
    """How much each message counts, by its label and whether a practice answers it."""
    kinds = [ANSWERED if by else label for label, by in zip(labels, answered, strict=True)]
    counts = Counter(kinds)
    return [SHARES[kind.partition(":")[0]] / counts[kind] for kind in kinds]
