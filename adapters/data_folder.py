"""Whether the data folder can be used, and what to do where it cannot."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bot.errors import BotError

PRIVATE = 0o700
"""The mode of a data folder: it holds what people wrote."""
LITTLE, TOO_LITTLE = 1_000_000_000, 200_000_000
"""Bytes: the model and the index take some 150 MB, and a database that cannot grow takes nothing more down."""
REMEDY = (
    "Run this as the user of the service, give that user the folder (`chown`), or let MIDWAY_DATA_DIR name another one."
)


class DataFolderUnusable(BotError):
    """Nothing can be kept there; the message says why, and what to do."""


def fault_of(folder: Path) -> tuple[str, str] | None:
    """What is wrong with a data folder that is there, and the remedy; None where nothing is."""
    if not folder.exists():
        return None
    if not folder.is_dir():
        return f"{folder} is not a folder.", "Let MIDWAY_DATA_DIR name a folder."
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return f"The data folder {folder} cannot be written to.", REMEDY
    return None


def ready(folder: Path) -> None:
    """Make it where there is none. Raises DataFolderUnusable where nothing can be kept in it."""
    try:
        fault = fault_of(folder)
        if not fault:
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        fault = (f"The data folder {folder} cannot be made ({error.strerror}).", REMEDY)
    if fault:
        raise DataFolderUnusable(" ".join(fault))


def give_to_owner_of(folder: Path, file: Path | int) -> None:
    """What root writes there, the service must be able to read and to write on."""
    owner = folder.stat()
    if os.geteuid() == 0:
        os.chown(file, owner.st_uid, owner.st_gid)


def free_on_disk(folder: Path) -> int:
    """Bytes that are free where the folder is, or will be."""
    whole = folder.absolute()
    return shutil.disk_usage(next(each for each in (whole, *whole.parents) if each.exists())).free


def is_about(folder: Path, path: str) -> bool:
    """Whether this is the folder, something in it, or a folder that it lies in."""
    given, kept = Path(path).absolute(), folder.absolute()
    return given.is_relative_to(kept) or kept.is_relative_to(given)
