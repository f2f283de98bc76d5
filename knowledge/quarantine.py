"""Documents that could not be read are set aside with the reason, for a person to look at, for a time."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from pathlib import Path


def set_aside(folder: Path, data: bytes, name: str, reason: str, now: datetime) -> Path:
    """Keep the document and why it is there; the same document is kept once. Returns where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name).strip(".-")[-80:] or "document"
    path = folder / f"{hashlib.sha256(data).hexdigest()[:12]}-{safe}"
    path.write_bytes(data)
    path.with_name(path.name + ".why.txt").write_text(f"{now.isoformat()}\n{reason}\n", encoding="utf-8")
    return path


def delete_older(folder: Path, before: datetime) -> None:
    """Delete what was set aside before this moment, documents and reasons."""
    for path in folder.glob("*"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
