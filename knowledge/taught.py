"""What was learnt of the shipped practices, made beforehand: a first start then reads what is found by alone, not the
thousands of messages that were learnt from. Made by ``python -m training.recognizer``.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from knowledge.recognizer import Recognizer
from knowledge.shorts import Short, Shorts

FILE = files("knowledge") / "minilm" / "recognizer.npz"


@lru_cache(maxsize=2)
def shipped_recognizer(intents: str) -> Recognizer | None:
    """What was learnt in this space of intents (by its name); None for another one."""
    if not FILE.is_file():
        return None
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        meta = json.loads(str(stored["meta"]))
        return Recognizer.kept(meta["labels"], stored) if meta["reader"] == intents else None


def shipped_shorts(intents: str) -> dict[int, Short]:
    """The short answers of shipped practices in this space of intents (by its name), by ``short_key``, each in the
    middle of all messages that it is known to settle. Nothing for another space.
    """
    if not FILE.is_file():
        return {}
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        if json.loads(str(stored["meta"]))["reader"] != intents:
            return {}
        keys = stored["short_keys"].tolist()
        shorts = Shorts.kept([str(key) for key in keys], stored)
        return {key: shorts.at(place) for place, key in enumerate(keys)}


def short_key(practice: str, question: str) -> int:
    """Names a short answer: changes with its practice and with its question."""
    return int.from_bytes(hashlib.sha256(f"{practice}\n{question}".encode()).digest()[:7])


def learnt_from() -> str:
    """The fingerprint of what the shipped recognizer was learnt from."""
    with as_file(FILE) as path, np.load(path, allow_pickle=False) as stored:
        return str(json.loads(str(stored["meta"]))["from"])


def shipped_version() -> str:
    """Tells one shipped recognizer from the next: an index made with another one is of no use."""
    return f"{zlib.crc32(FILE.read_bytes()):08x}" if FILE.is_file() else ""


def write(made: Recognizer, shorts: Mapping[int, Short], reader: str, fingerprint: str, path: Path) -> None:
    """Keep it, with ``shorts`` by ``short_key``."""
    meta = json.dumps({"reader": reader, "labels": made.labels, "from": fingerprint})
    keyed = Shorts.of([(str(key), short) for key, short in shorts.items()])
    arrays = {**made.arrays(), **keyed.arrays(), "short_keys": list(shorts)}
    np.savez_compressed(path, allow_pickle=False, meta=np.array(meta), **arrays)
