"""The weighted sum of dense and lexical evidence; pure numpy.

Weights were fixed on public retrieval sets other than the one each is tested on; ``bench/retrieval.py`` prints
them side by side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Scores = np.ndarray[Any, np.dtype[np.float32]]

DENSE, TEXT, POOL = 0.7, 0.7, 100
"""Share of dense evidence; share of the text within it (the rest is title and typed questions); list length for
min-max.
"""


def fuse(text: Scores, title: Scores, lexical: Scores) -> Scores:
    """One score per document from its best text cosine, its best title or question cosine, and its BM25 score."""
    dense = TEXT * text + (1 - TEXT) * title
    return DENSE * min_max(dense) + (1 - DENSE) * min_max(lexical)


def min_max(scores: Scores) -> Scores:
    """Scores of the top ``POOL`` stretched to 0..1; the rest are 0. All equal gives zeros."""
    if scores.size == 0:
        return scores
    top = scores if scores.size <= POOL else np.partition(scores, -POOL)[-POOL:]
    low, high = float(top.min()), float(top.max())
    if high <= low:
        return np.zeros_like(scores)
    return np.asarray(np.clip((scores - low) / (high - low), 0.0, 1.0), dtype=np.float32)
