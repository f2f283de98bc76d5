"""What `midway serve` does. Imported by that command alone, so the web server is loaded for nothing else."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn

from adapters.address_note import address_of, note_address
from adapters.ask_command import prepared
from adapters.bootstrap import DEMO, make_bot, settings_of
from adapters.connections import Punctual, most_connections
from adapters.logs import kept_log
from adapters.presence import SERVES, WORKS, present
from adapters.process import Process, on_hang_up
from adapters.server import Service
from adapters.settings import Settings
from bot.help_views import SUGGESTIONS
from knowledge.service import Knowledge

LAST_REQUESTS = 10
"""Seconds that requests under way have when the server is asked to stop."""
IDLE = 130
"""Seconds after which a connection that nobody uses is closed: more than proxies keep theirs (60 to 120), so that none
sends a request into one that is just being closed, and gets a 502.
"""
HIGHEST_PORT = 65535


class Server(uvicorn.Server):
    """Serves a process, from its start to its end: says where it listens once it does, and ends open pages when asked
    to stop, then what is in hand.

    The process is no ``lifespan`` of the application: of one that fails uvicorn writes a trace, and none of the reason.
    """

    def __init__(self, process: Process, settings: Settings, *, works: bool) -> None:
        super().__init__(configured(Service(process).app()))
        self._process = process
        self._settings, self._works = settings, works

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self._process.start()
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            note_address(self._settings, host, port)
            sys.stdout.write(greeting(host, port, works=self._works, demo=self._settings.is_demo))
            sys.stdout.flush()

    def end(self) -> None:
        """As SIGTERM does."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._process.platforms.close_pages()
        await super().shutdown(sockets)
        if not self.force_exit:
            await self._process.stop()


def serve(host: str, port: int, worker: bool | None, *, demo: bool = False) -> int:
    """Prepare, say where the page is, serve until told to stop; 1 with a sentence if the port is taken.

    The port is taken at once, as preparing may take a minute; who comes in between waits. 0 takes any that is free.
    ``worker`` is whether to answer and send as well; None leaves it to the settings.
    """
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        sys.stderr.write(port_taken(host, port, error) + "\n")
        return 1
    with listening:
        settings = settings_of(demo=demo)
        works = settings.serve.worker if worker is None else worker
        roles = (SERVES, WORKS) if works else (SERVES,)
        with kept_log(settings.log, settings.log_level), present(settings.data_dir, *roles):
            return asyncio.run(_serve(settings, prepared(settings, answers=works), listening, works))


async def _serve(settings: Settings, knowledge: Knowledge, listening: socket.socket, works: bool) -> int:
    process = Process(await make_bot(settings, knowledge), works=works)
    server = Server(process, settings, works=works)
    on_hang_up(server.end)
    await server.serve([listening])
    return 0


def configured(app: Callable[..., Any]) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app, http=Punctual, lifespan="off", ws="none", log_config=None, log_level="warning", access_log=False,
        proxy_headers=False, limit_concurrency=most_connections(), timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=LAST_REQUESTS,
    )


def greeting(host: str, port: int, *, works: bool, demo: bool = False) -> str:
    """The address, three things to ask, and who answers where this process does not."""
    ask = "\n".join(f"  - {question}" for question in SUGGESTIONS)
    who = "" if works else "This process only serves: answers come from `midway worker`.\n\n"
    said = DEMO if demo else ""
    return f"\nMidway is at {address_of(host, port)}\n{said}\nThings to ask:\n{ask}\n\n{who}Ctrl-C stops it.\n"


def port_taken(host: str, port: int, error: OSError) -> str:
    """A sentence with the remedy."""
    reason = str(error.strerror).partition(" (while")[0]  # the standard library repeats the address
    another = port + 1 if port < HIGHEST_PORT else port - 1
    other = f"choose another, as with `--port {another}` or `make run PORT={another}`"
    return f"Cannot listen on {host}:{port} ({reason}): {other}."
