"""What the recognizer learnt of the shipped practices, made beforehand: a first start then reads what is found by
alone, not the thousands of messages that were learnt from. Made by ``python -m training.recognizer``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from knowledge.recognizer import Recognizer

FILE = files("knowledge") / "minilm" / "recognizer.npz"


@lru_cache(maxsize=2)
def shipped_recognizer(intents: str) -> Recognizer | None:
    """What was learnt in this space of intents (by its name); None for another one."""
    if not FILE.is_file():
        return None
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        meta = json.loads(str(stored["meta"]))
        return Recognizer.kept(meta["labels"], stored) if meta["reader"] == intents else None


def learnt_from() -> str:
    """The fingerprint of what the shipped recognizer was learnt from."""
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        return str(json.loads(str(stored["meta"]))["from"])


def write(made: Recognizer, reader: str, fingerprint: str, path: Path) -> None:
    """Keep it."""
    meta = json.dumps({"reader": reader, "labels": made.labels, "from": fingerprint})
    np.savez_compressed(path, meta=np.array(meta), **made.arrays())
