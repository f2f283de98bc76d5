"""Files that are replaced in one step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.errors import IndexUnwritable


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Replace a file of arrays, so that readers see the old or the new one. Raises IndexUnwritable."""
    part = path.with_suffix(".part")  # only the holder of the lock file writes
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        why = error.strerror or type(error).__name__
        raise IndexUnwritable(f"The index cannot be written to {path.parent} ({why}): make room there.") from error
