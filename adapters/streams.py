"""Standard input and output as the shell left them: closed, full, or unable to say a letter."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper


def make_usable() -> None:
    """What a terminal cannot write or read is replaced, never a trace; what is closed fails like a full disk."""
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        # Reading only: whoever writes to it hears so. And no file of ours gets its number.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def let_go_of_output() -> None:
    """What could not be written is given up, so that Python does not try once more as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
