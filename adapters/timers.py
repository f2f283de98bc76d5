"""What is done at set times, by one of all processes that share the database. The home of DBOS: nothing else knows it.

A tick carries nothing: what is due stands in our own rows. So a tick that is lost, or ends in an error, is made good by
the next one of any process.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import StorageUnavailable
from bot.faults import trace_without_words

if TYPE_CHECKING:
    from dbos import DBOSConfig

AGAIN = 60.0
"""Seconds until the next try where the engine did not start."""
SWEEP = 3600.0
KEPT = timedelta(days=1)
"""How long a tick is remembered: longer than any two clocks differ."""
SCHEMA = "midway_timers"
REMEDY = f"Give the role CREATE on the database, or make the schema {SCHEMA} with that role as its owner."
"""Where the role in the address of the database may not make the schema of the timers."""
_AT_ONCE = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timed:
    """``cron`` is a crontab line in UTC, with a sixth field in front for seconds if wanted."""

    cron: str
    job: Callable[[], Awaitable[object]]


class Timers:
    """Jobs by name. One a process; its jobs run in the loop that ``start`` was called in.

    ``database`` is the address of ours: on PostgreSQL the ticks are kept there, in a schema of their own; beside SQLite
    they are kept in ``file``. ``owner`` names this process and must be new for each start. DBOS takes a second to load:
    that begins ``settle`` seconds after the start.
    """

    def __init__(self, jobs: Mapping[str, Timed], database: str, file: Path, owner: str, *, settle: float) -> None:
        self._jobs = jobs
        self._database = database if database.startswith("postgres") else f"sqlite:///{file}"
        self._owner = owner
        self._settle = settle
        self._engine = threading.Lock()
        self._begun = False
        self._stopping = False
        self._running: set[Future[None]] = set()
        self._keeping: asyncio.Task[None] | None = None
        self.state = "starting"
        """``starting``, ``running``; ``refused`` where the database lets no schema be made, ``failing`` otherwise."""

    def start(self) -> None:
        """Returns at once; the engine is started in the background, and again until it runs."""
        self._loop = asyncio.get_running_loop()
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """End it; what a job has begun is rolled back and due again."""
        self._stopping = True
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})
        for future in tuple(self._running):
            future.cancel()
        await asyncio.to_thread(self._end)

    async def _keep(self) -> None:
        await asyncio.sleep(self._settle)
        while True:
            runs = await asyncio.to_thread(self._look_after)
            await asyncio.sleep(SWEEP if runs else AGAIN)

    def _look_after(self) -> bool:
        """Start the engine if it does not run yet, forget old ticks; whether it runs now."""
        with self._engine:
            if not self._stopping:
                self._begun = self._begun or self._begin()
            if self._begun and not self._stopping:
                self._sweep()
            return self._begun

    def _begin(self) -> bool:
        # Without a handler of its own it would write to the console past our log.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        from dbos import DBOS

        try:
            DBOS(config=self._config())
            tick = DBOS.workflow(name="tick")(_function(self._tick))
            DBOS.launch()
            DBOS.apply_schedules([
                {"schedule_name": name, "workflow_fn": tick, "schedule": timed.cron, "context": name}
                for name, timed in self._jobs.items()
            ])
            for schedule in DBOS.list_schedules():
                if schedule["schedule_name"] not in self._jobs:
                    DBOS.delete_schedule(schedule["schedule_name"])
        except Exception as error:
            self._tell(error)
            DBOS.destroy(destroy_registry=True)
            return False
        self.state = "running"
        return True

    def _tell(self, error: Exception) -> None:
        """What keeps the engine from starting: it is tried again."""
        self.state = "refused" if _is_refused(error) else "failing"
        if self.state == "refused":
            _log.error("The timers do not run, so no tip and no reminder is sent. %s", REMEDY)
        else:
            _log.error("The timers do not run, they are tried again soon: %s", trace_without_words(error))

    def _end(self) -> None:
        with self._engine:
            if self._begun:
                from dbos import DBOS

                DBOS.destroy(destroy_registry=True)

    def _config(self) -> DBOSConfig:
        return {
            "name": "midway", "system_database_url": self._database, "dbos_system_schema": SCHEMA,
            "executor_id": self._owner,
            # The same in every release: a tick is for whoever is there.
            "application_version": "1",
            "log_level": "WARNING", "enable_otlp": False, "use_listen_notify": False, "sys_db_pool_size": 3,
        }

    def _tick(self, _at: datetime, name: str) -> None:
        """Runs in a thread of the engine. Never raises: a failed tick is not repeated, the next one comes."""
        timed = self._jobs.get(name)
        if timed is None or self._stopping:
            return
        future = asyncio.run_coroutine_threadsafe(_done(timed), self._loop)
        self._running.add(future)
        if self._stopping:
            # It began while the others were stopped.
            future.cancel()
        try:
            future.result()
        except CancelledError:
            _log.info("Timer %s was stopped.", name)
        except StorageUnavailable as error:
            _log.warning("Timer %s waits for its next time: %s", name, error)
        except Exception as error:
            _log.error("Timer %s failed: %s", name, trace_without_words(error))
        finally:
            self._running.discard(future)

    def _sweep(self) -> None:
        """Forget old ticks, also those whose process died."""
        from dbos import DBOS

        before = (datetime.now(UTC) - KEPT).isoformat()
        try:
            while old := DBOS.list_workflows(end_time=before, limit=_AT_ONCE, load_input=False, load_output=False):
                DBOS.delete_workflows([each.workflow_id for each in old])
        except Exception as error:
            _log.warning("Old ticks are forgotten later: %s", trace_without_words(error))


def _is_refused(error: Exception) -> bool:
    """By the code of PostgreSQL for what a role may not do."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) == "42501"


def _function(tick: Callable[[datetime, str], None]) -> Callable[[datetime, str], None]:
    """The same as a plain function: the engine writes on it, and a method cannot be written on."""
    return lambda at, name: tick(at, name)


async def _done(timed: Timed) -> None:
    await timed.job()
