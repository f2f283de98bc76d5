"""The database as the checks see it: by a connection through which nothing can be changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.settings import Settings
from bot.privacy import SecretKey
from bot.storage.schema import schema_is_current
from bot.storage.unit import Storage

KEY = "secret.key"
PATIENCE = 3.0
"""Seconds; less than a check has, so that it says what it waited for."""


@asynccontextmanager
async def read_only(settings: Settings) -> AsyncIterator[Storage]:
    """Opens nothing until first used."""
    storage = Storage(settings.database, _key(settings), patience=PATIENCE, reads_only=True)
    try:
        yield storage
    finally:
        await storage.close()


@asynccontextmanager
async def in_order(settings: Settings) -> AsyncIterator[Storage | None]:
    """The same; None where there is nothing to be read yet, or tables of another version."""
    async with read_only(settings) as storage:
        yield storage if await schema_is_current(storage) else None


def is_keyed(settings: Settings) -> bool:
    """Whether there is a secret key."""
    return settings.secret_key is not None or (settings.data_dir / KEY).exists()


def _key(settings: Settings) -> SecretKey:
    """Where there is none, one that opens nothing: a key is not made here."""
    if settings.secret_key:
        return SecretKey.from_text(settings.secret_key.get_secret_value())
    return SecretKey.load_or_make(settings.data_dir / KEY) if is_keyed(settings) else SecretKey(bytes(32))
