"""Whoever signed in stays so while they come back, gets back in as the same person, and finds their chat again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from bot.access import Role
from bot.storage.people import SIGN_IN_LASTS, SIGN_IN_UNUSED
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, CURATOR, EXPERT, World
from tests.integration.desk_site import Visitor, signed_in, visitor, world_with
from tests.on_sqlite import database

__all__ = ["database"]

UNUSED, LASTS = SIGN_IN_UNUSED.days, SIGN_IN_LASTS.days
LABEL = "contact, Chapter North"


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return await world_with(storage, CURATOR, EXPERT, ADMIN)


@pytest_asyncio.fixture
async def chapter(world: World) -> AsyncIterator[Visitor]:
    """Somebody who is only on the web, and was let in by a link."""
    async with visitor(world) as somebody:
        assert (await somebody.enter(await world.office.access.invite(ADMIN, Role.MEMBER, LABEL))).status_code == 303
        yield somebody


def of_the_sign_in(answer: httpx.Response) -> str:
    """The cookie that was set for it in this answer; empty where none was."""
    return next((said for said in answer.headers.get_list("set-cookie") if said.startswith("midway_in_")), "")


async def who_is(somebody: Visitor) -> str:
    """Under which pseudonym somebody is signed in."""
    [role] = (await somebody.get("/my-data/download")).json()["roles"]
    access = somebody.world.office.access
    [given] = [one for one in await access.given(ADMIN) if one.at.isoformat() == role["at"] and one.label == role["label"]]
    return given.person


async def test_whoever_comes_back_stays_signed_in(chapter: Visitor, world: World) -> None:
    """Far longer than without coming back; on the pages and in the chat alike."""
    for path in ("/my-data", "/", "/my-data", "/"):
        world.pass_(days=UNUSED - 1)
        answer = await chapter.get(path)
        assert answer.status_code == 200 and f"max-age={min(UNUSED, LASTS) * 86400}" in of_the_sign_in(answer).lower()


async def test_sending_something_counts_as_coming_back(chapter: Visitor, world: World) -> None:
    """And a page that is left open does not: what it asks for by itself is no use."""
    given = dict(re.findall(r'data-(conversation|csrf)="([^"]+)"', (await chapter.get("/")).text))
    world.pass_(days=UNUSED - 1)
    assert of_the_sign_in(await chapter.get("/chat/history")) == ""
    sent = await chapter.client.post("/chat/messages", json={"id": "m1", "text": "How?", **given}, headers={"X-CSRF-Token": given["csrf"]})
    assert sent.status_code == 202 and of_the_sign_in(sent) != ""
    world.pass_(days=UNUSED - 1)
    assert (await chapter.get("/chat/history")).status_code == 200


async def test_who_stays_away_is_signed_out(chapter: Visitor, world: World) -> None:
    """Also with a copy of the cookie, which no browser has let go; and is told what somebody on the web can do."""
    copied = dict(chapter.client.cookies.items())
    world.pass_(days=UNUSED)
    for name, value in copied.items():
        chapter.client.cookies.set(name, value, domain="midway.example")
    for path in ("/my-data", "/"):
        refused = await chapter.client.get(path, headers={"Accept": "text/html"})
        assert refused.status_code == 401 and "If you are only on the web, ask an admin for a new link" in refused.text


async def test_nobody_stays_for_ever(chapter: Visitor, world: World) -> None:
    """However often they come; the cookie is let go by then, and the page says when that is."""
    assert "You are signed in here until 22 May 2027 at most" in (await chapter.get("/my-data")).text
    for day in range(20, LASTS, 20):
        world.pass_(days=20)
        answer = await chapter.get("/my-data")
        assert answer.status_code == 200
        assert f"max-age={min(UNUSED, LASTS - day) * 86400}" in of_the_sign_in(answer).lower()
    world.pass_(days=20)
    assert (await chapter.get("/my-data")).status_code == 401


async def test_not_every_answer_brings_a_new_cookie(chapter: Visitor, world: World) -> None:
    assert of_the_sign_in(await chapter.get("/my-data")) == ""
    world.pass_(days=1)
    assert of_the_sign_in(await chapter.get("/my-data")) != "" and of_the_sign_in(await chapter.get("/my-data")) == ""


async def test_signing_out_ends_what_was_kept_up(chapter: Visitor, world: World) -> None:
    """A copy of a cookie, of whichever day, is worth nothing for as long as it could have lasted."""
    copied = dict(chapter.client.cookies.items())
    world.pass_(days=2)
    await chapter.get("/my-data")
    renewed = dict(chapter.client.cookies.items())
    world.pass_(minutes=1)
    await chapter.send("/sign-out", page="/my-data")
    async with visitor(world) as thief:
        for cookies in (copied, renewed):
            for name, value in cookies.items():
                thief.client.cookies.set(name, value, domain="midway.example")
            for days in (0, 10, 20):
                world.pass_(days=days)
                async with signed_in(world, CURATOR) as other:
                    await other.send("/sign-out", page="/library")
                answer = await thief.get("/my-data")
                assert answer.status_code == 401 and of_the_sign_in(answer) == ""


async def test_who_lost_the_last_role_is_kept_no_longer(chapter: Visitor, world: World) -> None:
    [given] = [one for one in await world.office.access.given(ADMIN) if one.label == LABEL]
    await world.office.access.revoke(ADMIN, given.person)
    world.pass_(days=2)
    answer = await chapter.get("/my-data")
    assert answer.status_code == 401 and of_the_sign_in(answer) == ""


async def test_the_chat_goes_on_when_the_same_person_signs_in_again(chapter: Visitor, world: World) -> None:
    """After the sign-in ran out, by the link of an admin; of another's sign-in in that browser nothing is left."""
    await chapter.ask("What did we ask in March?")
    person = await who_is(chapter)
    world.pass_(days=UNUSED)
    assert (await chapter.get("/")).status_code == 401
    await chapter.enter(await world.parts.people.link_again(ADMIN, person))
    assert await who_is(chapter) == person and await chapter.said() == ["What did we ask in March?"]
    await chapter.sign_in(EXPERT)
    assert "March" not in (await chapter.get("/")).text and await chapter.said() == []


async def test_a_new_link_is_for_the_same_person_and_works_once(chapter: Visitor, world: World) -> None:
    """On another device; a link made before for them opens nothing any more, and nobody new is there."""
    person, people = await who_is(chapter), world.parts.people
    before = [given.person for given in await world.office.access.given(ADMIN)]
    old, new = await people.link_again(ADMIN, person), await people.link_again(ADMIN, person)
    async with visitor(world) as device, visitor(world) as late:
        assert (await device.enter(old)).status_code == 403
        assert (await device.enter(new)).status_code == 303 and await who_is(device) == person
        assert (await late.enter(new)).status_code == 403
    assert [given.person for given in await world.office.access.given(ADMIN)] == before
    world.pass_(days=3)
    async with visitor(world) as later:
        last = await people.link_again(ADMIN, person)
        world.pass_(days=3)
        assert (await later.enter(last)).status_code == 403
