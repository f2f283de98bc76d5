"""How long a report takes over a year of a large organization, on both databases, and what counting costs.

    .venv/bin/python bench/reports.py [--events 10000000] [--database sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import event

from bench.report_ground import NOW, TENANT, fill
from bot.privacy import SecretKey
from bot.report_counting import Counting
from bot.report_periods import period_named
from bot.reports import Reports
from bot.storage.records import QuestionRecord
from bot.storage.schema import migrate
from bot.storage.unit import Storage
from knowledge.library import load_shipped
from tests.databases import postgresql_server

MOST_MS = 100.0
ROUNDS, QUESTIONS = 5, 200


@dataclass
class Watch:
    """How long each statement took that a storage ran."""

    taken: list[tuple[float, str]] = field(default_factory=list)

    def over(self, storage: Storage) -> None:
        engine = storage._engine.sync_engine

        @event.listens_for(engine, "before_cursor_execute")
        def begin(connection: Any, *_: Any) -> None:
            connection.info["begun"] = time.perf_counter()

        @event.listens_for(engine, "after_cursor_execute")
        def end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            self.taken.append((time.perf_counter() - connection.info["begun"], statement))

    def slowest(self) -> tuple[float, str]:
        """Milliseconds, and the tables it read."""
        seconds, statement = max(self.taken)
        return 1000 * seconds, " ".join(statement.split())[:80]


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    await work()
    return 1000 * (time.perf_counter() - begin)


async def measured(url: str, events: int) -> bool:
    """Fill, count, report; whether every query kept to its time."""
    begin = time.perf_counter()
    migrate(url)
    rows = await asyncio.to_thread(fill, url, events)
    print(f"  {rows:,} rows written in {time.perf_counter() - begin:.0f} s")
    storage, watch, library = Storage(url, SecretKey(bytes(32))), Watch(), load_shipped()
    begin = time.perf_counter()
    weeks = await Counting(storage, lambda: NOW).count()
    print(f"  {weeks} weeks counted for the first time in {time.perf_counter() - begin:.1f} s")
    again = await timed(Counting(storage, lambda: NOW).count)
    print(f"  the weeks that are still open counted again in {again:.0f} ms, as every hour does")
    watch.over(storage)
    reports = Reports(storage, lambda: NOW, lambda: library)
    well = True
    for name, period, team in (
        ("all teams, a month", "2026-10", None), ("one team, a month", "2026-10", "t0"),
        ("all teams, a week", "2026-W46", None), ("all teams, a month that is not over", "2026-11", None),
    ):
        wanted = period_named(period, NOW)
        await reports.of(TENANT, wanted, team)
        watch.taken.clear()
        whole = median([await timed(lambda w=wanted, t=team: reports.of(TENANT, w, t)) for _ in range(ROUNDS)])
        slowest, statement = watch.slowest()
        well &= slowest <= MOST_MS
        print(f"  {name:36} whole {whole:5.0f} ms, slowest query {slowest:5.1f} ms (of {MOST_MS:.0f}): {statement}")
    await recording(storage)
    await storage.close()
    return well


async def recording(storage: Storage) -> None:
    """A question recorded while nothing is counted, and while weeks are counted on and on."""
    numbers = iter(range(10**9))

    async def record() -> None:
        number = next(numbers)
        async with storage.unit() as unit:
            await unit.questions.record(QuestionRecord(
                TENANT, f"bench {number}", "slack", "T", "p", NOW, "words", "en", "answered", 0.9, "t1",
                practices=("pilot-charter",),
            ))

    alone, beside = [], []
    for _ in range(QUESTIONS):
        alone.append(await timed(record))
    async with _counting(storage):
        for _ in range(QUESTIONS):
            beside.append(await timed(record))
    ratio = median(beside) / median(alone)
    print(
        f"  a question recorded: p50 {median(alone):.2f} ms, as without reports: nothing is counted with it;\n"
        f"  while weeks are counted on and on {median(beside):.2f} ms ({ratio:.2f} times), at most {max(beside):.0f} ms"
    )


@asynccontextmanager
async def _counting(storage: Storage) -> AsyncIterator[None]:
    async def forever() -> None:
        while True:
            await Counting(storage, lambda: NOW).count()

    task = asyncio.create_task(forever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@contextmanager
def databases(kind: str, folder: Path) -> Any:
    """Makes addresses of empty databases."""
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    with postgresql_server() as server:
        yield lambda name: server.make()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    well = True
    for kind in [asked.database] if asked.database else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as address:
            for events in (asked.events // 10, asked.events):
                print(f"{kind}, a year of {events:,} events, 1,000 teams, 120 practices")
                well &= asyncio.run(measured(address(f"year-{events}"), events))
    print("every query within its time" if well else f"a query took longer than {MOST_MS:.0f} ms")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
