"""How far something is that takes long, on stderr: a bar on a terminal, a line elsewhere; silence for what does not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Told:
    """What is told of one thing that takes long. To be called with how much is done of how much; it appears with the
    first call, or when it is told to ``begin``. ``in_vain`` is for whoever finds that nothing came of it.
    """

    def __init__(self, what: str, takes: str = "") -> None:
        self._what = what
        self._takes = f"; this takes {takes}" if takes else ""
        self._bar: Any = None
        self._begun = False
        self.in_vain = False

    def begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        if not sys.stderr.isatty():
            _say(f"{self._what}{self._takes} …")
            return
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(file=sys.stderr), transient=True)
        self._bar.add_task(self._what, total=None)
        self._bar.start()

    def __call__(self, done: int, of: int) -> None:
        self.begin()
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=done, total=of)

    def end(self) -> None:
        if self._bar:
            self._bar.stop()
        elif self._begun and not self.in_vain:
            _say(f"{self._what}: done.")


@contextmanager
def progress(what: str, takes: str = "") -> Iterator[Told]:
    """``takes`` is how long, in words."""
    told = Told(what, takes)
    try:
        yield told
    except BaseException:
        told.in_vain = True
        raise
    finally:
        told.end()


def _say(line: str) -> None:
    # In a log nobody sees a line that waits in a buffer.
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
