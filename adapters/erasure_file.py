"""Erasures in a file beside the database: it is no part of a backup, so a restored one does not undo them."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from adapters.data_folder import give_to_owner_of
from bot.erasure import Erased
from bot.errors import BotError

FILE = "erasures.jsonl"
_MODE = 0o600


class ErasureNotKept(BotError):
    """The file of erasures cannot be written."""


class ErasureFile:
    """``bot.erasure.ErasureNotes``: one line of JSON for each, pseudonym, tenant and moment, nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, erased: Erased) -> None:
        """Append and flush to the disk. Raises ErasureNotKept."""
        line = json.dumps({"tenant": erased.tenant, "person": erased.person, "at": erased.at.isoformat()})
        try:
            self._append(line.encode())
        except OSError as error:
            raise ErasureNotKept(
                "I could not record that you are to be forgotten, so nothing was erased. "
                f"An admin has to look at {FILE} in the data folder ({error.strerror}); then try again."
            ) from error

    def all(self) -> list[Erased]:
        """Every line that is whole; one that a crash cut off was never promised to anybody."""
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().decode("utf-8", "replace").splitlines()
        return [erased for line in lines if (erased := _read(line)) is not None]

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _MODE)
        try:
            os.fchmod(handle, _MODE)
            give_to_owner_of(self._path.parent, handle)
            end = os.fstat(handle).st_size
            whole = not end or os.pread(handle, 1, end - 1) == b"\n"
            os.write(handle, (b"" if whole else b"\n") + line + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        _flush_folder(self._path.parent)


def _flush_folder(folder: Path) -> None:
    """A new file is only there for good once its folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(line: str) -> Erased | None:
    try:
        match json.loads(line):
            case {"tenant": str(tenant), "person": str(person), "at": str(at)}:
                return Erased(tenant, person, datetime.fromisoformat(at))
    except ValueError:
        return None
    return None
