"""What a check found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "wrong", "not set up"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``said`` is a sentence, ``remedy`` the one thing to do next; empty where there is nothing to do."""

    id: str
    state: State
    said: str
    remedy: str = ""


def told(id_: str, state: State, sentence: str, remedy: str) -> Finding:
    """From the sentence of an error, which mostly ends with its own remedy; ``remedy`` is for one that does not."""
    said, dot, own = sentence.partition(". ")
    return Finding(id_, state, f"{said}." if dot else said, own or remedy)
