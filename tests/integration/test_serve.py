"""`midway serve` as a process on a free port: greets, answers, ends when asked to, and loses nothing when killed."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner

from adapters import serving as serving_command
from adapters.cli import app
from adapters.settings import Settings
from bot.help_views import SUGGESTIONS
from tests.harness.web import Browser
from tests.integration.command_line import as_process
from tests.integration.started import PATIENCE, PILOT, answers, serving
from tests.knowledge_fixtures import real_data, real_models
from tests.ports import free_port

__all__ = ["real_data", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)


async def test_a_page_a_question_and_an_orderly_end(data: Path) -> None:
    """Greeting, health, a page for this machine only, an answer, and nothing left behind after SIGTERM."""
    with serving(data) as (served, address):
        assert address in served.greeting
        assert as_process(data, ["sign-in"]).stdout.decode().startswith(f"{address}/sign-in?t=")
        assert all(question in served.greeting for question in SUGGESTIONS) and len(SUGGESTIONS) >= 3
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
            assert (await client.get("/healthz")).json() == {"ok": True}
            ready = (await client.get("/readyz")).json()
            assert (ready["ready"], ready["index"]) == (True, "built")
            for path in ("/", "/chat/history", "/library"):
                for headers in ({"Host": "evil.example"}, {"X-Forwarded-For": "10.0.0.1"}):
                    assert (await client.get(path, headers=headers)).status_code == 401
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


def test_the_shipped_library_is_looked_up_in_chroma(data: Path) -> None:
    """All of its passages are taken by the store and found there as they lie in the snapshot."""
    with serving(data) as (served, address):
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            until = time.monotonic() + 3 * PATIENCE  # thousands of passages are written first
            while (searched := client.get("/readyz").json()["vectors"]) != "chroma" and time.monotonic() < until:
                time.sleep(0.2)
            assert searched == "chroma"
        served.end(signal.SIGTERM)


async def test_killed_in_the_middle_of_a_question_it_answers_after_the_next_start(data: Path) -> None:
    """What was acknowledged is answered, once; the person's cookies are still good."""
    with serving(data) as (served, address):
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
            browser = Browser(client)
            await browser.open()
            assert (await browser.send("messages", id="one", text=PILOT)).status_code == 202
            with closing(sqlite3.connect(data / "midway.db", timeout=10)) as database:
                database.execute("BEGIN IMMEDIATE")  # from here on the worker cannot write down how far it is
                served.end(signal.SIGKILL)
            cookies = client.cookies
    _time_passes(data)
    with serving(data) as (served, address):
        async with httpx.AsyncClient(base_url=address, cookies=cookies, trust_env=False, timeout=60) as client:
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


def test_a_terminal_that_is_gone_ends_it_in_good_order(data: Path) -> None:
    """What it has in hand is finished; the log has nothing to tell, and the database is closed."""
    with serving(data) as (served, _):
        assert served.end(signal.SIGHUP) == 0
        assert served.process.stdout and served.process.stdout.read() == ""
    assert not (data / "midway.db-wal").exists()


def test_what_keeps_it_from_starting_is_one_sentence(data: Path) -> None:
    """Here somebody was forgotten, which is to be done again first, and the database is held by another program."""
    assert as_process(data, ["migrate"]).returncode == 0
    line = {"tenant": "T", "person": "p", "at": "2026-11-16T09:00:00+00:00"}
    (data / "erasures.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    for command in (["serve", "--port", "0"], ["worker"]):
        with closing(sqlite3.connect(data / "midway.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            done = as_process(data, command)
        assert (done.returncode, done.stdout.decode()) == (1, "")
        assert done.stderr.decode() == "The database is busy because another program holds it. Try again in a moment.\n"


def test_its_log_has_a_time_on_each_line(data: Path) -> None:
    """As JSON where that is wanted; a variable that is misspelt is in it, once."""
    with serving(data, MIDWAY_LOG="json", MIDWAY_DESK="x") as (served, _):
        line = json.loads(served.greeting.splitlines()[0])
        served.end(signal.SIGTERM)
    assert datetime.fromisoformat(line.pop("time")).tzinfo is UTC
    assert line == {"level": "warning", "logger": "adapters.logs", "message": "MIDWAY_DESK is not a setting: did you mean MIDWAY_DESKS?"}


def test_a_port_in_use_is_one_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = as_process(data, ["serve", "--port", str(port)])
    assert (done.returncode, done.stdout) == (1, b"")
    said = done.stderr.decode()
    assert f"127.0.0.1:{port} (Address already in use):" in said and f"--port {port + 1}" in said and said.count("\n") == 1


def test_the_port_is_ours_while_we_prepare(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the demo takes a minute; nobody else gets the port meanwhile."""
    monkeypatch.chdir(data)
    port = free_port()

    def preparing(_: Settings, *, answers: bool) -> NoReturn:
        with pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", port))
        raise InterruptedError

    monkeypatch.setattr(serving_command, "prepared", preparing)
    with pytest.raises(InterruptedError):
        serving_command.serve("127.0.0.1", port, None)
    socket.create_server(("127.0.0.1", port)).close()


def test_a_proxy_closes_an_idle_connection_before_we_do() -> None:
    """Else a request meets one that is just being closed. Caddy keeps them for 120 seconds, nginx for 60."""
    assert serving_command.configured(Starlette()).timeout_keep_alive > 120


def test_beyond_the_last_port_there_is_none_to_suggest() -> None:
    assert "--port 65534" in serving_command.port_taken("127.0.0.1", 65535, OSError(98, "Address already in use"))


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_cannot_be_is_wrong_usage(port: str) -> None:




    assert CliRunner().invoke(app, ["serve", "--port", port]).exit_code == 2
