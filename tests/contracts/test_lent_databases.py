"""A database that is lent to one test after another holds nothing of the one before."""

from __future__ import annotations

import psycopg
import pytest

from bot.storage.schema import REVISIONS
from tests.databases import Pool

AUDITED = "INSERT INTO audit (tenant, by, what, subject, note, at) VALUES ('T', 'p', 'joined', 's', '', now()) RETURNING id"


@pytest.fixture
def lent(pool: Pool) -> str:
    return pool.take()


def given_back_and_taken(pool: Pool, lent: str) -> str:
    pool.give_back(lent)
    return pool.take()


def test_rows_numbers_and_the_version_are_as_at_first(pool: Pool, lent: str) -> None:
    with psycopg.connect(lent) as connection:
        assert connection.execute(AUDITED).fetchone() == (1,)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    again = given_back_and_taken(pool, lent)
    assert again == lent
    with psycopg.connect(again) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (0,)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-1],)]
        assert connection.execute(AUDITED).fetchone() == (1,)
    pool.give_back(again)


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE audit ADD COLUMN more text", "ALTER TABLE audit DROP COLUMN subject", "DROP TABLE alembic_version",
     "CREATE SCHEMA other CREATE TABLE thing (id int)", "ALTER TABLE audit ALTER COLUMN what SET DEFAULT 'x'"],
)
def test_one_whose_tables_were_changed_is_lent_no_more(pool: Pool, lent: str, change: str) -> None:
    with psycopg.connect(lent) as connection:
        connection.execute(change)
    assert given_back_and_taken(pool, lent) != lent


def test_who_is_still_connected_does_not_hold_it_up(pool: Pool, lent: str) -> None:
    holder = psycopg.connect(lent)
    holder.execute("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE")
    assert given_back_and_taken(pool, lent) == lent
    with pytest.raises(psycopg.OperationalError):
        holder.execute("SELECT 1")
    pool.give_back(lent)
