"""The pages behind the sign-in over a real database: as an application, and on a port of this machine."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.applications import Starlette

from adapters.web.adapter import WebAdapter
from adapters.web.desk.routes import DeskPages
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from adapters.web.sql_store import SqlWebConversations
from bot.access import Role, Who
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, World
from tests.harness import RecordingIntake
from tests.integration.web_site import now, serving

ADDRESS = "https://midway.example"


def application(world: World, public_url: str = ADDRESS) -> Starlette:
    """All pages, as a server has them."""
    live, store = Live(now), SqlWebConversations(world.storage)

    def nearest(text: str) -> tuple[str, float] | None:
        return None

    desk = DeskPages(
        world.parts, lambda: world.library, nearest, world.storage, world.storage.secret, public_url, world.aside
    )
    web = WebAdapter(
        RecordingIntake(), WebMessenger(store, live, now), store, live, world.storage.secret, now, public_url=public_url,
        suggestions=("How do we launch a pilot?",), identify=desk.identify, renew=desk.renew,
    )
    return Starlette(routes=[*web.routes(), *desk.routes()], exception_handlers=desk.astray.handlers())


class Visitor:
    """Somebody's browser without JavaScript, from far away unless told otherwise."""

    def __init__(self, client: httpx.AsyncClient, world: World) -> None:
        self.client = client
        self.world = world

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def send(self, path: str, *, page: str, **fields: str) -> httpx.Response:
        """Fill in a form of this page."""
        found = re.search(r'name="csrf" value="([^"]+)"', (await self.client.get(page)).text)
        return await self.client.post(path, data={"csrf": found[1] if found else "", **fields})

    async def ask(self, text: str) -> httpx.Response:
        """In the chat of this browser."""
        given = dict(re.findall(r'data-(conversation|csrf)="([^"]+)"', (await self.client.get("/")).text))
        sent = {"id": "m1", "text": text, **given}
        return await self.client.post("/chat/messages", json=sent, headers={"X-CSRF-Token": given["csrf"]})

    async def said(self) -> list[str]:
        """What stands in the chat of this browser."""
        return [message["text"] for message in (await self.client.get("/chat/history")).json()["messages"]]

    async def sign_in(self, who: Who) -> None:
        """By a link, as the bot gives one."""
        answer = await self.enter(await self.world.office.access.link_for(who))
        assert answer.status_code == 303, answer.text

    async def enter(self, token: str) -> httpx.Response:
        """Open the link with this secret part and press the button."""
        return await enter(self.client, token)


async def enter(client: httpx.AsyncClient, token: str) -> httpx.Response:
    """Open a link to sign in and press the button there."""
    page = await client.get("/sign-in", params={"t": token})
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return await client.post("/sign-in", data=fields)


@asynccontextmanager
async def visitor(world: World, *, client: str = "203.0.113.7", address: str = ADDRESS) -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(application(world), client=(client, 50000))
    async with httpx.AsyncClient(transport=transport, base_url=address) as made:
        yield Visitor(made, world)


async def grant(world: World, who: Who) -> None:
    """Give somebody in a tenant their roles, as an admin does on the web."""
    async with world.storage.unit() as unit:
        for role in who.roles:
            await unit.people.grant(who.tenant, who.person, role.value, who.person, ADMIN.person, world.now)


async def world_with(storage: Storage, *granted: Who) -> World:
    """A world in which these have their roles."""
    world = World(storage)
    for who in granted:
        await grant(world, who)
    return world


@asynccontextmanager
async def signed_in(world: World, who: Who) -> AsyncIterator[Visitor]:
    async with visitor(world) as somebody:
        await somebody.sign_in(who)
        yield somebody


@dataclass
class DeskSite:
    address: str
    world: World

    async def link(self, role: Role, label: str = "somebody") -> str:
        return f"{self.address}/sign-in?t={await self.world.office.access.invite(ADMIN, role, label)}"


@asynccontextmanager
async def desk_site(storage: Storage) -> AsyncIterator[DeskSite]:
    """Serves until the end of the block, on 127.0.0.1 only; who opens it there is at the machine itself."""
    world = World(storage)
    async with serving(application(world, "")) as address:
        yield DeskSite(address, world)
