"""Every cell of every table, sealed ones opened: what a promise about *nothing left anywhere* is held against."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlmodel import SQLModel, select

import bot.storage.adoption_tables
import bot.storage.curation_tables
import bot.storage.platform_tables
import bot.storage.report_tables
import bot.storage.tables
import bot.storage.tip_tables  # noqa: F401  # each registers its tables
from bot.privacy import SealBroken
from bot.storage.unit import Storage, Unit

Rows = dict[str, list[dict[str, Any]]]


async def rows(storage: Storage, table: Any) -> list[Any]:
    """All of one table, as objects of its model."""
    async with storage.view() as unit:
        return list(await unit.session.exec(select(table)))


async def all_rows(storage: Storage) -> Rows:
    """By table, in the order of their keys."""
    found: Rows = {}
    async with storage.view() as unit:
        connection = await unit.session.connection()
        for name, table in SQLModel.metadata.tables.items():
            stored = await connection.execute(table.select().order_by(*table.primary_key.columns))
            found[name] = [{column: _opened(unit, value) for column, value in row.items()} for row in stored.mappings()]
    return found


def places_of(rows: Rows, *words: str, apart_from: Collection[str] = ()) -> list[str]:
    """Where one of these words stands: ``table.column``."""
    return [where for where, value in _cells(rows) if where not in apart_from and any(word in value for word in words)]


def rows_with(rows: Rows, word: str) -> Rows:
    """The rows in which a word stands."""
    return {
        name: mine for name, table in rows.items()
        if (mine := [row for row in table if any(word in str(value) for value in row.values())])
    }


def _cells(rows: Rows) -> Iterator[tuple[str, str]]:
    for name, table in rows.items():
        for row in table:
            yield from ((f"{name}.{column}", str(value)) for column, value in row.items())


def _opened(unit: Unit, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return unit.secret.unseal(value)
    except SealBroken:
        return value
