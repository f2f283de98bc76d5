"""Weeks of tips while platforms fail and processes are killed; and all tips of a week due in one minute."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from rich.console import Console
from tip_clock import MONDAY
from tip_counting import PLATFORMS, Counted, counted, sent_tips, table, uncertain_tips, wanted_tips
from tip_fates import CALM, STORM
from tip_ground import Ground, Where, ground, subscribe
from tip_log import Asked, read

from bot.tip_times import WEEK, Rhythm, next_slots

RHYTHMS = (
    Rhythm(1, 9, "Europe/Berlin"), Rhythm(2, 8, "America/New_York"), Rhythm(3, 16, "Asia/Kolkata"),
    Rhythm(4, 10, "UTC"),
)
"""Four moments in a week, in zones of which two change their clocks meanwhile."""
WORKERS, WORKSPACES = 3, 4
OUTAGE = 180.0
"""Seconds for which Slack is out, from the first moment of the second week on."""
MET = {
    "throttled": "429 at will", "pace": "429 for its pace", "window": "429 in a Retry-After window",
    "5xx": "5xx, not shown", "5xx, shown": "5xx, shown", "time-out": "time-out, not shown",
    "time-out, shown": "time-out, shown", "slow": "slow", "out": "Slack out", "unheard": "hung up by itself",
}
"""What requests met, as it is printed."""
MOST_SECONDS = 1200.0
"""Real ones, after which a part is given up as stalled."""


@dataclass(frozen=True)
class Size:
    channels: int
    weeks: int
    kills: int
    together: int
    every: int = 1
    factor: float = 8.0
    factor_together: float = 4.0


@dataclass
class Part:
    """How one part ended: its counts by platform (None: both), and what was not as wanted."""

    counts: dict[str | None, Counted]
    kills: int
    seconds: float
    wrong: list[str] = field(default_factory=list)


def chaos(kind: str, size: Size, seed: int) -> Part:
    due = next_slots(RHYTHMS[0], MONDAY + WEEK, 1)[0].at.timestamp()
    with ground(kind, MONDAY, size.factor, STORM, seed, (due, due + OUTAGE)) as stage:
        return asyncio.run(_chaos(stage, size, seed))


async def _chaos(stage: Ground, size: Size, seed: int) -> Part:
    await subscribe(stage, Where(size.channels, WORKSPACES, RHYTHMS), seed)
    begun, end = time.monotonic(), MONDAY + size.weeks * WEEK
    wanted = await wanted_tips(stage.storage, MONDAY, end)
    killer = Killer(stage, size.kills, len(wanted), seed)
    for _ in range(WORKERS):
        stage.start_worker()
    problem = await _until(stage, end.timestamp(), killer)
    part = await _part(stage, wanted, killer.killed, time.monotonic() - begun)
    part.wrong += problem
    everything = part.counts[None]
    allowed = killer.killed + sum(
        number for met, number in everything.met.items() if met.startswith(("5xx", "time-out")) or met == "unheard"
    )
    if everything.uncertain > allowed:
        part.wrong.append(f"{everything.uncertain} are uncertain, and {allowed} are explained")
    if killer.killed < size.kills:
        part.wrong.append(f"only {killer.killed} of {size.kills} kills came about")
    return part


async def _until(stage: Ground, end: float, killer: Killer | None) -> list[str]:
    """Let the clock run while there is anything to do, and leap to what is due next; what went wrong."""
    begun = time.monotonic()
    while time.monotonic() - begun < MOST_SECONDS:
        if killer is not None:
            await killer.look()
        if dead := [worker for worker in stage.workers if not worker.is_alive()]:
            return [f"{len(dead)} workers ended by themselves"]
        if await stage.settled():
            following = await stage.next_due()
            if following is None or following.timestamp() >= end:
                return []
            stage.clock.leap_to(following - timedelta(seconds=2))
        await asyncio.sleep(0.05)
    return ["stalled"]


class Killer:
    """Kills one of the workers at moments drawn from a seed, and starts another each time."""

    def __init__(self, stage: Ground, kills: int, tips: int, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - to be the same in every run
        self._stage = stage
        self._moments = sorted(self._chance.sample(range(1, tips), kills))
        self.killed = 0

    async def look(self) -> None:
        """Moments are numbers of messages that the platforms were asked to post."""
        while self._moments and self._stage.clock.posts >= self._moments[0]:
            self._moments.pop(0)
            await asyncio.sleep(self._chance.uniform(0, 0.1))
            self._stage.kill(self._chance.choice(self._stage.workers))
            self._stage.start_worker()
            self.killed += 1


async def _part(stage: Ground, wanted: dict[str, object], killed: int, seconds: float) -> Part:
    log = list(read(stage.log))
    uncertain = await uncertain_tips(stage.storage)
    counts = {name: counted(wanted, uncertain, log, name) for name in (*PLATFORMS, None)}  # type: ignore[arg-type]
    part = Part(counts, killed, seconds)
    everything = counts[None]
    if everything.lost:
        part.wrong.append(f"lost: {' '.join(everything.lost[:5])}")
    if everything.duplicated:
        part.wrong.append(f"duplicated: {' '.join(everything.duplicated[:5])}")
    if counts["slack"].uncertain:
        part.wrong.append(f"{counts['slack'].uncertain} are uncertain in Slack, which can be asked")
    shown = {one.tip for one in log if one.shown}
    if untrue := await sent_tips(stage.storage) - shown:
        part.wrong.append(f"{len(untrue)} are noted as sent and were not shown")
    return part


def rush(kind: str, size: Size, seed: int) -> tuple[Part, dict[str, str]]:
    """Everything due at once, in one workspace and one tenant."""
    with ground(kind, MONDAY, size.factor_together, CALM, seed) as stage:
        return asyncio.run(_rush(stage, size, seed))


async def _rush(stage: Ground, size: Size, seed: int) -> tuple[Part, dict[str, str]]:
    await subscribe(stage, Where(size.together, 1, (Rhythm(1, 9, "UTC"),)), seed)
    end = MONDAY + timedelta(days=1)
    wanted = await wanted_tips(stage.storage, MONDAY, end)
    for _ in range(WORKERS):
        stage.start_worker()
    await asyncio.sleep(3)
    begun = time.monotonic()
    problem = await _until(stage, end.timestamp(), None)
    part = await _part(stage, wanted, 0, time.monotonic() - begun)  # type: ignore[arg-type]
    part.wrong += problem
    facts = _pace_facts(list(read(stage.log)), min(one.due for one in wanted.values()))
    posts = sum(part.counts[None].met.values()) - part.counts[None].met["unheard"]
    busy = sum(part.counts[None].met[name] for name in ("throttled", "pace", "window"))
    facts["answered 429"] = f"{busy} of {posts} ({100 * busy / max(1, posts):.2f} %)"
    if part.counts[None].met["window"]:
        part.wrong.append(f"{part.counts[None].met['window']} requests inside a Retry-After window")
    if busy >= posts / 100:
        part.wrong.append("one in a hundred or more was answered 429")
    return part, facts


def _pace_facts(log: Sequence[Asked], due: float) -> dict[str, str]:
    facts = {}
    for platform, name in PLATFORMS.items():
        shown = [one.at for one in log if one.platform == platform and one.shown]
        took = max(shown, default=due) - due
        a_second = len(shown) / max(1.0, took)
        facts[f"{name}, from due to the last shown"] = f"{took / 60:.1f} min, {a_second:.2f} a second"
    return facts


def describe(console: Console, title: str, part: Part, facts: dict[str, str]) -> None:
    rows = [part.counts[name].row(PLATFORMS.get(name or "", "both")) for name in (*PLATFORMS, None)]
    console.print(table(title, rows))
    met = part.counts[None].met
    names = [name for name in MET if met[name]]
    console.print(f"kills: {part.kills}; " + "; ".join(f"{MET[name]}: {met[name]}" for name in names))
    for name, fact in facts.items():
        console.print(f"{name}: {fact}")
    console.print(f"{part.seconds:.0f} real seconds; " + ("as wanted" if not part.wrong else "NOT as wanted:"))
    for wrong in part.wrong:
        console.print(f"  {wrong}", markup=False)
