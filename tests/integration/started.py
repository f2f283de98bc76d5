"""`midway serve` and `midway worker` as processes of their own, as somebody at a shell starts and stops them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.harness.web import Browser, PageReader
from tests.integration.command_line import MIDWAY, environment

PILOT = "How do we launch a pilot?"
PATIENCE = 60.0


def _hears_hang_ups() -> None:
    """As from a terminal, also where the tests themselves run under ``nohup``."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Started:
    """A process, the only one in a session of its own, that has said that it is ready."""

    def __init__(self, data: Path, *arguments: str, **settings: str) -> None:
        self.process = subprocess.Popen(
            [MIDWAY, *arguments], cwd=data, env=environment(data, **settings), text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=_hears_hang_ups,
        )
        self.greeting = self._read_greeting()

    def _read_greeting(self) -> str:
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        raise AssertionError(f"it ended: {said}")

    def end(self, how: signal.Signals) -> int:
        """Exit code; fails if anything of it lives on."""
        self.process.send_signal(how)
        code = self.process.wait(timeout=PATIENCE)
        with pytest.raises(ProcessLookupError):
            os.killpg(self.process.pid, 0)
        return code


@contextmanager
def started(data: Path, *arguments: str, **settings: str) -> Iterator[Started]:
    running = Started(data, *arguments, **settings)
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()
        if running.process.stdout:
            running.process.stdout.close()


@contextmanager
def serving(data: Path, *arguments: str, **settings: str) -> Iterator[tuple[Started, str]]:
    """A serving process, on a port that it finds free itself, and its address."""
    with started(data, "serve", "--port", "0", *arguments, **settings) as running:
        [address] = re.findall(r"Midway is at (http://127\.0\.0\.1:[1-9]\d*)\n", running.greeting)
        yield running, address


async def answers(browser: Browser, path: str = "/") -> list[str]:
    """What Midway has said, once there is something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page = PageReader((await browser.client.get(path, follow_redirects=True)).text)
        if said := [" ".join(message["words"]) for message in page.messages if message["class"] == ["message midway"]]:
            return said
        await asyncio.sleep(0.1)
    raise TimeoutError("no answer came")
