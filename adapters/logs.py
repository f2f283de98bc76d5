"""The log of a process that stays: each line with its time, as text or as JSON, and of one kind only so many. Commands
that somebody waits for write short lines (``cli.main``).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from types import TracebackType

from adapters.settings import LogForm, LogLevel, unknown_settings
from bot.faults import trace_without_words

OURS = ("adapters", "bot", "knowledge")
"""Whose lines the level is about; of all other packages warnings and errors are written."""
SHORTEST, LONGEST = 60.0, 3600.0
"""Seconds that a line has to wait before it is written again: doubled each time, as long as it keeps coming."""
KINDS = 500
"""Lines that are remembered."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that begin a line, steer a terminal or turn words round."""
_log = logging.getLogger(__name__)
_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@contextmanager
def kept_log(form: LogForm, level: LogLevel) -> Iterator[None]:
    """For a process that stays, until it ends. Its first lines are about variables that are no settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else DatedLines())
    handler.addFilter(Seldom())
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    root.handlers[:] = [handler]
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    try:
        for sentence in unknown_settings():
            _log.warning("%s", sentence)
        yield
    finally:
        root.handlers[:] = before
        for name in OURS:
            logging.getLogger(name).setLevel(logging.NOTSET)


@contextmanager
def quiet_log() -> Iterator[None]:
    """While somebody talks with Midway where the log is written, too: errors alone. What warnings are about is said in
    the conversation.
    """
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(before)


class DatedLines(logging.Formatter):
    """``2026-11-28T07:30:00.000Z WARNING bot.worker: what happened``, in UTC; the trace of an error below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # logging's name
        return _moment(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """In one line, whatever a request put into it: nobody can write a line of their own."""
        held = held_back(record)
        said = _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), super().formatMessage(record))
        return said + (f" (and {held} more like it since it was last written)" if held else "")

    def formatException(self, ei: _ErrorInfo) -> str:  # noqa: N802
        """Without the message of the error, which may quote what a person wrote."""
        return trace_without_words(ei[1]) if ei[1] else ""


class JsonLines(logging.Formatter):
    """An object a line: ``time``, ``level``, ``logger``, ``message``; ``trace`` where an error came with it, and
    ``repeated`` where more like it were held back.
    """

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, str | int] = {
            "time": _moment(record), "level": record.levelname.lower(), "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            said["trace"] = trace_without_words(record.exc_info[1])
        if held := held_back(record):
            said["repeated"] = held
        return json.dumps(said, ensure_ascii=False)


@dataclass(slots=True)
class _Kind:
    """When one was written and when one came last, how long the next has to wait, how many were held back since."""

    written: float
    came: float
    pause: float = SHORTEST
    held: int = 0


class Seldom(logging.Filter):
    """Writes what comes again and again once a minute, then ever more seldom, down to once an hour, and how many there
    were in between; all else as it comes. The same is: logger, words, and the error that came with them.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: OrderedDict[tuple[str, ...], _Kind] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        kind = self._kind(record.name, record.getMessage(), trace_without_words(error) if error else "")
        now = self._clock()
        quiet, kind.came = now - kind.came, now
        if now - kind.written < kind.pause:
            kind.held += 1
            return False
        kind.pause = SHORTEST if quiet >= 2 * kind.pause else min(2 * kind.pause, LONGEST)  # after so long it is news
        record.held, kind.held, kind.written = kind.held, 0, now
        return True

    def _kind(self, *key: str) -> _Kind:
        kind = self._kinds.setdefault(key, _Kind(-inf, -inf))
        self._kinds.move_to_end(key)
        if len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        return kind


def held_back(record: logging.LogRecord) -> int:
    """How many like it were not written since the last that was."""
    return int(getattr(record, "held", 0))


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
