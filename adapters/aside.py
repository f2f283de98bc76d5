"""Where documents go that yield nothing: a folder of the data, with the reason, as long as words are kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from adapters.bootstrap import now
from adapters.settings import Settings
from knowledge.quarantine import delete_older, set_aside

_FOLDER = "quarantine"


def aside(settings: Settings, data: bytes, name: str, reason: str) -> Path:
    """Set a document aside; where it is then."""
    return set_aside(settings.data_dir / _FOLDER, data, name, reason, now())


def delete_old(settings: Settings) -> None:
    """Delete the documents whose time is over."""
    delete_older(settings.data_dir / _FOLDER, now() - timedelta(days=settings.retention.questions_days))
