"""What the parts of the tip bench stand on: a database, subscriptions, platforms and workers as processes."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import func
from sqlmodel import col, select
from tip_clock import FastClock
from tip_fates import Fate
from tip_platforms import Setting, serve
from tip_worker import SECRET, Life, live, scaled

from adapters.msteams.address import Address
from adapters.slack.address import Place
from bot.messages import Conversation
from bot.pace import Pace
from bot.storage.planned import UNASKED
from bot.storage.schema import migrate
from bot.storage.subscriptions import Wish
from bot.storage.tables import Delivery
from bot.storage.tip_tables import Subscription
from bot.storage.unit import Storage
from bot.tip_times import Rhythm, next_slots
from tests.databases import postgresql_server
from tests.fakes.msteams import BOT

# The server of forks finds what it is to import by the environment alone; each process is then a fork of it.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
processes = get_context("forkserver")
processes.set_forkserver_preload(["tip_worker", "tip_platforms", "tip_lines", "tip_deaths"])


@dataclass(frozen=True)
class Where:
    """How many places on how many workspaces of each platform, and when they want their tips."""

    places: int
    workspaces: int
    rhythms: Sequence[Rhythm]


@dataclass
class Ground:
    """Everything of one part. ``workers`` are alive, as far as is known."""

    database: str
    folder: Path
    clock: FastClock
    slack: str
    teams: str
    storage: Storage
    pace: Pace
    workers: list[BaseProcess] = field(default_factory=list)
    started: int = 0

    @property
    def log(self) -> Path:
        return self.folder / "asked.jsonl"

    @property
    def life(self) -> Life:
        return Life(self.database, self.slack, self.teams, self.clock, self.pace, self.folder / "workers.log")

    def start_worker(self) -> None:
        self.started += 1
        process = processes.Process(target=live, args=(self.life,), daemon=True)
        process.start()
        self.workers.append(process)

    def kill(self, which: BaseProcess) -> None:
        """As ``kill -9``."""
        assert which.pid is not None
        os.kill(which.pid, signal.SIGKILL)
        which.join(10)
        self.workers.remove(which)

    async def settled(self) -> bool:
        """Whether nothing is due and nothing unfinished."""
        unfinished = select(func.count()).where(Delivery.kind == UNASKED, col(Delivery.finished_at).is_(None))
        async with self.storage.view() as unit:
            left = (await unit.session.exec(unfinished)).one()
        following = await self.next_due()
        return not left and (following is None or following > self.clock())

    async def next_due(self) -> datetime | None:
        async with self.storage.view() as unit:
            return (await unit.session.exec(select(func.min(Subscription.due_at)))).one()


@contextmanager
def ground(
    kind: str, clock_at: datetime, factor: float, shares: Mapping[Fate, float], seed: int,
    slack_out: tuple[float, float] = (0.0, 0.0),
) -> Iterator[Ground]:
    """A fresh database of this kind, a clock that begins to run, and platforms that answer."""
    folder = Path(mkdtemp(prefix="midway-tips-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database = f"sqlite:///{folder}/midway.db"
        if kind == "postgresql":
            database = stack.enter_context(postgresql_server()).make()
        migrate(database)
        clock = FastClock.make(folder / "clock", clock_at, factor)
        ours, theirs = processes.Pipe()
        setting = Setting(clock, folder / "asked.jsonl", shares, seed, slack_out)
        platforms = processes.Process(target=serve, args=(setting, theirs), daemon=True)
        platforms.start()
        theirs.close()
        slack, teams = ours.recv()
        stack.callback(_end, platforms)
        stack.callback(ours.close)
        found = Ground(database, folder, clock, slack, teams, Storage(database, SECRET, clock), scaled(factor))
        stack.callback(lambda: [_end(worker) for worker in found.workers])
        yield found


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join(10)


async def subscribe(ground: Ground, where: Where, seed: int) -> None:
    """As many places as wanted, half in Slack and half in Teams, each with one of the rhythms."""
    chance = random.Random(seed)  # noqa: S311 - to be the same in every run
    now = ground.clock()
    async with ground.storage.unit() as unit:
        for number in range(where.places):
            workspace = number // 2 % where.workspaces
            place = slack_place(workspace, number) if number % 2 else teams_place(ground.teams, workspace, number)
            wish = Wish(chance.choice(where.rhythms))
            made = await unit.subscriptions.make(place, None, wish, next_slots(wish.rhythm, now, 1)[0], now)
            assert made, "each place is new"


def slack_place(workspace: int, number: int, name: str = "") -> Conversation:
    return Place(f"T{workspace}", f"C{name}{number}W{workspace}").conversation("")


def teams_place(root: str, workspace: int, number: int, name: str = "") -> Conversation:
    channel = f"19:{name}{number}W{workspace}@thread.tacv2"
    tenant = f"tenant-{workspace}"
    address = Address(f"{root}/amer/", channel, tenant, BOT).pack()
    return Conversation("msteams", tenant, channel, channel, "channel", address)
