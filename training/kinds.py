"""A head for other kinds than it was taught: those it knows stay, new ones begin where their like stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Rows = np.ndarray[Any, np.dtype[np.float32]]


def grown(rows: Rows, known: Sequence[str], wanted: Sequence[str]) -> Rows:
    """The ``known`` kinds' rows, one each, for the ``wanted`` ones in their order.

    A kind that is new begins with the mean of those of its group (``refuse:``, ``desk:``, ``small:``), so that it is
    told from everything else before it has learnt anything. Raises ValueError where it is the first of its group.
    """
    return np.stack([rows[known.index(kind)] if kind in known else _like(kind, rows, known) for kind in wanted])


def _like(kind: str, rows: Rows, known: Sequence[str]) -> Rows:
    group, _, _ = kind.rpartition(":")
    like = [place for place, other in enumerate(known) if group and other.startswith(group + ":")]
    if not like:
        raise ValueError(f"nothing is known that {kind} is like: teach the branch anew")
    return np.asarray(rows[like].mean(axis=0), dtype=np.float32)
