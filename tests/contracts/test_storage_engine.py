"""What a database says when it refuses: on both, the log may have it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.storage.engine import make_async_engine, make_migration_engine

STATEMENT = text("INSERT INTO no_such_table VALUES (:word)")
SAID = {"word": "My manager drinks at work"}


@pytest.mark.parametrize("reads_only", [False, True])
async def test_an_error_names_no_parameter(database_url: str, reads_only: bool) -> None:
    engine = make_async_engine(database_url, reads_only=reads_only)
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as raised:
            await connection.execute(STATEMENT, SAID)
    await engine.dispose()
    assert "no_such_table" in str(raised.value) and SAID["word"] not in str(raised.value)


def test_an_error_of_a_migration_names_no_parameter(database_url: str) -> None:
    with make_migration_engine(database_url, 5).connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(STATEMENT, SAID)
    assert "no_such_table" in str(raised.value) and SAID["word"] not in str(raised.value)
