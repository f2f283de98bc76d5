"""How much of the server a client may hold by being slow, or by being many."""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GRACE = 20.0
"""Seconds for a request to arrive whole, from its first byte on; for the first one, from the connection on."""
SLOWEST = 50_000
"""Bytes that give a request another second: 12 MB have four minutes, which a slow line needs for them."""
LONGEST_HEAD = 65_536
"""Bytes of a request, besides its body, that are held before the application has seen any of them."""
MOST = 4096
"""Connections that a process serves at a time, where it may open as many files: each open page holds one."""
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def most_connections() -> int:
    """From here on requests get 503, and from twice as many on connections are closed at once: the last third of the
    files that this process may open is for the database, the library and what is being answered.
    """
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return MOST
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files == resource.RLIM_INFINITY else min(MOST, files // 3)


class Punctual(HttpToolsProtocol):
    """uvicorn's own, over httptools, waits for ever for the rest of a request and keeps header lines without end: here
    whoever takes too long, or sends too many of them, is cut off.

    The application hears of it as of any client that leaves.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._begun, self._received, self._head = 0.0, 0, 0
        self._deadline: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if self.limit_concurrency and len(self.connections) > 2 * self.limit_concurrency:
            transport.abort()
            return
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        self._head += len(data)
        super().data_received(data)
        if self._head > LONGEST_HEAD and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._deadline is None:  # the first one is expected since the connection
            self._expect()

    def on_headers_complete(self) -> None:
        self._head = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head = 0  # what is counted from here on are trailers: header lines, and kept like them
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head = 0
        self._expect_no_more()
        super().on_message_complete()

    def _refuse(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_TOO_LONG)
        self.transport.close()

    def _expect(self) -> None:
        self._begun, self._received = self.loop.time(), 0
        self._deadline = self.loop.call_later(GRACE, self._look)

    def _expect_no_more(self) -> None:
        if self._deadline:
            self._deadline.cancel()
        self._deadline = None

    def _look(self) -> None:
        left = self._begun + GRACE + self._received / SLOWEST - self.loop.time()
        if left > 0:
            self._deadline = self.loop.call_later(left, self._look)
        else:
            self.transport.abort()
