"""Whether the data folder can be used, and what to do where it cannot."""

from __future__ import annotations

import os
from pathlib import Path

from bot.errors import BotError

PRIVATE = 0o700
"""The mode of a data folder: it holds what people wrote."""
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


def is_about(folder: Path, path: str) -> bool:
    """Whether this is the folder, something in it, or a folder that it lies in."""
    given, kept = Path(path).absolute(), folder.absolute()
    return given.is_relative_to(kept) or kept.is_relative_to(given)
