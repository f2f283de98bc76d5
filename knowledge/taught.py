"""What the recognizer learnt of the shipped practices, made beforehand: a first start then reads what is found by
alone, not the thousands of messages that were learnt from. Made by ``python -m training.recognizer``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.reading import Vectors
from knowledge.recognizer import HASHES, Recognizer

FILE = files("knowledge") / "minilm" / "recognizer.npz"


@lru_cache(maxsize=2)
def shipped_recognizer(reader: str) -> Recognizer | None:
    """What was learnt with this reader (by its name); None for another one, whose vectors mean something else."""
    if not FILE.is_file():
        return None
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        meta = json.loads(str(stored["meta"]))
        if meta["reader"] != reader:
            return None
        parts = [stored[name] * stored[f"{name}_step"] for name in ("dense", "words")]
        return Recognizer(tuple(meta["labels"]), np.vstack(parts).astype(np.float16), stored["bias"])


def learnt_from() -> str:
    """The fingerprint of what the shipped recognizer was learnt from."""
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        return str(json.loads(str(stored["meta"]))["from"])


def write(made: Recognizer, reader: str, fingerprint: str, path: Path) -> None:
    """Keep it in eight bits a weight, with a step for each label."""
    split = len(made.weights) - HASHES
    parts = {"dense": made.weights[:split], "words": made.weights[split:]}
    meta = json.dumps({"reader": reader, "labels": made.labels, "from": fingerprint})
    arrays: dict[str, Any] = {"meta": np.array(meta), "bias": made.bias}
    for name, weights in parts.items():
        arrays[name], arrays[f"{name}_step"] = _quantized(weights.astype(np.float32))
    np.savez_compressed(path, **arrays)


def _quantized(weights: Vectors) -> tuple[Any, Vectors]:
    step = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return np.round(weights / step).astype(np.int8), step.astype(np.float32)
