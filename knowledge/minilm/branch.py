"""The intent branch: the model's last layers once more, taught what a message wants.

``branch.npz`` holds what was learnt, as low-rank changes to the published layers (LoRA, Hu et al. 2021), so that it
stays small; ``kinds.npz`` what words alone tell of a message. ``training/`` makes both. See
``docs/adr/0006-intent-branch.md``.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from knowledge.errors import ModelMissing
from knowledge.minilm import FIRST, LAST
from knowledge.reading import Vectors, softmax
from knowledge.recognizer import ByWords

LINEAR = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
LAYERS = "layer."
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
BY_WORDS = 0.5
"""What a message's words count beside where it lies. Between 0.5 and 0.75 honest and harmful messages of
``pairs.jsonl`` and ``twins.jsonl`` are told apart best.
"""
DAMAGED = "What the embedding model learnt is missing or damaged: reinstall with `make setup`."
Weights = dict[str, np.ndarray[Any, Any]]


@lru_cache(maxsize=1)
def learnt() -> Weights:
    """What ``branch.npz`` holds: ``up`` and ``down`` of each linear map, other numbers as they are, and the head.

    Raises ModelMissing.
    """
    try:
        with np.load(io.BytesIO(_content("branch.npz")), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelMissing(DAMAGED) from error


@lru_cache(maxsize=1)
def words_learnt() -> ByWords:
    """What words alone tell of the kind of a message, in the order of the head's labels. Raises ModelMissing."""
    try:
        with np.load(io.BytesIO(_content("kinds.npz")), allow_pickle=False) as stored:
            return ByWords.kept(stored["labels"].tolist(), stored)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelMissing(DAMAGED) from error


@lru_cache(maxsize=1)
def version() -> str:
    """Tells what was learnt from what is learnt next: vectors of two branches never mix. The head, which only reads
    them, may change without it. Raises ModelMissing.
    """
    found = 0
    for name, values in sorted(learnt().items()):
        found = zlib.crc32(values.tobytes(), found) if name.startswith(LAYERS) else found
    return f"{found:08x}"


def _content(name: str) -> bytes:
    try:
        return (files("knowledge") / "minilm" / name).read_bytes()
    except OSError as error:
        raise ModelMissing(DAMAGED) from error


def kinds_of(intent: Vectors, message: str) -> dict[str, float]:
    """How likely a message is of each kind, by the branch's mean state over its tokens and by its words; sums to one.

    Raises ModelMissing.
    """
    head = learnt()
    by_intent = head["head.weight"] @ intent + head["head.bias"]
    return _named(by_intent + BY_WORDS * words_learnt().scores(message))


def kinds_by_words(message: str) -> dict[str, float]:
    """The same by its words alone: less sure, and got in no time. Raises ModelMissing."""
    return _named(words_learnt().scores(message))


def _named(scores: Vectors) -> dict[str, float]:
    return dict(zip(learnt()["labels"].tolist(), softmax(scores).tolist(), strict=True))


def branch_weights(published: Weights) -> Weights:
    """The branch's layers in full, under ``branch.layer.N…`` names like those of the published ``encoder.layer.N…``."""
    changes, made = learnt(), {}
    for layer in range(FIRST, LAST + 1):
        for name in LINEAR:
            at = f"{LAYERS}{layer}.{name}"
            # In double precision, so that the int8 weights are the same on every machine, whatever its BLAS.
            up, down = (changes[f"{at}.{half}"].astype(np.float64) for half in ("up", "down"))
            made[f"branch.{at}.weight"] = (published[f"encoder.{at}.weight"] + up @ down).astype(np.float32)
            made[f"branch.{at}.bias"] = changes[f"{at}.bias"].astype(np.float32)
        for name in NORMS:
            for part in ("weight", "bias"):
                at = f"{LAYERS}{layer}.{name}.{part}"
                made[f"branch.{at}"] = changes[at]
    return made
