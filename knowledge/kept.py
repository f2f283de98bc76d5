"""What the embedding model said of texts, kept by the hash of each: a build of the index reads only what is new. What
the shipped library says comes with Midway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.files import write_arrays
from knowledge.read_before import read_before, short
from knowledge.reading import Progress, Reader, Said, Vectors

Known = dict[str, tuple[Vectors, ...]]
PASSAGES, MESSAGES = "passages", "messages"
ROWS = {PASSAGES: ("vectors", "wants"), MESSAGES: ("intents",)}
"""What is kept of each text of either sort, by the names of the arrays."""


@dataclass(frozen=True)
class Located:
    """A row for each text: where passages lie, what they want, and what messages want."""

    vectors: Vectors
    wants: Vectors
    intents: Vectors


class Kept:
    """In one file, for one model at a time."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(
        self,
        reader: Reader,
        passages: Sequence[str],
        messages: Sequence[Said],
        report: Progress | None = None,
        *,
        keep: bool = True,
        afresh: bool = False,
    ) -> Located:
        """Read what is not known and, to ``keep`` it, forget what is no longer asked for; ``afresh``, not even what was
        read before Midway was shipped is known. Raises IndexUnwritable.
        """
        asked = {PASSAGES: list(map(Said, passages)), MESSAGES: list(messages)}
        keyed = {sort: {text_key(each): each for each in said} for sort, said in asked.items()}
        own = {sort: self._known(reader.name, sort) for sort in ROWS}
        shipped = {sort: {} if afresh else _shipped(reader.name, sort, said) for sort, said in keyed.items()}
        fresh = {
            sort: {key: each for key, each in said.items() if key not in own[sort] and key not in shipped[sort]}
            for sort, said in keyed.items()
        }
        for (sort, said), told in zip(fresh.items(), _in_turn(report, *map(len, fresh.values())), strict=True):
            if said:
                own[sort] |= zip(said, zip(*_read(reader, sort, list(said.values()), told), strict=True), strict=True)
        if keep and (any(fresh.values()) or any(own[sort].keys() - keyed[sort].keys() for sort in ROWS)):
            self._write(reader.name, own, keyed)
        known = {sort: shipped[sort] | own[sort] for sort in ROWS}
        vectors, wants = _rows(known[PASSAGES], map(text_key, asked[PASSAGES]), 2)
        [intents] = _rows(known[MESSAGES], map(text_key, asked[MESSAGES]), 1)
        return Located(vectors, wants, intents)

    def _known(self, model: str, sort: str) -> Known:
        try:
            with np.load(self.file, allow_pickle=False) as stored:
                if str(stored["model"]) == model:
                    rows = zip(*(stored[name] for name in ROWS[sort]), strict=True)
                    return dict(zip(stored[sort].tolist(), rows, strict=True))
        except Exception:  # whatever is wrong with a cache, it is made again
            return {}
        return {}

    def _write(self, model: str, known: dict[str, Known], wanted: Mapping[str, Iterable[str]]) -> None:
        """What is known of the texts that are wanted."""
        arrays: dict[str, Any] = {"model": np.array(model)}
        for sort, names in ROWS.items():
            keys = [key for key in wanted[sort] if key in known[sort]]
            arrays[sort] = np.array(keys, dtype="U32")
            arrays |= zip(names, _rows(known[sort], keys, len(names)), strict=True)
        write_arrays(self.file, arrays)


def _shipped(model: str, sort: str, keys: Iterable[str]) -> Known:
    rows = read_before(model, sort, ROWS[sort])
    return {key: rows[short(key)] for key in keys if short(key) in rows}


def _read(reader: Reader, sort: str, said: Sequence[Said], told: Progress | None) -> tuple[Vectors, ...]:
    """Each kind of row that is kept of them."""
    return reader.passages([each.text for each in said], told) if sort == PASSAGES else (reader.intents(said, told),)


def _rows(known: Known, keys: Iterable[str], count: int) -> tuple[Vectors, ...]:
    """One array of each kind of row, in the order of the keys."""
    found = [known[key] for key in keys]
    return tuple(np.array([row[place] for row in found], dtype=np.float32) for place in range(count))


def _in_turn(report: Progress | None, first: int, second: int) -> tuple[Progress | None, Progress | None]:
    """Two parts of one progress."""
    if report is None:
        return None, None

    def part(before: int) -> Callable[[int, int], None]:
        return lambda done, _: report(before + done, first + second)

    return part(0), part(first)


def text_key(said: Said) -> str:
    """Names what is read."""
    return hashlib.sha256(f"{said.start} {said.text}".encode(errors="replace")).hexdigest()[:32]
