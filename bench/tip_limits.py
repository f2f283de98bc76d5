"""What Slack and Teams allow in how many seconds, counted as strictly as they may."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["", "pace", "window"]
"""Let through; refused for too many; refused because the platform had asked for silence until later."""


@dataclass
class Limits:
    """``of_place`` and ``of_workspace`` are numbers of messages in so many seconds."""

    of_place: Iterable[tuple[int, float]]
    of_workspace: Iterable[tuple[int, float]]
    _passed: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=3000)))
    _silent_until: dict[str, float] = field(default_factory=dict)

    def ask(self, workspace: str, place: str, now: float) -> tuple[Verdict, float]:
        """Whether a message may pass; else for how many seconds nothing may be asked."""
        silence = self._silent_until.get(workspace, now) - now
        if silence > 0:
            return "window", silence
        for name, limits in ((workspace, self.of_workspace), (f"{workspace}/{place}", self.of_place)):
            for most, seconds in limits:
                recent = [at for at in self._passed[name] if at > now - seconds]
                if len(recent) >= most:
                    return "pace", self.silence(workspace, now, max(1.0, recent[0] + seconds - now))
        for name in (workspace, f"{workspace}/{place}"):
            self._passed[name].append(now)
        return "", 0.0

    def silence(self, workspace: str, now: float, seconds: float) -> float:
        """Nothing may be asked for so many whole seconds, which are returned."""
        whole = float(-(-seconds // 1))
        self._silent_until[workspace] = now + whole
        return whole


def slack_limits() -> Limits:
    """docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel, several hundred a minute in all."""
    return Limits([(1, 1.0)], [(300, 60.0)])


def teams_limits() -> Limits:
    """learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: in a thread, and 50 a second for a tenant."""
    return Limits([(7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0)], [(50, 1.0)])
