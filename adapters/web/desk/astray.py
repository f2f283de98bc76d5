"""What is said where no page is: at an address that leads nowhere, and where a page fails before it can speak."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.web.desk.view import Screen
from adapters.web.desk.visitors import Visitors
from adapters.web.headers import HEADERS
from adapters.web.parse import wants_page
from bot.access import Who

NOWHERE = "No page has this address. It may be mistyped, or what it led to is gone."
ONLY_SENT = "This address takes what a form sends. Opened by itself it shows nothing."
BROKEN = "Something went wrong on Midway's side. Try it again in a moment."

Handler = Callable[[Request, Exception], Awaitable[Response]]


class Astray:
    """Handlers for an application. A browser gets a page; whatever else calls gets the bare words, as ever."""

    def __init__(self, visitors: Visitors, screen: Screen) -> None:
        self._visitors = visitors
        self._screen = screen

    def handlers(self) -> Mapping[int | type[Exception], Handler]:
        return {404: self._refused, 405: self._refused, Exception: self._failed}

    async def _refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if not wants_page(request.headers.get("accept", "")):
            return PlainTextResponse(error.detail, error.status_code, headers=error.headers)
        said = NOWHERE if error.status_code == 404 else ONLY_SENT
        response = self._page(await self._visitors.known(request), error.status_code, said)
        response.headers.update(error.headers or {})
        return response

    async def _failed(self, request: Request, error: Exception) -> Response:
        """Without asking who it is: that may be what failed. The server logs the error."""
        if not wants_page(request.headers.get("accept", "")):
            return PlainTextResponse("Internal Server Error", 500)
        return self._page(None, 500, BROKEN)

    def _page(self, who: Who | None, status: int, sentence: str) -> Response:
        response = self._screen.sentence(who, status, sentence)
        response.headers.update({**HEADERS, "Cache-Control": "no-store"})
        return response
