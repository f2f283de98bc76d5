"""Colours of a terminal, where it has any and they are wanted."""

from __future__ import annotations

import os
from typing import TextIO

BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"


def in_colour(out: TextIO) -> bool:
    """Whether somebody looks at it and did not ask for plain text (no-color.org)."""
    return out.isatty() and not os.environ.get("NO_COLOR")


def styled(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour and text else text
