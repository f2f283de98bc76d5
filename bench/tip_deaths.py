"""Tries every death of ``tip_lines``: one process dies there, another finishes, and what was shown is counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.process import BaseProcess

from rich.console import Console
from tip_clock import MONDAY
from tip_counting import COLUMNS, PLATFORMS, Counted, counted, table, uncertain_tips, wanted_tips
from tip_ground import Ground, ground, processes, slack_place, teams_place
from tip_lines import STEPS, Death, Line, send_and_die
from tip_log import read

from bot.pace import Pace
from bot.storage.subscriptions import Wish
from bot.tip_times import Rhythm, next_slots

LANES, FACTOR, PATIENCE = 2, 20.0, 90.0
"""Databases that are worked on at once; how fast the clock runs; real seconds for one process."""
LATER = timedelta(minutes=5)
"""By so much the clock of each process is ahead of the one before, whose claims have run out then."""
KILLED = -9
RHYTHM = Rhythm(1, 9, "UTC")
Deaths = tuple[Death, ...]


@dataclass
class Ended:
    """``reached`` are the lines that a whole life reached, and those that only a successor reaches."""

    counts: dict[str | None, Counted]
    reached: tuple[int, int]
    deaths: int
    steps: dict[str, int]
    seconds: float
    wrong: list[str]


class Lane:
    """One database, on which one death after another is tried; each has a workspace and three tips of its own."""

    def __init__(self, stage: Ground, lane: int) -> None:
        self._stage = replace(stage, pace=Pace(between=0.0, hold=0.0))
        self._next = lane
        self.died: list[Death] = []
        self.wrong: list[str] = []

    async def reached(self, before: Deaths = ()) -> set[Line]:
        """The lines that a process reaches after those deaths."""
        await self._plan()
        for number, death in enumerate(before):
            await self._end(self._start(number, death))
        ours, theirs = processes.Pipe()
        process = self._start(len(before), Death(), theirs)
        found: list[Line] = await asyncio.to_thread(ours.recv)
        await self._end(process)
        return set(found)

    async def run(self, deaths: Deaths) -> None:
        """Each of these in turn, then a life to the end."""
        await self._plan()
        for number, death in enumerate(deaths):
            if await self._end(self._start(number, death)) == KILLED:
                self.died.append(death)
        if await self._end(self._start(len(deaths), Death())) != 0:
            self.wrong.append(f"after {deaths} nobody could finish")

    async def _plan(self) -> None:
        """Three tips: one as usual, one whose answer is lost, one that is asked to come later."""
        self._next += LANES
        stage, now = self._stage, self._stage.clock()
        places = (
            slack_place(self._next, 0), slack_place(self._next, 1, "LOST"),
            teams_place(stage.teams, self._next, 2, "BUSY"),
        )
        async with stage.storage.unit() as unit:
            for place in places:
                await unit.subscriptions.make(place, None, Wish(RHYTHM), next_slots(RHYTHM, MONDAY, 1)[0], now)

    def _start(self, number: int, death: Death, told: object = None) -> BaseProcess:
        arguments = (self._stage.life, number * LATER, death, told)
        process = processes.Process(target=send_and_die, args=arguments, daemon=True)
        process.start()
        return process

    async def _end(self, process: BaseProcess) -> int | None:
        await asyncio.to_thread(process.join, PATIENCE)
        if process.is_alive():
            process.kill()
            await asyncio.to_thread(process.join, PATIENCE)
            return None
        return process.exitcode


def lines(kind: str, every: int, seed: int) -> Ended:
    """Every so-many-th line, on one kind of database."""
    with ExitStack() as stack:
        at = MONDAY + timedelta(hours=10)
        stages = [stack.enter_context(ground(kind, at, FACTOR, {}, seed)) for _ in range(LANES)]
        return asyncio.run(_lines(stages, every))


async def _lines(stages: Sequence[Ground], every: int) -> Ended:
    begun = time.monotonic()
    lanes = [Lane(stage, number) for number, stage in enumerate(stages)]
    alone = await lanes[0].reached()
    after = Death(step="sent")
    later = await lanes[0].reached((after,)) - alone
    tries: list[Deaths] = [(Death(line),) for line in sorted(alone)] + [(after, Death(line)) for line in sorted(later)]
    steps = [(Death(step=step, reach=reach),) for step in STEPS for reach in (1, 2, 3)]
    left = [*tries[::every], *steps]

    async def work(lane: Lane) -> None:
        while left:
            await lane.run(left.pop(0))

    await asyncio.gather(*(work(lane) for lane in lanes))
    died = [death for lane in lanes for death in lane.died]
    at_steps = {step: sum(death.step == step for death in died) for step in STEPS}
    at_steps["sent"] -= sum(len(one) > 1 for one in tries[::every])
    counts = await _counts(stages)
    ended = Ended(counts, (len(alone), len(later)), len(died), at_steps, time.monotonic() - begun, [])
    ended.wrong += [wrong for lane in lanes for wrong in lane.wrong]
    missed = [one[-1].line for one in tries[::every] if one[-1] not in died]
    if missed:
        ended.wrong.append(f"not reached again, so nobody died there: {missed}")
    return ended


async def _counts(stages: Sequence[Ground]) -> dict[str | None, Counted]:
    wanted, uncertain, log = {}, set(), []
    for stage in stages:
        wanted |= await wanted_tips(stage.storage, MONDAY, MONDAY + timedelta(days=1))
        uncertain |= await uncertain_tips(stage.storage)
        log += list(read(stage.log))
    return {name: counted(wanted, uncertain, log, name) for name in (*PLATFORMS, None)}


def describe_lines(console: Console, kind: str, ended: Ended) -> bool:
    """Print it; True if it was not as wanted."""
    columns = len(COLUMNS) - 3  # a delay would tell nothing here
    rows = [ended.counts[name].row(PLATFORMS.get(name or "", "both"))[: columns + 1] for name in (*PLATFORMS, None)]
    console.print(table(f"{kind}: kill -9 at every line while three tips are sent", rows, columns))
    alone, later = ended.reached
    steps = ", ".join(f"{name} {number}" for name, number in ended.steps.items())
    console.print(f"{ended.deaths} deaths; {alone} lines reached, {later} more by who takes over; named steps: {steps}")
    everything = ended.counts[None]
    if everything.lost or everything.duplicated:
        ended.wrong.append(f"lost {everything.lost[:3]}, duplicated {everything.duplicated[:3]}")
    if everything.uncertain > ended.deaths or ended.counts["slack"].uncertain:
        ended.wrong.append("more are uncertain than deaths explain")
    console.print(f"{ended.seconds:.0f} real seconds; " + ("as wanted" if not ended.wrong else "NOT as wanted:"))
    for wrong in ended.wrong:
        console.print(f"  {wrong}", markup=False)
    return bool(ended.wrong)
