"""Answers being written in a one-to-one chat: which stream belongs to which key, and when it may be updated."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from adapters.msteams import limits
from bot.ports import Clock


@dataclass(slots=True)
class Stream:
    """``id`` comes with the answer to the first update; ``sequence`` counts the updates sent, ``shown`` is the text of
    the last one, whether it arrived or not.
    """

    started: datetime
    updated: datetime
    id: str | None = None
    sequence: int = 0
    shown: str = ""
    broken: bool = False


class Streams:
    """Streams by key. They live in this process only: a final message from elsewhere is an ordinary one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Stream] = OrderedDict()

    def due(self, key: str) -> Stream | None:
        """The stream to update now, or None while it is too early, over, or broken."""
        now = self._clock()
        known = self._open.get(key)
        if known is None:
            return self._begin(key, now)
        waited = (now - known.updated).total_seconds() * 1_000
        if known.broken or self._over(known, now) or waited < limits.STREAM_PAUSE_MILLISECONDS.value:
            return None
        return known

    def updated(self, stream: Stream, activity: str | None) -> None:
        stream.id, stream.updated = stream.id or activity, self._clock()
        stream.sequence += 1
        stream.broken = stream.id is None

    def ending(self, key: str) -> Stream | None:
        """The stream that the final message ends, if it still can; it has an id."""
        known = self._open.get(key)
        return None if known is None or known.id is None or self._over(known, self._clock()) else known

    def ended(self, key: str) -> None:
        """The final message stands; a stream whose final message was turned away stays for the next try."""
        self._open.pop(key, None)

    def _begin(self, key: str, now: datetime) -> Stream:
        if len(self._open) >= limits.STREAMS.value:
            self._open.popitem(last=False)
        self._open[key] = Stream(started=now, updated=now)
        return self._open[key]

    def _over(self, stream: Stream, now: datetime) -> bool:
        return (now - stream.started).total_seconds() >= limits.STREAM_SECONDS.value
