"""How long the worker's steps may take, and how long it waits between tries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

Sleep = Callable[[float], Awaitable[None]]
Checkpoint = Callable[[str], None]
"""Called at each named step of the worker; what it raises ends the worker there, as a crash would."""


def no_checkpoint(_name: str) -> None:
    """Passes every step."""


async def rest(sleep: Sleep, seconds: float, until: asyncio.Event) -> None:
    """Wait for so long, or until the event."""
    both = {asyncio.ensure_future(sleep(seconds)), asyncio.ensure_future(until.wait())}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiting in both:
            waiting.cancel()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, and numbers of tries. Every path between two renewals of a claim must fit into ``lease``:

    otherwise a second worker takes the row over while the first still sends.

    ``between`` is the least time between two messages that nobody waits for in one workspace: Slack takes one a second
    in a channel and some hundreds a minute over all, Teams more. While one is on its way the next waits, at most for
    ``hold``: longer than a send may take, so that a platform which asks for silence is heard before the next is sent.

    Being asked to wait is no failed try. What has no time of its own to be said in is waited with for ``patience``: a
    day, because an answer in its thread helps the next day too, and longer no platform is merely busy. What is still
    not said then is given up and listed for a person to look at.
    """

    lease: float = 60.0
    handle: float = 40.0
    send: float = 14.0
    sign: float = 3.0
    look_after: float = 2.0
    answer_now: float = 2.0
    poll: float = 1.0
    between: float = 0.25
    hold: float = 15.0
    failures: int = 3
    sends: int = 6
    claims: int = 20
    longest_wait: float = 300.0
    patience: float = 86_400.0

    def __post_init__(self) -> None:
        delivering = 4 * self.send + self.look_after
        if max(self.sign + self.handle, delivering) >= self.lease:
            raise ValueError("a step may take longer than the claim lasts")
        if 0 < self.hold <= self.send:
            raise ValueError("a workspace would be spoken to before it has answered")

    @property
    def claim_time(self) -> timedelta:
        return timedelta(seconds=self.lease)

    def wait(self, tries: int, chance: float, told: float | None = None) -> timedelta:
        """How long to wait after so many tries: as told, or doubling; ``chance`` (0 to 1) spreads those who wait."""
        if told is not None:
            return timedelta(seconds=max(told, 0.0) + chance)
        return timedelta(seconds=min(2.0**tries, self.longest_wait) * (0.5 + chance / 2))
