"""Other processes, started and measured. Standard library alone: a child's figures begin with its parent's."""

from __future__ import annotations

import json
import os
import subprocess  # measuring programs as wholes is what this is for
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Environment = Mapping[str, str]
KILOBYTES = 1024 if sys.platform == "darwin" else 1
"""``ru_maxrss`` counts bytes there and kilobytes elsewhere."""


@dataclass(frozen=True)
class Run:
    """One program from start to end: seconds to the first byte it printed and to its end, CPU seconds, peak memory."""

    first_byte: float
    seconds: float
    cpu: float
    peak_mb: float
    printed: str


def run(command: Sequence[str], environment: Environment) -> Run:
    """Run a program to its end; ends this one with its errors if it fails."""
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout and process.stderr
        first = os.read(process.stdout.fileno(), 1)
        first_byte = time.perf_counter() - begun
        printed, said = first + process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{said.decode(errors='replace')}")
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KILOBYTES / 1024
    return Run(first_byte, seconds, cpu, peak, printed.decode(errors="replace"))


class Worker:
    """A process kept warm that takes a line of JSON and answers with one."""

    def __init__(self, command: Sequence[str], environment: Environment) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)  # noqa: S603
        self.greeting = self._read()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._read()

    @property
    def peak_mb(self) -> float:
        return peak_mb(self._process.pid)

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            sys.exit("A process that is measured ended: what it said stands above.")
        found: dict[str, Any] = json.loads(line)
        return found


def peak_mb(pid: int) -> float:
    """The most memory a living process has had at any time."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
