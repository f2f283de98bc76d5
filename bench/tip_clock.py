"""One fast clock for many processes: real time times a factor, which also leaps over hours in which nothing happens."""

from __future__ import annotations

import asyncio
import mmap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

LEAPT, POSTS = 0, 1
"""Places in the file: seconds that were leapt over, and messages that the platforms were asked to post so far."""
SIZE = 4096


class FastClock:
    """Every process that opens the same file reads the same time; ``time.monotonic`` said ``begun`` at ``start``."""

    def __init__(self, file: Path, start: datetime, begun: float, factor: float) -> None:
        self.file, self.start, self.begun, self.factor = file, start, begun, factor
        with file.open("r+b") as opened:
            self._shared = memoryview(mmap.mmap(opened.fileno(), SIZE)).cast("d")

    @classmethod
    def make(cls, file: Path, start: datetime, factor: float) -> FastClock:
        file.write_bytes(bytes(SIZE))
        return cls(file, start, time.monotonic(), factor)

    def __reduce__(self) -> tuple[type[FastClock], tuple[Path, datetime, float, float]]:
        return FastClock, (self.file, self.start, self.begun, self.factor)

    def __call__(self) -> datetime:
        passed = (time.monotonic() - self.begun) * self.factor + self._shared[LEAPT]
        return self.start + timedelta(seconds=passed)

    async def sleep(self, seconds: float) -> None:
        """Seconds of this clock."""
        await asyncio.sleep(seconds / self.factor)

    async def sleep_past(self, minute: int) -> None:
        """Until this minute is over; a leap meanwhile is noticed."""
        while self.minute() == minute:
            now = self()
            await self.sleep(min(0.5, 60 - now.second - now.microsecond / 1e6) + 0.001)

    def leap_to(self, moment: datetime) -> None:
        """For one process alone to do."""
        self._shared[LEAPT] += max(0.0, (moment - self()).total_seconds())

    @property
    def posts(self) -> int:
        """How many messages the platforms were asked to post."""
        return int(self._shared[POSTS])

    def count_post(self) -> None:
        self._shared[POSTS] += 1

    def minute(self) -> int:
        return int(self().timestamp() // 60)


MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
"""Where the clock begins; in the eight weeks after it the clocks change in Europe and in America."""
