"""A year of a large organization, written straight into the tables: what the bench of reports reads from."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bot.weeks import week_of
from knowledge.library import load_shipped

TENANT = "T1"
TEAMS, WEEKS = 1000, 52
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
OUTCOMES = (("answered", 80), ("declined", 9), ("routed", 8), ("refused", 2), ("failed", 1))
STATES = ("trying", "adopted", "proven", "stopped", "considering", "not for us")
RELATIONSHIPS = ("unit", "chapter", "dealer", "agent", "franchise", "region")
ROWS_AT_ONCE = 20_000
Row = tuple[Any, ...]

QUESTION = (
    "id", "tenant", "event_key", "platform", "thread_key", "person", "team_id", "asked_at", "week", "text", "lang",
    "outcome", "route", "confidence", "practices", "nearest",
)
CITED = ("question_id", "practice_id", "tenant", "rank", "week", "team_id")
FEEDBACK = ("question_id", "person", "tenant", "helpful", "at")
STANDING = ("tenant", "holder", "practice_id", "team_id", "person", "state", "since")
EVENT = ("id", "tenant", "event_key", "team_id", "person", "practice_id", "state", "question_id", "tip", "at", "reason")


@dataclass(frozen=True)
class Share:
    """How many rows of each table make up so many events."""

    questions: int
    adoptions: int

    @classmethod
    def of(cls, events: int) -> Share:
        """A question is an event, so is what it cites, one in eight is rated; the rest are statements of teams."""
        questions = int(events * 0.50)
        return cls(questions, int(events * 0.06))


class Bulk:
    """Writes many rows into either database; indexes are made afterwards."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._sqlite = url.startswith("sqlite")
        self.connection: Any = sqlite3.connect(url.removeprefix("sqlite:///")) if self._sqlite else psycopg.connect(url)
        if self._sqlite:
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
                self.connection.execute(f"PRAGMA {pragma}")

    def moment(self, at: datetime) -> Any:
        return at.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds") if self._sqlite else at

    def write(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> int:
        """How many were written."""
        if self._sqlite:
            marks = ", ".join("?" * len(columns))
            return int(self.connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows  # noqa: S608  # names of ours
            ).rowcount)
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            count = 0
            for row in rows:
                copy.write_row(row)
                count += 1
        return count

    def without_indexes(self) -> list[str]:
        """Drop what can be made again; the statements that make it."""
        if self._sqlite:
            listed = "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"
            found = self.connection.execute(listed).fetchall()
        else:
            found = self.connection.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname='public' AND indexname LIKE 'ix_%'"
            ).fetchall()
        for name, _ in found:
            self.connection.execute(f"DROP INDEX {name}")
        return [sql for _, sql in found]

    def finish(self, statements: Sequence[str]) -> None:
        for statement in statements:
            self.connection.execute(statement)
        self.connection.commit()
        if not self._sqlite:
            self.connection.autocommit = True
        self.connection.execute("ANALYZE")
        self.connection.commit()
        self.connection.close()


def fill(url: str, events: int, seed: int = 7) -> int:
    """Write a year of about so many events; how many rows it were."""
    bulk, chance, share = Bulk(url), random.Random(seed), Share.of(events)  # noqa: S311  # nothing secret
    indexes = bulk.without_indexes()
    rows = bulk.write("team", (
        "id", "tenant", "name", "name_key", "parent_id", "relationship", "visibility", "joining_open", "check_in_days",
        "told", "merged_into", "left_at", "created_at",
    ), _teams(bulk))
    rows += _questions(bulk, chance, share.questions)
    rows += bulk.write("adoption_event", EVENT, _events(bulk, chance, share.adoptions))
    rows += bulk.write("adoption", STANDING, _adoptions(bulk, chance))
    bulk.finish(indexes)
    return rows


def practices() -> list[str]:
    return sorted(load_shipped().practices)


def _teams(bulk: Bulk) -> Iterator[Row]:
    for number in range(TEAMS):
        name = f"Team {number}"
        kind, seen = RELATIONSHIPS[number % 6], ("named", "named", "named", "counted", "anonymous")[number % 5]
        yield (
            f"t{number}", TENANT, name, name.casefold(), None, kind, seen, True, 14, True, None, None, bulk.moment(NOW)
        )


def _questions(bulk: Bulk, chance: random.Random, count: int) -> int:
    """Questions with what they cite and how they were rated, a piece at a time."""
    library, written = practices(), 0
    outcomes = [name for name, weight in OUTCOMES for _ in range(weight)]
    first = NOW - timedelta(weeks=WEEKS)
    for begin in range(0, count, ROWS_AT_ONCE):
        asked: list[Row] = []
        cited: list[Row] = []
        rated: list[Row] = []
        for number in range(begin, min(begin + ROWS_AT_ONCE, count)):
            at = first + (NOW - first) * (number / count)
            # Few teams ask much.
            team = f"t{int(TEAMS * chance.random() ** 2)}"
            outcome, practice = chance.choice(outcomes), library[int(len(library) * chance.random() ** 2)]
            week, name = week_of(at.date()), f"q{number:09}"
            person = f"p{int(chance.random() * 40)}-{team}"
            near = None if outcome == "answered" else practice
            asked.append((
                name, TENANT, f"e{number:09}", "slack", f"th{number % 997}", person, team, bulk.moment(at), week, None,
                "en", outcome, None, 0.8, "[]", near,
            ))
            if outcome == "answered":
                cited.append((name, practice, TENANT, 1, week, team))
                if number % 4 == 0:
                    rated.append((name, person, TENANT, chance.random() < 0.7, bulk.moment(at)))
        written += bulk.write("question", QUESTION, iter(asked))
        written += bulk.write("question_practice", CITED, iter(cited))
        written += bulk.write("feedback", FEEDBACK, iter(rated))
    return written


def _events(bulk: Bulk, chance: random.Random, count: int) -> Iterator[Row]:
    library, first = practices(), NOW - timedelta(weeks=WEEKS)
    for number in range(count):
        at = first + (NOW - first) * (number / count)
        team = f"t{int(TEAMS * chance.random())}"
        yield (
            number + 1, TENANT, None, team, f"p{number % 40}-{team}", chance.choice(library), chance.choice(STATES),
            None, None, bulk.moment(at), None,
        )


def _adoptions(bulk: Bulk, chance: random.Random) -> Iterator[Row]:
    library = practices()
    for number in range(TEAMS):
        for practice in chance.sample(library, 40):
            yield (TENANT, f"team:t{number}", practice, f"t{number}", None, chance.choice(STATES), bulk.moment(NOW))


