"""`midway serve` as a process on a free port: greets, answers, ends when asked to, and loses nothing when killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from adapters.cli import app
from bot.views import SUGGESTIONS
from tests.harness.web import Browser, PageReader
from tests.integration.command_line import MIDWAY, as_process, data_folder, environment
from tests.integration.web_site import free_port
from tests.knowledge_fixtures import real_data, real_models

__all__ = ["real_data", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

PILOT = "How do we launch a pilot?"
PATIENCE = 60.0


class Served:
    """A serving process, the only one in a session of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [MIDWAY, "serve", "--port", str(port)], cwd=data, env=environment(data), text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
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
def serving(data: Path) -> Iterator[Served]:
    served = Served(data, free_port())
    try:
        yield served
    finally:
        with suppress(ProcessLookupError):
            os.killpg(served.process.pid, signal.SIGKILL)
        served.process.wait()
        if served.process.stdout:
            served.process.stdout.close()


@pytest.fixture
def data(tmp_path: Path, real_data: Path) -> Path:
    return data_folder(tmp_path / "data", real_data)


async def answers(browser: Browser, path: str = "/") -> list[str]:
    """What Midway has said, once there is something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page = PageReader((await browser.client.get(path, follow_redirects=True)).text)
        if said := [" ".join(message["words"]) for message in page.messages if message["class"] == ["message midway"]]:
            return said
        await asyncio.sleep(0.1)
    raise TimeoutError("no answer came")


async def test_a_page_a_question_and_an_orderly_end(data: Path) -> None:
    """Greeting, health, a page for this machine only, an answer, and nothing left behind after SIGTERM."""
    with serving(data) as served:
        assert served.address in served.greeting
        assert all(question in served.greeting for question in SUGGESTIONS) and len(SUGGESTIONS) >= 3
        async with httpx.AsyncClient(base_url=served.address, trust_env=False) as client:
            assert (await client.get("/healthz")).json() == {"ok": True}
            ready = (await client.get("/readyz")).json()
            assert (ready["ready"], ready["index"]) == (True, "built")
            for path in ("/", "/chat/history", "/library"):
                refused = 401 if path == "/library" else 403
                assert (await client.get(path, headers={"Host": "evil.example"})).status_code == refused
                assert (await client.get(path, headers={"X-Forwarded-For": "10.0.0.1"})).status_code == refused
            browser = Browser(client)
            await browser.open()
            assert (await browser.send("messages", id="one", text=PILOT)).status_code == 202
            [answer] = await answers(browser)
            assert "First answer here" in answer and "We'll try it" in answer
            # A page that listens for news must not keep the server from ending.
            async with client.stream("GET", "/chat/events", params={"c": browser.conversation}):
                begun = time.monotonic()
                assert await asyncio.to_thread(served.end, signal.SIGTERM) in (0, -signal.SIGTERM)
                assert time.monotonic() - begun < 20


async def test_killed_in_the_middle_of_a_question_it_answers_after_the_next_start(data: Path) -> None:
    """What was acknowledged is answered, once; the person's cookies are still good."""
    with serving(data) as served:
        async with httpx.AsyncClient(base_url=served.address, trust_env=False) as client:
            browser = Browser(client)
            await browser.open()
            assert (await browser.send("messages", id="one", text=PILOT)).status_code == 202
            with closing(sqlite3.connect(data / "midway.db", timeout=10)) as database:
                database.execute("BEGIN IMMEDIATE")  # from here on the worker cannot write down how far it is
                served.end(signal.SIGKILL)
            cookies = client.cookies
    _time_passes(data)
    with serving(data) as served:
        async with httpx.AsyncClient(base_url=served.address, cookies=cookies, trust_env=False) as client:
            [answer] = await answers(Browser(client), f"/?c={browser.conversation}")
            assert "We'll try it" in answer
            served.end(signal.SIGTERM)
    with closing(sqlite3.connect(data / "midway.db")) as database:
        assert database.execute("select count(*) from question").fetchone() == (1,)
        assert database.execute("select count(*) from web_message where author = 'midway'").fetchone() == (1,)


def _time_passes(data: Path) -> None:
    """The claim that the killed process held is over."""
    with closing(sqlite3.connect(data / "midway.db")) as database:
        database.execute("update inbox set due_at = '2020-01-01 00:00:00.000000' where state = 'working'")
        database.commit()


def test_a_port_in_use_is_one_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = as_process(data, ["serve", "--port", str(port)])
    assert (done.returncode, done.stdout) == (1, b"")
    said = done.stderr.decode()
    assert f"127.0.0.1:{port}" in said and f"--port {port + 1}" in said and said.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_port_that_cannot_be_is_wrong_usage(port: str) -> None:




    assert CliRunner().invoke(app, ["serve", "--port", port]).exit_code == 2
