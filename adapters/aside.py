"""Where documents go that yield nothing: a folder of the data, with the reason."""

from __future__ import annotations

from pathlib import Path

from adapters.bootstrap import now
from adapters.settings import Settings
from knowledge.quarantine import set_aside


def aside(settings: Settings, data: bytes, name: str, reason: str) -> Path:
    """Set a document aside; where it is then."""
    return set_aside(settings.data_dir / "quarantine", data, name, reason, now())
