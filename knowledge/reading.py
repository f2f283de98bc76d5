"""A message read once: where it lies among the passages, and what kind of message it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[int, int], None]
Span = tuple[int, int]
"""Characters of a text, from and to."""


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
    """``whole`` is the message within its thread, ``parts`` are the spans asked for, one each; ``kinds`` says how
    likely the message is of each kind (sums to one).
    """

    whole: View
    parts: tuple[View, ...]
    kinds: dict[str, float]


class Reader(Protocol):
    """Reads messages, and the library's texts into the same two spaces. ``name`` tells spaces apart."""

    @property
    def name(self) -> str: ...

    def read(self, text: str, start: int, spans: Sequence[Span] = ()) -> Reading:
        """The message is ``text[start:]``; before it stands what was said earlier in its thread."""
        ...

    def texts(self, texts: Sequence[str], progress: Progress | None = None) -> View:
        """One row a text, in order."""
        ...

    def words(self) -> Sequence[str]:
        """Words that are right as they stand, the commonest first."""
        ...


def unit(rows: Vectors) -> Vectors:
    """Each row at length one."""
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)
