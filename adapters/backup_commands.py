"""What `midway backup` and `midway restore` do: the database and the key in one file, erasures beside it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

from adapters.backup_note import note_backup
from adapters.bootstrap import make_erasure, make_secret, now, storage_of
from adapters.erasure_file import FILE
from adapters.settings import Settings
from bot.errors import BotError
from bot.privacy import SecretKey
from bot.storage.copies import CopyUnusable, checked_revision, copy_sqlite, known, pg_dump_command, put_in_place
from bot.storage.failures import DAMAGED
from bot.storage.schema import REVISIONS, sqlite_file

MANIFEST, KEY, DATABASE = "manifest.json", "secret.key", "midway.db"
FORMAT = 1
_MODE = 0o600
_OTHER = "This is not a backup that `midway backup` made."
_DUMP = "Back up the database with:"


class BackupUnusable(BotError):
    """The file is no backup, or holds what no backup holds."""


class NothingToSave(BotError):
    """Neither the key nor the database would be in the file."""


class DiskFull(BotError):
    """There is no room for the file."""


class FolderInUse(BotError):
    """Something would be written over."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    version: str
    revision: str
    made_at: str
    database: str


def backup(file: Path) -> int:
    """Write the database, the key and a manifest into one new file, readable by its owner alone.

    Of PostgreSQL it holds the key alone. Raises NothingToSave where that stands in the environment.
    """
    settings = Settings()
    source = sqlite_file(settings.database)
    if source is None and settings.secret_key:
        raise NothingToSave(
            "Nothing would be in it, so nothing was written. Save MIDWAY_SECRET_KEY, which is the key. "
            f"{_DUMP} {pg_dump_command(settings.database)}"
        )
    _look_for_data(settings, source)
    with _written(file), _workplace(file.absolute().parent) as place:
        at, key = now(), _copy_key(settings, place)
        revision = REVISIONS[-1]
        if source is not None:
            revision = _copy_database(source, place / DATABASE)
        made = Manifest(version("midway-advisor"), revision, at.isoformat(), "sqlite" if source else "postgresql")
        (place / MANIFEST).write_text(json.dumps({"format": FORMAT, **made.__dict__}, indent=1), encoding="utf-8")
        _pack(place, file)
    if source is not None:
        note_backup(settings.data_dir, at)
    held = "the key alone" if source is None else "every sealed word and its key" if key else "every sealed word"
    sys.stdout.write(f"Wrote {file}. Keep it where only you can read it: it holds {held}.\n")
    if not key:
        sys.stdout.write("The key is in MIDWAY_SECRET_KEY and not in it: save it, too, or nothing can be read.\n")
    if source is None:
        sys.stdout.write(f"{_DUMP} {pg_dump_command(settings.database)}\n")
    return 0


def restore(file: Path, replace: bool) -> int:
    """Put a backup in place of this data folder, then forget again whoever was forgotten since it was made."""
    settings = Settings()
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    target = sqlite_file(settings.database)
    with _workplace(folder) as place:
        made = _unpack(file, place)
        if (made.database == "sqlite") != (target is not None):
            raise BackupUnusable(f"This backup is of {made.database}, and MIDWAY_DATABASE_URL names another database.")
        _refuse_to_overwrite(folder, target, replace)
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            put_in_place(place / DATABASE, target)
        if (place / KEY).exists():
            (place / KEY).replace(folder / KEY)
    sys.stdout.write(f"Restored what was saved on {made.made_at[:16].replace('T', ' ')} UTC.\n")
    if target is None:
        sys.stdout.write(
            "The key is in place. Now restore the database with pg_restore; `midway serve` forgets again whoever "
            "asked for it after that.\n"
        )
        return 0
    again = asyncio.run(_replay(settings))
    if again:
        sys.stdout.write(f"Forgotten again: {again} who asked for it after that.\n")
    elif (folder / FILE).exists():
        sys.stdout.write("Nobody had asked to be forgotten since.\n")
    else:
        sys.stdout.write(
            f"There is no {FILE} here: whoever was forgotten since then is back. If there is one on the old machine, "
            "copy it here and start Midway.\n"
        )
    return 0


async def _replay(settings: Settings) -> int:
    async with storage_of(settings) as storage:
        return await make_erasure(settings, storage).replay()


def _look_for_data(settings: Settings, database: Path | None) -> None:
    """Raises NothingToSave where it is not there: the folder is the wrong one, and a key made now opens nothing."""
    needed = [*([] if settings.secret_key else [settings.data_dir / KEY]), *([database] if database else [])]
    if missing := [each for each in needed if not each.exists()]:
        raise NothingToSave(f"{missing[0]} is not there to be saved: does MIDWAY_DATA_DIR name the right folder?")


@contextmanager
def _written(file: Path) -> Iterator[None]:
    """A full disk is said of the backup: the system names whichever file was being read. Raises DiskFull."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if getattr(error, "errno", None) != errno.ENOSPC and "disk is full" not in str(error):
            raise
        raise DiskFull(
            f"{file} was not written: the disk is full. Free some space or name a file elsewhere."
        ) from error


def _copy_database(source: Path, copy: Path) -> str:
    """The revision of its tables. Raises StorageUnavailable where the database is damaged, or is none of Midway."""
    copy_sqlite(source, copy)
    try:
        return checked_revision(copy)
    except CopyUnusable as error:
        raise DAMAGED.error() from error


def _copy_key(settings: Settings, place: Path) -> bool:
    """The key as a file, unless it comes from the environment."""
    if settings.secret_key:
        return False
    make_secret(settings)
    shutil.copyfile(settings.data_dir / KEY, place / KEY)
    return True


def _pack(place: Path, file: Path) -> None:
    """Raises FolderInUse rather than write over an older backup."""
    whole = place / "whole.zip"
    with _private(whole) as packed, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (MANIFEST, KEY, DATABASE):
            if (place / name).exists():
                archive.write(place / name, name)
    try:
        os.link(whole, file)
    except FileExistsError:
        raise FolderInUse(f"{file} already exists: name another file.") from None


def _unpack(file: Path, place: Path) -> Manifest:
    """Take out exactly what a backup holds, by name, and check it. Raises BackupUnusable, DatabaseTooNew."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = [item.filename for item in archive.infolist()]
            if len(names) != len(set(names)) or not {MANIFEST} <= set(names) <= {MANIFEST, KEY, DATABASE}:
                raise BackupUnusable(_OTHER)
            for name in names:
                with archive.open(name) as packed, _private(place / name) as target:
                    shutil.copyfileobj(packed, target)
        made = _manifest((place / MANIFEST).read_bytes())
        if (place / KEY).exists():
            SecretKey.load_or_make(place / KEY)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BackupUnusable(_OTHER) from error
    if (made.database == "sqlite") != (place / DATABASE).exists():
        raise BackupUnusable(_OTHER)
    known(made.revision)
    if made.database == "sqlite":
        checked_revision(place / DATABASE)
    return made


def _manifest(text: bytes) -> Manifest:
    try:
        match json.loads(text):
            case {"format": 1, "version": str(made_by), "revision": str(revision), "made_at": str(at),
                  "database": "sqlite" | "postgresql" as database}:
                return Manifest(made_by, revision, at, database)
    except ValueError:
        pass
    raise BackupUnusable(_OTHER)


def _refuse_to_overwrite(folder: Path, target: Path | None, replace: bool) -> None:
    """Raises FolderInUse where a database or a key stands there and nobody said that it may go."""
    there = [path for path in (folder / KEY, target) if path is not None and path.exists()]
    if there and not replace:
        raise FolderInUse(
            f"{', '.join(map(str, there))} would be overwritten. Choose an empty MIDWAY_DATA_DIR, or say --replace."
        )


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A folder of our own on the same disk, so that what is ready can be moved in one step."""
    with tempfile.TemporaryDirectory(prefix=".midway-", dir=beside) as name:
        yield Path(name)


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
