"""Keeps the memory of a process with many threads small."""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX = -8
"""As in glibc's malloc.h."""
FEW = 2


def few_arenas() -> bool:
    """Let threads share two arenas of memory; whether that could be said. Before the first thread is started.

    glibc gives each thread its own, up to eight a core, and each keeps what its busiest moment took: of the server's
    335 MB some 16, web alone, in four pairs of runs.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and no arenas
    return bool(mallopt and mallopt(M_ARENA_MAX, FEW))
