"""One message a second in a channel, kept without asking Slack to count for us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.slack.limits import LONGEST_WAIT_SECONDS, SECONDS_BETWEEN_MESSAGES
from bot.ports import Clock

Sleep = Callable[[float], Awaitable[None]]

_REMEMBERED_CHANNELS = 1_000


class Pace:
    """Gives out turns to speak in a channel."""

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._free_at: dict[str, float] = {}

    async def turn(self, channel: str) -> float:
        """Waits for a turn and takes it: 0. If that would take too long, the seconds it would take, and no turn."""
        now = self._clock().timestamp()
        at = max(now, self._free_at.get(channel, now))
        if at - now > LONGEST_WAIT_SECONDS:
            return at - now
        self._free_at[channel] = at + SECONDS_BETWEEN_MESSAGES
        self._forget(now)
        if at > now:
            await self._sleep(at - now)
        return 0.0

    def take_if_free(self, channel: str) -> bool:
        """Takes a turn if one is free now; never waits."""
        now = self._clock().timestamp()
        if self._free_at.get(channel, now) > now:
            return False
        self._free_at[channel] = now + SECONDS_BETWEEN_MESSAGES
        return True

    def hold(self, channel: str, seconds: float) -> None:
        """Slack asked for silence in this channel."""
        until = self._clock().timestamp() + seconds
        self._free_at[channel] = max(until, self._free_at.get(channel, 0.0))

    def _forget(self, now: float) -> None:
        if len(self._free_at) > _REMEMBERED_CHANNELS:
            self._free_at = {channel: at for channel, at in self._free_at.items() if at > now}
