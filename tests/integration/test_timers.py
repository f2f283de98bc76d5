"""Timers on SQLite and PostgreSQL: they go on, one process runs a tick, and they end when told to."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.timers import REMEDY, SCHEMA, Timed, Timers
from bot.errors import StorageUnavailable
from bot.storage.engine import make_migration_engine
from tests.databases import without_rights

EVERY_SECOND = "* * * * * *"
ENOUGH = 40.0
"""Seconds that a loaded machine may take."""


class Job:
    """Counts its runs; ``enough`` is set after so many. The first ones raise what is in ``faults``."""

    def __init__(self, enough: int, *faults: Exception) -> None:
        self.runs = 0
        self.left = enough
        self.faults = list(faults)
        self.enough = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    async def __call__(self) -> None:
        assert asyncio.get_running_loop() is self.loop
        self.runs += 1
        if self.runs >= self.left:
            self.enough.set()
        if self.faults:
            raise self.faults.pop(0)


async def test_a_tick_runs_the_job_in_our_loop_again_and_again(database_url: str, tmp_path: Path) -> None:
    """Also after a job that failed and one that found no database; after the end nothing of it is left."""
    job = Job(4, RuntimeError("a fault of ours"), StorageUnavailable("away"))
    timers = Timers({"job": Timed(EVERY_SECOND, job)}, database_url, tmp_path / "timers.db", "one", settle=0)
    timers.start()
    await asyncio.wait_for(job.enough.wait(), ENOUGH)
    await timers.stop()
    ended = states(database_url, tmp_path)
    # One that comes while the timers end runs nothing, and ends well.
    assert job.runs - 1 <= ended.count("SUCCESS") <= job.runs + 1
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(("queue-worker", "dbos"))]


async def test_a_fault_is_logged_without_its_words(database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    job = Job(2, RuntimeError("what somebody wrote"))
    timers = Timers({"job": Timed(EVERY_SECOND, job)}, database_url, tmp_path / "timers.db", "one", settle=0)
    timers.start()
    await asyncio.wait_for(job.enough.wait(), ENOUGH)
    await timers.stop()
    assert "Timer job failed: RuntimeError" in caplog.text
    assert "what somebody wrote" not in caplog.text


async def test_a_job_under_way_does_not_hold_up_the_end(database_url: str, tmp_path: Path) -> None:
    """It is cut off, and the end is clean."""
    begun, cut = asyncio.Event(), asyncio.Event()

    async def forever() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    timers = Timers({"job": Timed(EVERY_SECOND, forever)}, database_url, tmp_path / "timers.db", "one", settle=0)
    timers.start()
    await asyncio.wait_for(begun.wait(), ENOUGH)
    await asyncio.wait_for(timers.stop(), ENOUGH)
    assert cut.is_set()


async def test_who_stops_at_once_never_loads_the_engine(tmp_path: Path) -> None:
    timers = Timers({}, f"sqlite:///{tmp_path}/midway.db", tmp_path / "timers.db", "one", settle=3)
    timers.start()
    await timers.stop()
    assert not (tmp_path / "timers.db").exists()


async def test_an_engine_that_cannot_start_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here there is no folder for its file until somebody makes one."""
    monkeypatch.setattr("adapters.timers.AGAIN", 0.2)
    folder, job = tmp_path / "later", Job(1)
    timers = Timers({"job": Timed(EVERY_SECOND, job)}, "sqlite:///x", folder / "timers.db", "one", settle=0)
    timers.start()
    await asyncio.sleep(0)
    folder.mkdir()
    await asyncio.wait_for(job.enough.wait(), ENOUGH)
    await timers.stop()
    assert job.runs >= 1


async def test_a_role_that_may_make_no_schema_is_told_so(
    migrated_database: Callable[[str, Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line with what to do; once that is done they run."""
    monkeypatch.setattr("adapters.timers.AGAIN", 0.2)
    url, job = migrated_database("postgresql", tmp_path), Job(1)
    with without_rights(url) as poor:
        timers = Timers({"job": Timed(EVERY_SECOND, job)}, poor, tmp_path / "timers.db", "one", settle=0)
        assert timers.state == "starting"
        timers.start()
        async with asyncio.timeout(ENOUGH):
            while timers.state != "refused":  # noqa: ASYNC110  # nothing tells when
                await asyncio.sleep(0.05)
        told = [record.getMessage() for record in caplog.records if record.name == "adapters.timers"]
        assert told[0] == f"The timers do not run, so no tip and no reminder is sent. {REMEDY}"
        with _run(url) as connection:
            connection.execute(sa.text(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION {poor.split('//')[1].split(':')[0]}"))
        await asyncio.wait_for(job.enough.wait(), ENOUGH)
        assert timers.state == "running"
        await timers.stop()
        with _run(url) as connection:
            connection.execute(sa.text(f"DROP SCHEMA {SCHEMA} CASCADE"))


def _run(url: str) -> AbstractContextManager[sa.Connection]:
    return make_migration_engine(url, 5).begin()


def test_two_processes_share_the_ticks(database_url: str, tmp_path: Path) -> None:
    """No more runs than ticks, though both saw each tick; when one is killed the other goes on."""
    with two_processes(database_url, tmp_path) as (first, second):
        wait_for(lambda: ran(tmp_path).total() >= 6)
        first.send_signal(signal.SIGKILL)
        first.wait(ENOUGH)
        after = ran(tmp_path)[str(second.pid)]
        wait_for(lambda: ran(tmp_path)[str(second.pid)] >= after + 2)
        assert second.stdin
        second.stdin.close()
        assert second.wait(ENOUGH) == 0
    ticks, runs = states(database_url, tmp_path), ran(tmp_path)
    assert ticks.count("SUCCESS") <= runs.total() <= len(ticks)


@contextmanager
def two_processes(database_url: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]]:
    started = [start(database_url, folder), start(database_url, folder)]
    try:
        yield started[0], started[1]
    finally:
        for process in started:
            process.kill()
            process.wait()


def start(database_url: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.integration.timer_process", database_url, str(folder), EVERY_SECOND]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ)


def ran(folder: Path) -> Counter[str]:
    """How often each process ran the job."""
    file = folder / "ran"
    return Counter(file.read_text().split()) if file.exists() else Counter()


def states(database_url: str, folder: Path) -> list[str]:
    """The states of all ticks."""
    postgresql = database_url.startswith("postgres")
    engine = make_migration_engine(database_url if postgresql else f"sqlite:///{folder}/timers.db", 5)
    table = f"{SCHEMA}.workflow_status" if postgresql else "workflow_status"
    with engine.connect() as connection:
        return list(connection.execute(sa.text(f"SELECT status FROM {table} WHERE status <> 'ENQUEUED'")).scalars())


def wait_for(found: Callable[[], bool]) -> None:
    """Until it is so."""
    pause = threading.Event()
    for _ in range(int(ENOUGH / 0.1)):
        if found():
            return
        pause.wait(0.1)
    raise AssertionError("it did not come to that")
