"""A message read once: where it lies among the passages, and what kind of message it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
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
class Reading:
    """The message within its thread: where it lies in the space of what people want (a unit vector), how likely it is
    of each kind (sums to one), and where its pieces lie, a row each, coloured by all around them. ``locate`` finds
    where it lies among the passages, which takes as long again.
    """

    intent: Vectors
    kinds: dict[str, float]
    within: Vectors
    locate: Callable[[], Vectors]

    @cached_property
    def vector(self) -> Vectors:
        """A unit vector in the passages' space, found when first asked for."""
        return self.locate()


class Reader(Protocol):
    """Reads messages and texts of the library into the same two spaces: of passages, and of what people want. ``name``
    tells spaces apart.
    """

    @property
    def name(self) -> str: ...

    @property
    def intents_name(self) -> str:
        """Tells the space of what people want alone."""
        ...

    def load(self) -> None:
        """Load what reading takes: done beforehand, the first message does not wait for it."""
        ...

    def read(self, said: Said, begins: Sequence[int] = (0,)) -> Reading:
        """``begins`` are the characters of the text at which its pieces begin, in order."""
        ...

    def pieces(self, texts: Sequence[str]) -> Vectors:
        """What each piece of a message wants, one row each, in order."""
        ...

    def intents(self, said: Sequence[Said], progress: Progress | None = None) -> Vectors:
        """What many messages or texts want, one row each, in order."""
        ...

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, Vectors]:
        """Where passages lie, and what they want, one row each, in order."""
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
