"""How statements are run, and the two that decide a race in the database itself, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


async def execute(session: AsyncSession, statement: Executable) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement over columns or tables: what comes back is rows of the database, never objects of a model."""
    return await (await session.connection()).execute(statement)


async def insert_once(session: AsyncSession, model: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Insert unless a row with the same unique key stands there; True if inserted. Waits for a rival to finish."""
    statement = _insert(session, model).values(**values).on_conflict_do_nothing()
    return await _took_effect(session, model, statement)


async def upsert(
    session: AsyncSession, model: type[SQLModel], values: Mapping[str, Any], *, change: str, also: tuple[str, ...] = ()
) -> bool:
    """Insert, or set ``change`` (and ``also``) where ``change`` differs; True if anything changed."""
    table = table_of(model)
    statement = _insert(session, model).values(**values)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: new[name] for name in (change, *also)},
        where=table.c[change] != new[change],
    )
    return await _took_effect(session, model, statement)


def _insert(session: AsyncSession, model: type[SQLModel]) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table_of(model))


async def _took_effect(session: AsyncSession, model: type[SQLModel], statement: Any) -> bool:
    # Drivers do not agree on the row count of an INSERT; what it returns is a fact.
    returned = await execute(session, statement.returning(*table_of(model).primary_key.columns))
    return returned.first() is not None
