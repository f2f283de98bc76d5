"""The secret key, the database, and the work that waits in it."""

from __future__ import annotations

import asyncio
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.backup_note import last_backup
from adapters.doctor.database import KEY, in_order, is_keyed, read_only
from adapters.doctor.finding import Finding
from adapters.doctor.looking import Check
from adapters.doctor.machine_checks import START, to_begin
from adapters.plain import one_line
from adapters.presence import WORKS, is_present
from adapters.settings import Settings
from adapters.timers import REMEDY, SCHEMA
from bot.privacy import SecretKey
from bot.storage.health import Backlog, Trouble
from bot.storage.schema import REVISIONS, revision_of, sqlite_file
from bot.storage.unit import Storage

LATELY = timedelta(days=7)
EACH_DAY = "Let a backup be made each day: docs/deployment.md."
OLD = timedelta(days=8)
"""A backup a week is the least."""
MOST = 3
"""Reasons that are told; the others are counted."""
UNKNOWN = "is not known before the database is there and in order."


def secret_key(settings: Settings) -> Finding:
    """Whether it can be used and is kept to its owner; that it fits the database is seen there."""
    if settings.secret_key:
        SecretKey.from_text(settings.secret_key.get_secret_value())
        return Finding("secret-key", "ok", "The secret key is in MIDWAY_SECRET_KEY.")
    file = settings.data_dir / KEY
    if not file.exists():
        return _no_key(settings, file)
    SecretKey.load_or_make(file)
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        said = f"The secret key {file} is open to others: its mode is {mode:04o}."
        return Finding("secret-key", "wrong", said, f"Run `chmod 600 {file}`.")
    return Finding("secret-key", "ok", f"The secret key {file} is there, for its owner alone.")


def _no_key(settings: Settings, file: Path) -> Finding:
    """With data and without a key a start would make a new one, and what is stored could never be read again."""
    stored = sqlite_file(settings.database)
    if stored is not None and stored.exists():
        said = f"There is a database and no secret key ({file}): nothing sealed in it can be read."
        return Finding("secret-key", "wrong", said, "Put back the key from your backup before you start Midway.")
    said = "There is no secret key yet; the first start makes one."
    return Finding("secret-key", "not set up", said, to_begin(settings))


def database(settings: Settings) -> Finding:
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        return Finding("database", "not set up", f"There is no database yet ({file}).", to_begin(settings))
    if file is not None and not os.access(file, os.R_OK | os.W_OK):
        said = f"The database {file} cannot be read and written by this user."
        return Finding("database", "wrong", said, "Run this as the user of the service, or give that user the file.")
    return asyncio.run(_database(settings, file))


def timers(settings: Settings) -> Finding:
    """Whether they can run; beside SQLite they keep a file of their own."""
    if sqlite_file(settings.database) is not None:
        return Finding("timers", "ok", "The timers keep what they need in the data folder.")
    return asyncio.run(_timers(settings))


def backup(settings: Settings) -> Finding:
    """When `midway backup` last wrote a file; what other programs save is not known here."""
    file = sqlite_file(settings.database)
    if file is None:
        said = "Whether `pg_dump` saves the database is not known here."
        return Finding("backup", "not set up", said, EACH_DAY)
    if not file.exists():
        return Finding("backup", "not set up", "There is nothing to be saved yet.")
    at = last_backup(settings.data_dir)
    if at is None:
        said = "No `midway backup` was made of this data folder."
        return Finding("backup", "not set up", said, EACH_DAY)
    days = (datetime.now(UTC) - at).days
    said = f"The last `midway backup` was made on {at:%Y-%m-%d %H:%M} UTC."
    if days < OLD.days:
        return Finding("backup", "ok", said)
    return Finding("backup", "warning", f"{said[:-1]}, {days} days ago.", EACH_DAY)


def waiting(settings: Settings) -> Finding:
    return asyncio.run(_waiting(settings))


def deliveries(settings: Settings) -> Finding:
    return asyncio.run(_deliveries(settings))


async def _database(settings: Settings, file: Path | None) -> Finding:
    kind = "PostgreSQL" if file is None else str(file)
    async with read_only(settings) as storage:
        revision = await revision_of(storage)
        if revision is None:
            said = f"The database ({kind}) has no tables yet."
            return Finding("database", "not set up", said, "Run `midway migrate`.")
        if revision != REVISIONS[-1]:
            said = f"The tables ({kind}) are of an older version: {revision}, and this one needs {REVISIONS[-1]}."
            return Finding("database", "wrong", said, "Back up, then run `midway migrate`.")
        if file is None and not await _may_write(storage):
            said = "The database (PostgreSQL) answers, but takes no changes from this role, or none at all."
            return Finding("database", "wrong", said, "Make the role the owner of all tables; a standby takes none.")
        if is_keyed(settings) and await _key_fits(storage) is False:
            said = f"The database ({kind}) answers, but was sealed with another secret key."
            return Finding("database", "wrong", said, "Put back the key from your backup, and restart Midway.")
    return Finding("database", "ok", f"The database ({kind}) answers; its tables are of this version ({revision}).")


async def _may_write(storage: Storage) -> bool:
    async with storage.view() as unit:
        return await unit.health.may_write()


async def _key_fits(storage: Storage) -> bool | None:
    async with storage.view() as unit:
        return await unit.health.key_fits()


async def _timers(settings: Settings) -> Finding:
    async with read_only(settings) as storage, storage.view() as unit:
        if await unit.health.may_make_schema(SCHEMA):
            return Finding("timers", "ok", "The database lets the timers keep what they need.")
    said = f"The database lets no schema {SCHEMA} be made: without timers no tip and no reminder is sent."
    return Finding("timers", "wrong", said, REMEDY)


async def _waiting(settings: Settings) -> Finding:
    now = datetime.now(UTC)
    async with in_order(settings) as storage:
        if storage is None:
            return Finding("waiting", "not set up", f"What waits for an answer {UNKNOWN}")
        async with storage.view() as unit:
            unanswered, unsent = await unit.health.unanswered(), await unit.health.unsent(now)
    remedy = "Look at its log." if is_present(settings.data_dir, WORKS) else START
    if unanswered.is_stuck(now):
        return Finding("waiting", "wrong", _since(unanswered, "wait for an answer"), remedy)
    if unsent.is_stuck(now):
        return Finding("waiting", "warning", _since(unsent, "are to be sent"), remedy)
    return Finding("waiting", "ok", "No message waits longer than it should.")


async def _deliveries(settings: Settings) -> Finding:
    since = datetime.now(UTC) - LATELY
    async with in_order(settings) as storage:
        if storage is None:
            return Finding("deliveries", "not set up", f"What was said lately {UNKNOWN}")
        async with storage.view() as unit:
            troubles, apologies = await unit.health.troubles(since), await unit.health.given_up(since)
    if not troubles and not apologies:
        said = f"Of the last {LATELY.days} days no message was refused, and none is uncertain."
        return Finding("deliveries", "ok", said)
    told = [f"{each.count} {_named(each)}" for each in troubles[:MOST]]
    told += [f"{sum(each.count for each in troubles[MOST:])} for other reasons"] if troubles[MOST:] else []
    told += [f"{apologies} answered with an apology"] if apologies else []
    remedy = "Put right what the first reason names." if troubles else "Look at the log of Midway."
    return Finding("deliveries", "warning", f"Of the last {LATELY.days} days: {'; '.join(told)}.", remedy)


def _named(trouble: Trouble) -> str:
    """The reasons are the platforms' own or ours, never anybody's words."""
    reason = one_line(trouble.reason).rstrip(".")
    return f"{trouble.state} by {trouble.platform}" + (f" ({reason})" if reason else "")


def _since(backlog: Backlog, what: str) -> str:
    assert backlog.since is not None
    return f"Messages that {what}: {backlog.count}, the oldest since {backlog.since:%Y-%m-%d %H:%M} UTC."


def checks(settings: Settings) -> list[Check]:
    return [
        Check("secret-key", "the secret key", lambda: secret_key(settings)),
        Check("database", "the database", lambda: database(settings)),
        Check("backup", "backups", lambda: backup(settings)),
        Check("timers", "the timers", lambda: timers(settings)),
        Check("waiting", "what waits to be answered", lambda: waiting(settings)),
        Check("deliveries", "what was said lately", lambda: deliveries(settings)),
    ]
