"""What befalls each request to a stand-in platform, drawn from a seed: the same request meets the same in every run."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["", "throttled", "5xx", "5xx, shown", "time-out", "time-out, shown", "slow", "out"]
"""Nothing; refused with Retry-After; an error or no answer, with the message shown or not; shown after seconds; and an
error because nothing works there at all for a while.
"""
UNANSWERED = ("5xx", "time-out", "out")
"""How fates begin that tell the asker nothing."""

STORM: Mapping[Fate, float] = {
    "throttled": 0.02, "5xx": 0.01, "5xx, shown": 0.01, "time-out": 0.01, "time-out, shown": 0.01, "slow": 0.05,
}
CALM: Mapping[Fate, float] = {"throttled": 0.002, "slow": 0.02}
SCRIPTED: Mapping[str, Fate] = {"LOST": "5xx, shown", "BUSY": "throttled"}
"""Channels with such a name meet this the first time that something is posted there."""


@dataclass
class Fates:
    """``shares`` of all requests meet each fate; without any, channels meet what their names say."""

    shares: Mapping[Fate, float]
    seed: int
    _tries: Counter[str] = field(default_factory=Counter)

    def of_post(self, channel: str, tip: str) -> Fate:
        self._tries[tip] += 1
        if not self.shares:
            return next((fate for name, fate in SCRIPTED.items() if name in channel and self._tries[tip] == 1), "")
        return self._drawn(f"post {channel} {tip.rpartition('-')[2]} {self._tries[tip]}")

    def of_look(self, channel: str) -> Fate:
        self._tries[f"look {channel}"] += 1
        fate = self._drawn(f"look {channel} {self._tries[f'look {channel}']}") if self.shares else ""
        return fate.split(",")[0]  # type: ignore[return-value]  # looking shows nothing

    def seconds(self, low: float, high: float, what: str) -> float:
        return random.Random(f"{self.seed} {what} {sum(self._tries.values())}").uniform(low, high)  # noqa: S311

    def _drawn(self, what: str) -> Fate:
        drawn = random.Random(f"{self.seed} {what}").random()  # noqa: S311 - to be the same in every run
        for fate, share in self.shares.items():
            drawn -= share
            if drawn < 0:
                return fate
        return ""
