"""The page “People” and those below it: who has which role, and what an admin does for who is only on the web."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bot import my_data_views as views
from bot.access import WEB, Role, Who
from bot.people_care import NOBODY, OWN_DATA
from bot.storage.unit import Storage
from bot.team_rules import By
from tests.fakes.office import ADMIN, CURATOR, MEMBER, World
from tests.integration.desk_site import Visitor, grant, signed_in, visitor
from tests.on_sqlite import database
from tests.whole_database import all_rows, places_of

__all__ = ["database"]

NAMED = {Role.ADMIN: ["slack:U0ADMIN"], Role.CURATOR: ["U0CURATOR", "<b>29:teams</b>"]}
LABEL = "contact, <b>Chapter North</b>"
WORDS = "How do we win a sponsor?"


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    made = World(storage, NAMED)
    for who in (ADMIN, CURATOR):
        await grant(made, who)
    return made


@pytest_asyncio.fixture
async def admin(world: World) -> AsyncIterator[Visitor]:
    async with signed_in(world, ADMIN) as somebody:
        yield somebody


@pytest_asyncio.fixture
async def chapter(world: World) -> Who:
    """Somebody who is only on the web, and asked something."""
    who = await world.office.access.enter(await world.office.access.invite(ADMIN, Role.MEMBER, LABEL))
    assert who
    await world.asks("e1", person=who.person, words=WORDS, tenant=WEB, owed=False)
    return who


def token_on(page: httpx.Response) -> str:
    [token] = re.findall(r"/sign-in\?t=([\w-]+)", page.text)
    return str(token)


async def noted(world: World, what: str) -> list[tuple[str, str]]:
    """By whom and on what that was written down where admins of W1 read it."""
    async with world.storage.view() as unit:
        return [(entry.by, entry.subject) for entry in await unit.audits.about("W1") if entry.what == what]


async def test_who_has_a_role_by_the_settings_is_listed(admin: Visitor) -> None:
    """To read, with nothing to press; an id is text."""
    page = (await admin.get("/people")).text
    listed = page.partition('id="settings"')[2]
    assert re.findall(r"<code>([^<]+)</code></th><td[^>]*>(\w+)<", listed) == [
        ("slack:U0ADMIN", "admin"), ("U0CURATOR", "curator"), ("&lt;b&gt;29:teams&lt;/b&gt;", "curator"),
    ]
    assert "<form" not in listed and "<b>29" not in page


async def test_an_admin_makes_a_new_link_for_the_same_person(admin: Visitor, chapter: Who, world: World) -> None:
    """From the list to their page to the link; nobody new is there, and it is written down."""
    at = f"/people/{chapter.person}"
    assert f'href="{at}"' in (await admin.get("/people")).text
    made = await admin.send(at, page=at, then="link")
    assert made.status_code == 200 and "the same person as before" in made.text and "&lt;b&gt;Chapter North" in made.text
    async with visitor(world) as device:
        assert (await device.enter(token_on(made))).status_code == 303
        assert [one["text"] for one in (await device.get("/my-data/download")).json()["questions"]] == [WORDS]
    assert [one.label for one in await world.office.access.given(ADMIN) if one.tenant == WEB] == [LABEL]
    assert await noted(world, "made a new link") == [(ADMIN.person, f"person:{chapter.person}")]


async def test_another_role_is_given_to_the_same_person(admin: Visitor, chapter: Who, world: World) -> None:
    """As a refusal tells them; at once, and also when the last was taken away."""
    at = f"/people/{chapter.person}"
    access = world.office.access
    async with signed_in(world, chapter) as somebody:
        refused = await somebody.get("/gaps")
        assert refused.status_code == 403 and "An admin can make you one on the page “People”." in refused.text
        given = await admin.send(at, page=at, then="give", role="curator")
        assert "The role was given" in (await admin.get(given.headers["location"])).text
        assert (await somebody.get("/gaps")).status_code == 200
    again = await admin.send(at, page=at, then="give", role="curator")
    assert "They had this role already" in (await admin.get(again.headers["location"])).text
    assert (await admin.send(at, page=at, then="give", role="god")).status_code == 422
    await access.revoke(ADMIN, chapter.person)
    refused = await admin.send(at, page="/people", then="link")
    assert refused.status_code == 403 and "Give them one first" in refused.text
    await admin.send(at, page=at, then="give", role="member")
    assert (await access.of_person(WEB, chapter.person)).roles == {Role.MEMBER}


async def test_an_admin_shows_and_exports_what_is_kept(admin: Visitor, chapter: Who, world: World) -> None:
    """Kinds and counts without words; the file has them, of nobody else; each is written down."""
    await world.asks("e2", person="another", words="Words of another", tenant=WEB, owed=False)
    page = await admin.get(f"/people/{chapter.person}")
    assert "Questions they asked" in page.text and "wording kept until" in page.text and WORDS not in page.text
    file = await admin.get(f"/people/{chapter.person}/download")
    assert [one["text"] for one in file.json()["questions"]] == [WORDS] and "Words of another" not in file.text
    assert "attachment" in file.headers["content-disposition"] and file.headers["cache-control"] == "no-store"
    subject = f"person:{chapter.person}"
    assert await noted(world, "looked at") == await noted(world, "exported") == [(ADMIN.person, subject)]


async def test_an_admin_forgets_somebody_who_asked_for_it(admin: Visitor, chapter: Who, world: World) -> None:
    """Not without the box, nor by a form of elsewhere; then at once, everywhere, and they are signed out."""
    at = f"/people/{chapter.person}"
    async with signed_in(world, chapter) as somebody:
        before = await all_rows(world.storage)
        assert (await admin.send(at, page="/people", then="erase")).status_code == 422
        assert (await admin.send(at, page="/people", then="dance", sure="yes")).status_code == 422
        assert (await admin.client.post(at, data={"csrf": "0" * 32, "then": "erase", "sure": "yes"})).status_code == 403
        assert await all_rows(world.storage) == before
        world.pass_(minutes=1)
        done = await admin.send(at, page=at, then="erase", sure="yes")
        assert "has been forgotten" in (await admin.get(done.headers["location"])).text
        assert (await somebody.get("/my-data")).status_code == 401
    assert places_of(await all_rows(world.storage), chapter.person) == []
    assert [by for by, _ in await noted(world, "forgot")] == [ADMIN.person]
    assert (await admin.get(at)).status_code == 400


async def test_an_admin_does_not_forget_themselves_there(world: World) -> None:
    me = await world.office.access.enter(await world.office.access.invite(ADMIN, Role.ADMIN, "One"))
    assert me
    async with signed_in(world, me) as admin:
        at = f"/people/{me.person}"
        assert "Forget this person" not in (await admin.get(at)).text
        refused = await admin.send(at, page=at, then="erase", sure="yes")
        assert refused.status_code == 403 and OWN_DATA in refused.text
    assert (await world.office.access.of_person(WEB, me.person)).roles == {Role.ADMIN}


@pytest.mark.parametrize("then", ["link", "give", "erase"])
async def test_who_is_on_a_platform_or_elsewhere_is_nobody_there(admin: Visitor, world: World, then: str) -> None:
    """Their data are asked for by the platform's id, at the shell; a guest of another tenant is its admins' alone."""
    await world.asks("e2", person=MEMBER.person, words=WORDS)
    elsewhere = By(Who("W2", "admin", frozenset({Role.ADMIN})))
    invited = await world.care.invite(elsewhere, "Dealer South", "dealer", None, "e")
    [guest] = [one.person for one in await world.care.guests(elsewhere, invited.team.id)]
    before = await all_rows(world.storage)
    for person in (MEMBER.person, guest, "nobody"):
        answers = [await admin.get(f"/people/{person}"), await admin.get(f"/people/{person}/download")]
        answers.append(await admin.send(f"/people/{person}", page="/people", then=then, role="admin", sure="yes"))
        assert [(answer.status_code, NOBODY in answer.text) for answer in answers] == [(400, True)] * 3
    assert await all_rows(world.storage) == before


@pytest.mark.parametrize("path", ["/people/{}", "/people/{}/download"])
async def test_only_admins_look(world: World, chapter: Who, path: str) -> None:
    async with signed_in(world, CURATOR) as curator, signed_in(world, chapter) as themselves:
        for somebody in (curator, themselves):
            refused = await somebody.get(path.format(chapter.person))
            assert refused.status_code == 403 and views.NOTHING not in refused.text
