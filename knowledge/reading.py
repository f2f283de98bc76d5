"""A message read once: where it lies among the passages, and what kind of message it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[int, int], None]
THREAD = 2
"""How many earlier turns a message is read with."""


@dataclass(frozen=True)
class Said:
    """A message, ``text[start:]``, with what was said before it in its thread."""

    text: str
    start: int = 0

    @classmethod
    def after(cls, before: Sequence[str], message: str) -> Said:
        """The message within the last turns of its thread, oldest first."""
        text = " ".join([*before[-THREAD:], message])
        return cls(text, len(text) - len(message))


@dataclass(frozen=True)
class View:
    """Unit vectors of one text, or of one row each of several: ``vector`` in the passages' space, ``intent`` in that
    of what people want.
    """

    vector: Vectors
    intent: Vectors

    def features(self) -> Vectors:
        """Both as one unit vector, for what is learnt from both."""
        return np.asarray(np.concatenate([self.vector, self.intent], axis=-1) / 2**0.5, dtype=np.float32)


@dataclass(frozen=True)
class Reading:
    """The message within its thread; ``kinds`` says how likely it is of each kind (sums to one). ``within`` is where
    its pieces lie, a row each, coloured by all around them.
    """

    view: View
    kinds: dict[str, float]
    within: View


class Reader(Protocol):
    """Reads messages and texts of the library into the same two spaces. ``name`` tells spaces apart."""

    @property
    def name(self) -> str: ...

    def load(self) -> None:
        """Load what reading takes: done beforehand, the first message does not wait for it."""
        ...

    def read(self, said: Said, begins: Sequence[int] = (0,)) -> Reading:
        """``begins`` are the characters of the text at which its pieces begin, in order."""
        ...

    def questions(self, said: Sequence[Said]) -> View:
        """What people wrote, one row each, in order."""
        ...

    def many(self, said: Sequence[Said], progress: Progress | None = None) -> View:
        """Texts of the library, one row each, in order."""
        ...

    def words(self) -> Sequence[str]:
        """Words that are right as they stand, the commonest first."""
        ...


def unit(rows: Vectors) -> Vectors:
    """Each row at length one."""
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)


def softmax(scores: Vectors) -> Vectors:
    """Scores to probabilities along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
