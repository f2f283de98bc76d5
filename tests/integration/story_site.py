"""All of the bot behind its pages on a port of this machine, with a clock that is told the time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from starlette.applications import Starlette

from adapters.web.adapter import WebAdapter
from adapters.web.desk.routes import DeskPages
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from adapters.web.sql_store import SqlWebConversations
from bot.access import Who
from bot.answering import Answering
from bot.messages import Incoming
from tests.dialogues.stage import Midway
from tests.fakes.answering import shipped
from tests.integration.web_site import SUGGESTIONS, serving
from tests.ports import bound, port_of


class Served(Midway):
    """Midway that answers by itself: whatever comes in is worked on at once."""

    def __init__(self, url: str, answering: Answering, *, public_url: str) -> None:
        super().__init__(url, answering, public_url=public_url)
        live, store = Live(self.clock), SqlWebConversations(self.storage)
        self.messenger = WebMessenger(store, live, self.clock)
        desk = DeskPages(self.parts, shipped, answering.nearest, self.storage, self.storage.secret, "", lambda *_: None)
        self.web = WebAdapter(
            self, self.messenger, store, live, self.storage.secret, self.clock, suggestions=SUGGESTIONS, identify=desk.identify
        )
        self.application = Starlette(routes=[*self.web.routes(), *desk.routes()])
        self._working: set[asyncio.Task[None]] = set()

    async def accept(self, incoming: Incoming) -> bool:
        taken = await super().accept(incoming)
        task = asyncio.create_task(self.work("web", self.messenger))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return taken

    async def close(self) -> None:
        self.web.close()
        await asyncio.gather(*self._working)


@dataclass
class StorySite:
    """Where a story is played in a browser."""

    address: str
    midway: Served

    async def link(self, member: Who) -> str:
        """The path of a one-time link, as the bot gives one in a chat."""
        return f"/sign-in?t={await self.midway.parts.office.access.link_for(member)}"

    async def pass_(self, **time: float) -> None:
        """Time goes by, and what is due at the end of it is said."""
        self.midway.clock.now += timedelta(**time)
        await self.midway.work("web", self.midway.messenger)


@asynccontextmanager
async def story_site(database_url: str, answering: Answering) -> AsyncIterator[StorySite]:
    """Serves until the end of the block, on 127.0.0.1 only."""
    held = bound()
    midway = Served(database_url, answering, public_url=f"http://127.0.0.1:{port_of(held)}")
    async with serving(midway.application, held) as address:
        try:
            yield StorySite(address, midway)
        finally:
            await midway.close()
    await midway.storage.close()
