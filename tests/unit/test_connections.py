"""A client that is slow, or one of too many, holds the server only so long."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from uvicorn.server import ServerState

from adapters import connections
from adapters.connections import GRACE, LONGEST_HEAD, MOST, SLOWEST, Punctual, most_connections
from adapters.serving import configured

HEAD = b"POST /sign-in HTTP/1.1\r\nHost: midway.example\r\nContent-Length: 1000000\r\n\r\n"
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: midway.example\r\n\r\n"
PIECE = 4096


@dataclass
class Later:
    at: float
    call: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Loop:
    """Timers by a clock of ours; applications are not run."""

    now: float = 0.0
    waiting: list[Later] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[[], None]) -> Later:
        self.waiting.append(Later(self.now + delay, call))
        return self.waiting[-1]

    def create_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        work.close()
        return asyncio.Future()

    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [each for each in self.waiting if each.at <= end and not each.cancelled]:
            first = min(due, key=lambda each: each.at)
            self.waiting.remove(first)
            self.now = first.at
            first.call()
        self.now = end


class Transport(asyncio.Transport):
    aborted = False
    said = b""

    def write(self, data: Any) -> None:
        self.said += data

    def close(self) -> None:
        self.aborted = True

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.aborted

    def resume_reading(self) -> None: ...

    def pause_reading(self) -> None: ...


@dataclass
class Line:
    """A client's connection, and what the server makes of it."""

    protocol: Punctual
    loop: Loop
    transport: Transport = field(default_factory=Transport)

    def __post_init__(self) -> None:
        self.protocol.connection_made(self.transport)

    def sends(self, data: bytes, after: float = 0.0) -> bool:
        """Whether the line is still open when this comes."""
        self.loop.pass_time(after)
        if not self.transport.aborted:
            self.protocol.data_received(data)
        return not self.transport.aborted


def line(state: ServerState | None = None) -> Line:
    loop = Loop()
    made = Punctual(config=configured(Starlette()), server_state=state or ServerState(), app_state={}, _loop=loop)
    return Line(made, loop)


async def test_a_body_that_trickles_is_cut_off() -> None:
    """However often a byte comes: it is the whole that has to be there in time."""
    slow = line()
    assert slow.sends(HEAD)
    came = [slow.sends(b"a", after=1.0) for _ in range(int(GRACE) + 2)]
    assert came[: int(GRACE) - 1] == [True] * (int(GRACE) - 1) and not came[-1]


@pytest.mark.parametrize("begun", [b"", b"POST /sign-in HTTP/1.1\r\nHost: mid"])
async def test_a_head_that_does_not_come_is_cut_off(begun: bytes) -> None:
    slow = line()
    slow.protocol.data_received(begun)
    slow.loop.pass_time(GRACE + 1)
    assert slow.transport.aborted


async def test_a_large_document_on_a_slow_line_arrives() -> None:
    """It takes as long as its bytes take."""
    slow = line()
    assert slow.sends(HEAD)
    assert all(slow.sends(b"a" * SLOWEST, after=1.0) for _ in range(20))
    slow.loop.pass_time(10 * GRACE)
    assert not slow.transport.aborted, "all of it came"


async def test_who_said_all_may_wait_for_the_answer() -> None:
    """An open page listens for a quarter of an hour, and asks again on the same connection."""
    page = line()
    assert page.sends(WHOLE)
    page.loop.pass_time(900)
    assert not page.transport.aborted
    page.protocol.cycle.response_complete = True
    assert page.sends(HEAD) and not page.sends(b"a", after=GRACE + 1)


def until_cut_off(client: Line, piece: bytes) -> int:
    """Bytes that are taken of a client that goes on for ever."""
    return len(piece) * next(count for count in range(1, 1000) if not client.sends(piece))


@pytest.mark.parametrize("lines", [b"a: b\r\n" * (PIECE // 6), b"a" * PIECE], ids=["many short ones", "one without end"])
async def test_header_lines_without_end_are_refused(lines: bytes) -> None:
    client = line()
    client.sends(WHOLE[:-2])
    assert until_cut_off(client, lines) <= LONGEST_HEAD + PIECE
    assert client.transport.said.startswith(b"HTTP/1.1 431 ")


async def test_lines_after_a_body_in_pieces_have_an_end_as_well() -> None:
    """What went before does not count: a body may be as long as the application takes."""
    client = line()
    client.sends(b"POST /sign-in HTTP/1.1\r\nHost: midway.example\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert all(client.sends(b"1000\r\n" + b"a" * PIECE + b"\r\n") for _ in range(100))
    client.sends(b"0\r\n")
    assert until_cut_off(client, b"a: b\r\n" * (PIECE // 6)) <= LONGEST_HEAD + PIECE
    assert not client.transport.said, "the application may be answering"


async def test_heads_on_one_connection_are_counted_each_by_itself() -> None:
    client = line()
    for _ in range(20):
        assert client.sends(WHOLE[:-2] + b"Cookie: " + b"a" * 8000 + b"\r\n\r\n")
        client.protocol.cycle.response_complete = True


async def test_of_too_many_the_last_are_closed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 2)
    state = ServerState()
    lines = [line(state) for _ in range(6)]
    assert [each.transport.aborted for each in lines] == [False] * 4 + [True] * 2


@pytest.mark.parametrize(("files", "most"), [(1024, 341), (16384, MOST), (resource.RLIM_INFINITY, MOST)])
def test_a_third_of_the_files_is_for_the_rest(monkeypatch: pytest.MonkeyPatch, files: int, most: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert most_connections() == most
