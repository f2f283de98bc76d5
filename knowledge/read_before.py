"""What the embedding model says of the shipped library's texts, read beforehand: a first start then waits for what is
the organization's own, not for thousands of passages. Made by ``python -m training.recognizer``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from knowledge.reading import Vectors, unit

FILE = files("knowledge") / "minilm" / "read.npz"
WHOLE = 127
"""What the largest number of a row is kept as: eight bits a number move a cosine by little more than a thousandth, and
a row's length as well.
"""
Rows = dict[int, tuple[Vectors, ...]]


def read_before(model: str, sort: str, names: Sequence[str]) -> Rows:
    """The rows of these names of all texts of that sort, unit vectors by ``short``; none of another model."""
    if not FILE.is_file():
        return {}
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        if str(stored["model"]) != model:
            return {}
        rows = zip(*(unit(stored[name].astype(np.float32)) for name in names), strict=True)
        return dict(zip(stored[sort].tolist(), rows, strict=True))


def short(key: str) -> int:
    """A hash in hexadecimal, as the rows are kept by."""
    return int(key[:16], 16)


def write(model: str, sorts: Mapping[str, Sequence[str]], rows: Mapping[str, Vectors], path: Path) -> None:
    """Keep the directions of ``rows``, by name, of the texts whose hashes each sort lists."""
    arrays = {sort: np.array([short(key) for key in keys], dtype=np.uint64) for sort, keys in sorts.items()}
    for name, each in rows.items():
        arrays[name] = np.rint(each / np.abs(each).max(axis=1, keepdims=True) * WHOLE).astype(np.int8)
    np.savez_compressed(path, allow_pickle=False, model=np.array(model), **arrays)
