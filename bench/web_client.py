"""`midway serve` with the web alone, started, asked over HTTP as its page asks, and measured."""

from __future__ import annotations

import json
import re
import socket
import subprocess  # the server that is measured is a process of its own
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import processes

START_SECONDS, ANSWER_SECONDS, LOOK_EVERY = 120.0, 60.0, 0.02


@dataclass(frozen=True)
class Served:
    """Seconds from the start of the process to the first page and to the first answer there; seconds of each answer;
    the longest that anything had to wait while vectors were got ready.
    """

    page: float
    first_answer: float
    answers: list[float]
    peak_mb: float
    vectors: str
    longest_wait: float


class Browser:
    """One visitor: cookies, the token of the page, and its conversation."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))
        self._conversation = self._token = ""

    def open_page(self) -> None:
        page = self._get("/").decode()
        self._conversation, self._token = (_attribute(page, name) for name in ("data-conversation", "data-csrf"))

    def ready(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._get("/readyz"))
        return found

    def ask(self, number: int, question: str) -> float:
        """Seconds from posting the question until the answer stands in the conversation."""
        begun = time.perf_counter()
        said = {"conversation": self._conversation, "id": f"bench-{number}", "text": question}
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self._token}
        known = self._messages()
        posted = Request(f"{self._address}/chat/messages", json.dumps(said).encode(), headers)  # noqa: S310
        self._opener.open(posted, timeout=30).read()
        while self._messages() < known + 2:
            if time.perf_counter() - begun > ANSWER_SECONDS:
                raise TimeoutError("the server does not answer")
            time.sleep(LOOK_EVERY)
        return time.perf_counter() - begun

    def _messages(self) -> int:
        return len(json.loads(self._get("/chat/history?c=" + self._conversation))["messages"])

    def _get(self, path: str) -> bytes:
        found: bytes = self._opener.open(self._address + path, timeout=30).read()
        return found


def serve_and_ask(command: Sequence[str], environment: Mapping[str, str], questions: Sequence[str]) -> Served:
    """Start the server, wait for its page and its vectors, ask, and stop it."""
    port = _free_port()
    browser = Browser(f"http://127.0.0.1:{port}")
    begun = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=quiet, stderr=quiet) as server:  # noqa: S603
        try:
            _wait_for_page(browser, server)
            page = time.perf_counter() - begun
            answers = [browser.ask(0, questions[0])]
            first_answer = time.perf_counter() - begun
            vectors, longest = _wait_for_vectors(browser)
            answers = [browser.ask(number, question) for number, question in enumerate(questions, start=1)]
            return Served(page, first_answer, answers, processes.peak_mb(server.pid), vectors, longest)
        finally:
            server.terminate()


def _wait_for_page(browser: Browser, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError):
            browser.open_page()
            return
        time.sleep(LOOK_EVERY)
    raise TimeoutError("`midway serve` did not start")


def _wait_for_vectors(browser: Browser) -> tuple[str, float]:
    """Where questions are looked up once it has had its time, ``chroma`` when all is well, and the longest wait."""
    until, found, longest = time.monotonic() + START_SECONDS, "", 0.0
    while found != "chroma" and time.monotonic() < until:
        time.sleep(LOOK_EVERY)
        begun = time.perf_counter()
        found = str(browser.ready()["vectors"])
        longest = max(longest, time.perf_counter() - begun)
    return found, longest


def _attribute(page: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]+)"', page)
    if found is None:
        raise ValueError(f"the page has no {name}")
    return found[1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
