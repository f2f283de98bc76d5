"""What somebody is told who wants in."""

from __future__ import annotations

import pytest

from bot.access import WEB, Role
from bot.messages import Conversation, IncomingMessage, Sender
from bot.replies import Link, Reply
from bot.role_chat import NO_NEED, NOWHERE_TO_GO
from bot.storage.unit import Storage
from tests.fakes.answering import START, FakeAnswering, make_advisor
from tests.fakes.office import ADMIN, World
from tests.on_sqlite import database

__all__ = ["database"]


async def _no_draft(text: str) -> None:
    return None


@pytest.mark.parametrize(("platform", "told"), [("web", NO_NEED), ("slack", NOWHERE_TO_GO)])
async def test_without_an_address_pages_are_reached_from_the_web_alone(storage: Storage, platform: str, told: str) -> None:
    """An admin's setting is no advice for somebody who is at the pages already."""
    advisor = make_advisor(storage, FakeAnswering(), public_url="")
    where = Conversation(platform, "W1", "D1", "D1", "direct", "address")
    reply = await advisor(IncomingMessage("e1", where, Sender("U1"), START, "sign in"), _no_draft)
    assert reply is not None and reply.text == told


async def says_sign_in(world: World, user: str, public_url: str) -> Reply:
    """Somebody in the web chat."""
    advisor = make_advisor(world.storage, FakeAnswering(), lambda: world.now, public_url=public_url)
    where = Conversation("web", WEB, "place", "thread", "direct", "address")
    reply = await advisor(IncomingMessage("e1", where, Sender(user), world.now, "sign in"), _no_draft)
    assert reply is not None
    return reply


@pytest.mark.parametrize("public_url", ["", "https://midway.example"])
async def test_who_is_signed_in_on_the_web_gets_a_way_in_for_themselves(storage: Storage, public_url: str) -> None:
    """As the same person, once, for a quarter of an hour; without an address it leads to the very pages they are at."""
    world = World(storage)
    access = world.office.access
    who = await access.enter(await access.invite(ADMIN, Role.MEMBER, "contact, Chapter North"))
    assert who
    reply = await says_sign_in(world, storage.secret.known(WEB, who.person), public_url)
    [url] = [block.url for block in reply.blocks if isinstance(block, Link)]
    assert url.startswith(f"{public_url}/sign-in?t=") and "as the same person" in reply.text and "once, for 15 minutes" in reply.text
    token = url.partition("t=")[2]
    assert await access.enter(token) == who and await access.enter(token) is None


async def test_at_the_machine_itself_nobody_needs_a_link(storage: Storage) -> None:
    """Also where pages have an address; whoever makes up that they are signed in is nobody."""
    world = World(storage)
    for user in ("browser", f"known:{ADMIN.person}:guessed"):
        assert (await says_sign_in(world, user, "https://midway.example")).text == NO_NEED
