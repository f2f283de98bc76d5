"""What a check found, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_OWN_REMEDY = re.compile(r"(?P<said>.+?)(?:\. |: (?=[a-z]))(?P<own>.+)", re.DOTALL)
"""A second sentence, or what follows a colon in small letters: the system's own reasons begin with a capital."""
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
    found = _OWN_REMEDY.fullmatch(sentence)
    if not found:
        return Finding(id_, state, sentence, remedy)
    own = found["own"]
    return Finding(id_, state, f"{found['said']}.", own[0].upper() + own[1:])
