"""A clock for tests."""

from __future__ import annotations

from datetime import datetime, timedelta


class Clock:
    """Stands where it is set; moves when it is told to, and when somebody sleeps by it. With a ``step`` every look at it
    takes that long, so that no two are the same.
    """

    def __init__(self, now: datetime, step: timedelta = timedelta()) -> None:
        self.now = now
        self._step = step

    def __call__(self) -> datetime:
        self.now += self._step
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.pass_(seconds)
