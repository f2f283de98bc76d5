"""A progress bar on stderr for what takes long, and silence for what does not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yields a function to call with how much is done of how much; the bar appears with the first call."""
    bars: list[tuple[Any, Any]] = []

    def report(done: int, of: int) -> None:
        if not bars:
            from rich.console import Console
            from rich.progress import Progress

            bar = Progress(console=Console(file=sys.stderr), transient=True)
            bar.start()
            bars.append((bar, bar.add_task(what, total=of)))
        bar, task = bars[0]
        bar.update(task, completed=done, total=of)

    try:
        yield report
    finally:
        for bar, _ in bars:
            bar.stop()
