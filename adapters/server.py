"""One ASGI application: web chat, webhooks of the platforms whose tokens are set, and health."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.process import Process
from adapters.readiness import Readiness


class Service:
    """A process as it is reached over HTTP. Whoever serves it starts and stops the process."""

    def __init__(self, process: Process) -> None:
        self._platforms = process.platforms
        self._readiness = Readiness(process)

    def app(self) -> Starlette:
        health = [Route("/healthz", self._healthz), Route("/readyz", self._readyz)]
        routes = [*health, *self._platforms.routes]
        return Starlette(routes=routes, exception_handlers=self._platforms.astray)

    async def _healthz(self, request: Request) -> JSONResponse:
        return JSONResponse({"ok": True})

    async def _readyz(self, request: Request) -> JSONResponse:
        """A word for each part; 503 where the process cannot do its work."""
        found = await self._readiness.look()
        said = {"ready": found.ready, "amiss": found.amiss, **found.parts}
        return JSONResponse(said, 200 if found.ready else 503)
