"""What is typed, line by line, while the loop goes on."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO


class Keyboard:
    """Reads ``source`` in threads that nobody waits for, so that Ctrl-C ends a line that was never finished."""

    def __init__(self, source: TextIO) -> None:
        self._source = _of_its_own(source)
        self.is_terminal = source.isatty()

    async def line(self) -> str:
        """The next line with its end; empty at the end of input."""
        return await _in_thread(self._source.readline)


def _of_its_own(source: TextIO) -> TextIO:
    """The same input through a buffer that nobody else has: Python closes its standard input when it ends, and must
    not wait for a thread that still reads from it.
    """
    try:
        number = source.fileno()
    except OSError:
        return source
    return os.fdopen(os.dup(number), encoding=source.encoding, errors=source.errors)


async def _in_thread(read: Callable[[], str]) -> str:
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()

    def settle(line: str | None, error: Exception | None) -> None:
        if typed.done():
            return
        if error is not None:
            typed.set_exception(error)
        else:
            typed.set_result(line or "")

    def work() -> None:
        line, failed = None, None
        try:
            line = read()
        except Exception as error:
            failed = error
        with suppress(RuntimeError):  # the loop is over, and nobody waits for the line
            loop.call_soon_threadsafe(settle, line, failed)

    threading.Thread(target=work, name="keyboard", daemon=True).start()
    return await typed
