"""Checks the writer against a real small model: that its words arrive in pieces, and that every end is a clean one.

What the model says is worthless and is not judged. ``python -m bench.small_model.check --server PYTHON``, with the
Python of an environment made from ``requirements.lock``, prints one line for each fact; exit 1 if one does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.answers import Answer, Outcome
from knowledge.extractive import Aspect, Composer, numbered
from knowledge.library import load_shipped
from knowledge.llm import Endpoint, Writer
from knowledge.llm.model import Chat, Unusable
from knowledge.llm.reading import marks

SERVER = Path(__file__).with_name("server.py")
MODEL = "openai:small"
PRACTICE, QUESTION = "pilot-charter", "How do we launch a pilot?"
PATIENCE, HURRY, SLACK = 120.0, 0.3, 10.0
"""Seconds: for one answer on a slow machine, for a time-out that is sure to come, and how late it may take effect."""
PIECES = 8
TURNS = 5
"""Of the event loop without a task of its own, after which none is to come: a generator is let go of in one, and closed
in the next.
"""


@contextmanager
def served(python: str, key: str) -> Iterator[str]:
    """The address of a server that runs as long as this lasts."""
    command = [python, str(SERVER), "--key", key]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert server.stdin
    assert server.stdout
    try:
        address = server.stdout.readline().strip()
        if urlsplit(address).hostname != "127.0.0.1":
            raise SystemExit(f"the server did not start on this machine's own address: {address!r}")
        yield f"{address}/v1"
    finally:
        server.stdin.close()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def composed() -> Answer:
    """The answer that the model is to word."""
    composer = Composer(date.today())
    part = composer.part(load_shipped().practices[PRACTICE], Aspect.HOW)
    citations = composer.citations()
    return Answer(Outcome.ANSWERED, parts=numbered([part], citations), citations=citations, confidence=0.9)


async def streams(address: str, key: str) -> str:
    """Text arrives in growing pieces, and a listener that has heard enough ends the stream."""
    chat = Chat(Endpoint.of(MODEL, api_key=key, base_url=address), PATIENCE)
    heard: list[str] = []

    async def listen(text: str) -> None:
        heard.append(text)
        if len(set(heard)) >= PIECES:
            raise Unusable("enough")

    try:
        await chat.say("You tell stories.", {}, "Tell a long story about a garden.", listen)
    except Unusable:
        grown = [text for text in dict.fromkeys(heard) if text]
        assert all(later.startswith(earlier) for earlier, later in pairwise(grown)), "text changed"
        return f"{len(grown)} growing pieces, then stopped"
    raise AssertionError(f"only {len(heard)} pieces came")


async def writes(address: str, key: str) -> str:
    """An answer that passed every check, or none."""
    answer, drafts, seconds = await _written(address, key, PATIENCE)
    if answer is None:
        return f"fell back on the composed answer after {seconds:.0f} s and {drafts} drafts"
    cited = {number for number in marks(str(answer.parts))}
    assert answer.ai_generated, "not marked as generated"
    assert cited, "nothing is cited"
    assert cited <= set(range(1, len(answer.sources) + 1)), "cites what is not there"
    return f"an answer that passed after {seconds:.0f} s and {drafts} drafts"


async def gives_up(address: str, key: str) -> str:
    """The time-out is honoured."""
    answer, _, seconds = await _written(address, key, HURRY)
    assert answer is None, "answered although there was no time"
    assert seconds < HURRY + SLACK, f"took {seconds:.1f} s"
    return f"after {seconds:.1f} s of {HURRY} s"


async def is_refused(address: str, _key: str) -> str:
    """The server checks the key, so the right one must have been sent before."""
    answer, drafts, _ = await _written(address, "another-key", PATIENCE)
    assert (answer, drafts) == (None, 0), "another key was good enough"
    return "another key gets nothing"


async def _written(address: str, key: str, seconds: float) -> tuple[Answer | None, int, float]:
    writer = Writer(MODEL, api_key=key, base_url=address, timeout=seconds)
    assert not writer.is_external, "the model is not on this machine"
    writer.load()
    drafts: list[str] = []

    async def draft(text: str) -> None:
        drafts.append(text)

    before = time.monotonic()
    answer = await writer.write(QUESTION, (), composed(), draft)
    return answer, len(drafts), time.monotonic() - before


async def check(python: str) -> int:
    """How many facts do not hold."""
    key, wrong = secrets.token_hex(16), 0
    with served(python, key) as address:
        for fact in (is_refused, streams, gives_up, writes):
            try:
                print(f"ok    {fact.__name__:<10} {await fact(address, key)}", flush=True)
            except AssertionError as error:
                wrong += 1
                print(f"WRONG {fact.__name__:<10} {error}", flush=True)
            await settled()
    return wrong


async def settled() -> None:
    """Waits until every stream that was ended early is closed.

    LangChain, the SDK and httpx stack generators upon each other, and each is closed by the event loop once nobody
    holds it any more: the outermost first, one in a turn of the loop. A loop that ends in between closes all that are
    left at once, and the outer ones then find the inner ones closing already.
    """
    quiet = 0
    while quiet < TURNS:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        quiet = 0 if others else quiet + 1
        await asyncio.sleep(0)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--server", required=True, metavar="PYTHON", help="Python of the server's environment")
    logging.basicConfig(level=logging.WARNING, format="      %(message)s")
    sys.exit(1 if asyncio.run(check(arguments.parse_args().server)) else 0)


if __name__ == "__main__":
    main()
