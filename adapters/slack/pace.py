"""One message a second in a channel, kept without asking Slack to count for us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.slack.limits import LONGEST_WAIT_SECONDS, SECONDS_BETWEEN_MESSAGES
from bot.ports import Clock

Sleep = Callable[[float], Awaitable[None]]

_REMEMBERED_CHANNELS = 1_000
_LATE_SECONDS = 60.0
"""Who comes that much later than told lost their place: most likely it was said elsewhere, or never will be."""
_EARLY_SECONDS = LONGEST_WAIT_SECONDS / 2
"""So much before their turn they are told to come back, because a worker comes a second or two later than told."""


@dataclass(slots=True)
class _Line:
    """Who waits in a channel: ``places`` are the turns given out by key, ``next_at`` is the first one that is not."""

    next_at: float
    quiet_until: float
    places: dict[str, float] = field(default_factory=dict)

    def place(self, key: str, now: float) -> float:
        """The turn of this one: the one it was given, or the next, but never while the channel is to be quiet."""
        at = self.places.pop(key, None)
        if at is None:
            at = max(self.next_at, self.quiet_until, now)
            self.next_at = at + SECONDS_BETWEEN_MESSAGES
        return max(at, self.quiet_until, now)

    def keep(self, key: str, at: float, now: float) -> None:
        self.places = {other: turn for other, turn in self.places.items() if turn > now - _LATE_SECONDS}
        self.places[key] = at

    def take(self, at: float) -> None:
        self.quiet_until = at + SECONDS_BETWEEN_MESSAGES
        self.next_at = max(self.next_at, self.quiet_until)


class Pace:
    """Gives out turns to speak in a channel: each message has a place in the line, and keeps it while it is away."""

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lines: dict[str, _Line] = {}

    async def turn(self, channel: str, key: str) -> float:
        """Waits for the turn of this message and takes it: 0. If that would take too long, in how many seconds to come
        back; its place is kept.
        """
        now = self._now()
        line = self._line(channel, now)
        at = line.place(key, now)
        if at - now > LONGEST_WAIT_SECONDS:
            line.keep(key, at, now)
            return at - now - _EARLY_SECONDS
        line.take(at)
        if at > now:
            await self._sleep(at - now)
        return 0.0

    def take_if_free(self, channel: str) -> bool:
        """Takes a turn if one is free now and nobody waits; never waits."""
        now = self._now()
        line = self._line(channel, now)
        if max(line.next_at, line.quiet_until) > now:
            return False
        line.take(now)
        return True

    def hold(self, channel: str, key: str, seconds: float) -> None:
        """Slack asked for silence in this channel when this was said: all move back, and it is the first afterwards."""
        now = self._now()
        line, until = self._line(channel, now), now + seconds
        first = max(now, min(line.places.values(), default=line.next_at))
        moved = max(0.0, until + SECONDS_BETWEEN_MESSAGES - first)
        line.places = {other: at + moved for other, at in line.places.items()}
        line.next_at = max(now, line.next_at) + moved
        line.quiet_until = max(line.quiet_until, until)
        line.keep(key, until, now)

    def _line(self, channel: str, now: float) -> _Line:
        if len(self._lines) > _REMEMBERED_CHANNELS:
            self._lines = {name: line for name, line in self._lines.items() if line.next_at > now}
        return self._lines.setdefault(channel, _Line(now, now))

    def _now(self) -> float:
        return self._clock().timestamp()
