"""A real Chroma server on 127.0.0.1 for tests, ended with the test."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.ports import free_port

START_SECONDS = 60.0
RUN = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(sys.argv)"
"""What the program ``chroma`` does, without the four seconds in which it imports the rest of chromadb first."""


class ChromaServer:
    """``chroma run`` over one folder; it can go away and come back under the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        command = [sys.executable, "-c", RUN, "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "chroma run ended by itself"
            assert time.monotonic() < until, "chroma run does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).is_success
        except httpx.HTTPError:
            return False
