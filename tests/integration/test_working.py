"""`midway worker` beside `midway serve --no-worker`, two processes on one database: one takes in, the other answers."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from tests.harness.web import Browser
from tests.integration.started import PATIENCE, PILOT, answers, serving, started
from tests.knowledge_fixtures import real_data, real_models

__all__ = ["real_data", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)


@asynccontextmanager
async def at_the_page(address: str) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
        browser = Browser(client)
        await browser.open()
        yield browser


async def read_until(browser: Browser, words: str) -> str:
    """What an open page was told, up to these words."""
    told = ""
    async with asyncio.timeout(PATIENCE), browser.client.stream("GET", "/chat/events", params={"c": browser.conversation}) as stream:
        async for piece in stream.aiter_text():
            told += piece
            if words in told:
                return told
    raise AssertionError(f"the stream ended: {told}")


async def test_an_open_page_shows_what_another_process_answers(data: Path) -> None:
    """The page of one process, the answer of the other; until a worker comes the question waits, and nothing is lost."""
    with serving(data, "--no-worker") as (served, address):
        assert "answers come from `midway worker`" in served.greeting
        async with at_the_page(address) as browser:
            assert (await browser.client.get("/readyz")).json()["vectors"] == "by workers"
            assert (await browser.send("messages", id="one", text=PILOT)).status_code == 202
            await asyncio.sleep(3)
            with closing(sqlite3.connect(data / "midway.db")) as database:
                assert database.execute("select count(*) from question").fetchone() == (0,)
            reading = asyncio.create_task(read_until(browser, "First answer here"))
            with started(data, "worker") as worker:
                assert worker.greeting == "Midway works for web. Ctrl-C stops it.\n"
                assert "event: message" in await reading
                [answer] = await answers(browser)
                assert "We'll try it" in answer
                assert await asyncio.to_thread(worker.end, signal.SIGTERM) == 0
        served.end(signal.SIGTERM)


async def test_the_setting_does_what_the_option_does_and_the_option_wins(data: Path) -> None:
    with serving(data, MIDWAY_SERVE__WORKER="false") as (served, _):
        assert "answers come from" in served.greeting
    with serving(data, "--worker", MIDWAY_SERVE__WORKER="false") as (served, address):
        assert "answers come from" not in served.greeting
        async with at_the_page(address) as browser:
            await browser.send("messages", id="one", text=PILOT)
            assert await answers(browser)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_worker_ends_when_it_is_asked_to(data: Path, how: signal.Signals) -> None:
    """Also one of two that work on the same data."""
    with started(data, "worker") as one, started(data, "worker") as other:
        assert (one.end(how), other.end(how)) == (0, 0)
