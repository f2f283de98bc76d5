"""When a data folder was last saved: a note in it, for whoever looks whether backups are made."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from adapters.data_folder import give_to_owner_of

FILE = "backup.last"


def note_backup(folder: Path, at: datetime) -> None:
    """A folder that cannot be written to takes nothing from the backup."""
    note = folder / FILE
    with suppress(OSError):
        note.write_text(at.isoformat(timespec="seconds"), encoding="ascii")
        give_to_owner_of(folder, note)


def last_backup(folder: Path) -> datetime | None:
    """None where none is known of."""
    with suppress(OSError, ValueError):
        at = datetime.fromisoformat((folder / FILE).read_text(encoding="ascii"))
        return at if at.tzinfo else None
    return None
