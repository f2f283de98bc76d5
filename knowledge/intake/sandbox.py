"""Runs the reading of one document in a child process that knows no secret and may take only so much."""

from __future__ import annotations

import json
import signal
import subprocess  # our own interpreter, with fixed arguments
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import knowledge
from knowledge.errors import DocumentUnusable
from knowledge.intake.values import Extract, Limits, from_plain

CHILD = "knowledge.intake.child"
_CODE = Path(str(knowledge.__file__)).parents[1]
_ENDED_BY_LIMIT = (-signal.SIGKILL, -getattr(signal, "SIGXCPU", signal.SIGKILL))
_COMMAND = (sys.executable, "-P", "-s", "-B", "-m", CHILD)


def read_apart(data: bytes, name: str, limits: Limits) -> Extract:
    """What the child makes of the document. Raises DocumentUnusable, and nothing else, whatever the bytes are."""
    if len(data) > limits.input_bytes:
        size = limits.input_bytes / 1_000_000
        raise DocumentUnusable(
            f"{name} is larger than {size:.0f} MB: save the page without its pictures, or a part of it."
        )
    header = json.dumps({"name": name, "limits": asdict(limits)}).encode() + b"\n"
    answer, ended = _ask(header + data, limits)
    if ended:
        raise DocumentUnusable(
            f"{name} takes too long or too much memory to read: import its text as a plain text file."
        )
    return _understood(answer, name, limits)


def _ask(request: bytes, limits: Limits) -> tuple[bytes, bool]:
    """The child's answer, at most one byte more than it may be, and whether a limit ended the child."""
    with subprocess.Popen(  # noqa: S603  # a fixed command; the document goes in through the pipe
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        close_fds=True,
        start_new_session=True,
    ) as child:
        assert child.stdout
        timer = threading.Timer(limits.wall_seconds, child.kill)
        feeder = threading.Thread(target=_feed, args=(child, request), daemon=True)
        timer.start()
        feeder.start()
        try:
            answer = child.stdout.read(limits.output_bytes + 1)
            if len(answer) <= limits.output_bytes:
                child.wait()
        finally:
            timer.cancel()
            timer.join()
            child.kill()
            feeder.join()
    return answer, child.returncode in _ENDED_BY_LIMIT and len(answer) <= limits.output_bytes


def _feed(child: subprocess.Popen[bytes], request: bytes) -> None:
    """The child may end before it has read all: then the rest is nobody's."""
    assert child.stdin
    with suppress(OSError):
        child.stdin.write(request)
    with suppress(OSError):
        child.stdin.close()


def _environment() -> dict[str, str]:
    """Nothing is inherited: tokens and addresses of databases stay here. The hash seed makes two runs the same."""
    return {"PYTHONPATH": str(_CODE), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


def _understood(answer: bytes, name: str, limits: Limits) -> Extract:
    if len(answer) > limits.output_bytes:
        raise DocumentUnusable(f"{name} holds too much text: import it in parts.")
    try:
        said = json.loads(answer)
        if "unusable" in said:
            raise DocumentUnusable(str(said["unusable"]))
        return from_plain(said)
    except (ValueError, KeyError, TypeError) as error:
        raise DocumentUnusable(
            f"{name} cannot be read, it may be damaged: save it again, or its text as a plain text file."
        ) from error
