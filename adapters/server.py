"""One ASGI application: web chat, webhooks of the platforms whose tokens are set, and health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.process import Process
from bot.errors import StorageUnavailable


class Service:
    """A process as it is reached over HTTP; it starts and stops with the application."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.close_pages = process.platforms.close_pages

    def app(self) -> Starlette:
        health = [Route("/healthz", self._healthz), Route("/readyz", self._readyz)]
        platforms = self._process.platforms
        routes = [*health, *platforms.routes]
        return Starlette(routes=routes, lifespan=self._lifespan, exception_handlers=platforms.astray)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        await self._process.start()
        yield
        await self._process.stop()

    async def _healthz(self, request: Request) -> JSONResponse:
        return JSONResponse({"ok": True})

    async def _readyz(self, request: Request) -> JSONResponse:
        """Ready when the database answers and all goes on in the background; says which vectors are searched."""
        bot = self._process.bot
        if ended := self._process.ended:
            return JSONResponse({"ready": False, "reason": f"not at work any more: {', '.join(ended)}"}, 503)
        try:
            async with bot.storage.view() as unit:
                await unit.teams.all("-")
        except StorageUnavailable as error:
            return JSONResponse({"ready": False, "reason": str(error)}, 503)
        index = "built" if bot.knowledge.retriever is not None else "words only"
        return JSONResponse({"ready": True, "index": index, "vectors": self._process.searched})
