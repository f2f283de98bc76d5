"""Teams on pages over HTTP: what members and admins do there, and that whoever signs in is one person everywhere."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from markupsafe import escape
from starlette.applications import Starlette

from adapters.web.adapter import WebAdapter
from adapters.web.desk.routes import DeskPages
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from bot.access import Role, Who
from bot.messages import FormSubmission, IncomingMessage
from bot.storage.results import Figures
from bot.storage.unit import Storage
from bot.team_rules import By, Recorded, Wish
from tests.fakes.office import ADMIN, MEMBER, World
from tests.fakes.web_store import MemoryWebConversations
from tests.harness import RecordingIntake
from tests.integration.desk_site import ADDRESS, enter, signed_in, visitor, world_with
from tests.integration.web_site import now
from tests.on_sqlite import database

__all__ = ["database"]

HOSTILE = '<script>alert("x")</script>'
FIELDS = {"name": "Dealer South", "relationship": "dealer", "parent": "", "visibility": "counted", "joining": "everybody"}
OTHER = Who("W2", "other", frozenset({Role.ADMIN}))


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return await world_with(storage, ADMIN, OTHER)


async def team(world: World, name: str = "Dealer South", person: str = MEMBER.person, **wish: str) -> Recorded:
    registered = await world.changes.register(By(Who("W1", person, frozenset())), Wish(name, "dealer", **wish), f"e-{name}")
    assert registered
    return registered.team


async def test_a_member_registers_and_then_sees_their_own_team(world: World) -> None:
    """Sent twice it is one team; then the same address shows it with the form."""
    async with signed_in(world, MEMBER) as member:
        page = await member.get("/teams")
        assert "Register your team" in page.text
        for _ in range(2):
            sent = await member.send("/teams", page="/teams", then="register", event="once", tenant="W1", **FIELDS)
            assert sent.status_code == 303
        own = (await member.get(sent.headers["location"])).text
        assert "You speak for this team." in own and 'value="Dealer South"' in own and "Withdraw this team" in own
        assert "registered" in own and "Say “" not in own
    assert [one.name for one in await world.care.all(ADMIN)] == ["Dealer South"]


async def test_what_a_team_does_and_what_came_of_it_stands_on_its_page(world: World) -> None:
    """Every practice, those that are many folded away, and each result with its brief; a new team has neither."""
    made = await team(world)
    async with signed_in(world, MEMBER) as member:
        page = (await member.get(f"/teams/{made.id}")).text
        assert "It has not said anything about a practice yet." in page and "No result yet." in page
        names = sorted(world.library.practices)[:14]
        async with world.storage.unit() as unit:
            for number, name in enumerate(names):
                at = world.now + timedelta(days=number)
                await unit.adoptions.press("W1", name, "trying", MEMBER.person, made.id, None, at)
            figures = Figures(HOSTILE, 26, 4.5, "hours", "October 2026", "a note")
            result, _ = await unit.results.state("W1", made.id, names[0], figures, MEMBER.person, world.now, event_key="r1")
        page = (await member.get("/teams")).text
        assert all(f"<bdi>{escape(world.library.practices[name].title)}</bdi>" in page for name in names)
        assert "<summary>2 more</summary>" in page and "<script>alert" not in page
        for ending in ("", ".pdf", ".png"):
            assert f'href="/briefs/{result}{ending}"' in page
            assert (await member.get(f"/briefs/{result}{ending}")).status_code == 200


@pytest.mark.parametrize("wrong", [{"name": " "}, {"visibility": "loud"}, {"relationship": "friend"}])
async def test_what_cannot_be_recorded_stands_in_the_form_again(world: World, wrong: dict[str, str]) -> None:
    async with signed_in(world, MEMBER) as member:
        answer = await member.send("/teams", page="/teams", then="register", event="e", **{**FIELDS, **wrong})
        assert answer.status_code == 422 and 'role="alert"' in answer.text
        assert ('value="Dealer South"' in answer.text) is ("name" not in wrong)
    assert await world.care.all(ADMIN) == []


async def test_a_name_that_is_taken_is_said_so(world: World) -> None:
    await team(world, person="another")
    async with signed_in(world, MEMBER) as member:
        answer = await member.send("/teams", page="/teams", then="register", event="e", **FIELDS)
        assert answer.status_code == 422 and "is already registered" in answer.text


async def test_a_member_changes_withdraws_and_comes_back(world: World) -> None:
    """Without any reason; what was withdrawn shows no form."""
    made = await team(world)
    path = f"/teams/{made.id}"
    async with signed_in(world, MEMBER) as member:
        changed = await member.send(path, page=path, then="save", version=str(made.version), **{**FIELDS, "parent": "Nobody"})
        page = (await member.get(changed.headers["location"])).text
        assert "There is no team with the name you gave" in page and "named, joining open → Dealer South, dealer, counted" in page
        stale = await member.send(path, page=path, then="withdraw", version=str(made.version))
        assert stale.status_code == 409
        [version] = set(re.findall(r'name="version" value="(\d+)"', page))
        await member.send(path, page=path, then="withdraw", version=version)
        page = (await member.get(path)).text
        assert "It withdrew on" in page and "in counts only" in page and 'name="visibility"' not in page
        await member.send(path, page=path, then="return", version=version)
        assert "You speak for this team." in (await member.get(path)).text
        left = await member.send(path, page=path, then="leave", version=version)
        assert "Register your team" in (await member.get(left.headers["location"])).text


async def test_a_stranger_and_another_tenant_see_and_change_nothing(world: World) -> None:
    """Whatever the address and the form name."""
    made = await team(world, person="another")
    path = f"/teams/{made.id}"
    for who, status in ((MEMBER, 403), (OTHER, 400)):
        async with signed_in(world, who) as somebody:
            for address in (path, f"{path}?tenant=W1"):
                answer = await somebody.get(address)
                assert answer.status_code == status and "Dealer South" not in answer.text
            for then in ("save", "withdraw", "return", "let-go"):
                answer = await somebody.send(
                    path, page="/teams", then=then, version=str(made.version), tenant="W1", reason="mine now", person="another", **FIELDS
                )
                assert answer.status_code == status, then
            assert "Dealer South" not in (await somebody.get("/teams?tenant=W1")).text
    assert (await world.care.all(ADMIN))[0].version == made.version


async def test_an_admin_corrects_with_a_reason(world: World) -> None:
    made = await team(world)
    path = f"/teams/{made.id}"
    async with signed_in(world, ADMIN) as admin:
        assert "Dealer South" in (await admin.get("/teams")).text
        page = (await admin.get(path)).text
        assert "You are not in this team" in page and page.count('name="reason"') == 2 and "Leave this team" not in page
        without = await admin.send(path, page=path, then="withdraw", version=str(made.version), reason=" ")
        assert without.status_code == 422 and "Say why" in without.text
        done = await admin.send(path, page=path, then="withdraw", version=str(made.version), reason="closed down")
        assert "withdrew: closed down" in (await admin.get(done.headers["location"])).text


async def test_an_admin_merges_two(world: World) -> None:
    await team(world, "Dealer S.")
    await team(world, person="another")
    async with signed_in(world, ADMIN) as admin:
        unknown = await admin.send("/teams", page="/teams", then="merge", source="Nobody", target="Dealer South", reason="x")
        assert "There is no team “Nobody”" in unknown.text and "midway teams list" not in unknown.text
        circle = await admin.send("/teams", page="/teams", then="merge", source="Dealer S.", target="dealer s.", reason="x")
        assert circle.status_code == 422 and "into itself" in circle.text
        assert (await admin.send("/teams", page="/teams", then="merge", source="Dealer S.", target="Dealer South", reason="one")).status_code == 303
        assert "merged into Dealer South" in (await admin.get("/teams")).text
    async with signed_in(world, MEMBER) as member:
        refused = await member.send("/teams", page="/teams", then="merge", source="Dealer South", target="Dealer S.", reason="x")
        assert refused.status_code == 422 and "That is for admins." in refused.text
        assert "Dealer South" in (await member.get("/teams")).text


async def test_words_of_people_are_words(world: World) -> None:
    made = await team(world, HOSTILE)
    async with signed_in(world, ADMIN) as admin:
        await admin.send(f"/teams/{made.id}", page="/teams", then="withdraw", version=str(made.version), reason=HOSTILE)
        for path in ("/teams", f"/teams/{made.id}"):
            page = (await admin.get(path)).text
            assert "<script" not in page and "&lt;script&gt;" in page


async def test_the_machine_itself_looks_after_each_tenant(world: World) -> None:
    made = await team(world, visibility="counted")
    async with visitor(world, client="127.0.0.1", address="http://127.0.0.1:8080") as here:
        assert "No team yet." in (await here.get("/teams")).text
        there = "/teams?tenant=W1"
        page = (await here.get(there)).text
        assert "Dealer South" in page and "Sign out" not in page
        [path] = re.findall(r'href="(/teams/[^?"]+)', page)
        await here.send(path, page=there, then="save", tenant="W1", reason="a slip", version=str(made.version), **{**FIELDS, "visibility": "named"})
        await here.send("/teams", page=there, then="invite", event="e", tenant="W1", name="Agent Seven", relationship="agent")
    assert [(one.name, one.visibility) for one in await world.care.all(ADMIN)] == [("Agent Seven", "named"), ("Dealer South", "named")]


async def test_an_invited_unit_comes_in_and_speaks_for_its_team(world: World) -> None:
    """From the page of an admin by the link to its own page, once; the link works no second time."""
    async with signed_in(world, ADMIN) as admin:
        page = await admin.send("/teams", page="/teams", then="invite", event="e", name="Dealer South", relationship="dealer")
        token = token_on(page)
        assert page.status_code == 200 and ADDRESS in page.text
    async with visitor(world) as guest:
        entered = await guest.enter(token)
        assert (entered.status_code, entered.headers["location"]) == (303, "/teams")
        own = (await guest.get("/teams")).text
        assert "You speak for this team." in own and 'value="Dealer South"' in own
        assert (await guest.enter(token)).status_code == 403
        [one] = await world.care.all(ADMIN)
        [person] = {grant_.person for grant_ in await world.care.guests(By(ADMIN), one.id)}
        assert await world.care.dismiss(By(ADMIN, reason="gone"), one.id, person)
        assert (await guest.get("/teams")).status_code == 401 and (await guest.get("/")).status_code == 401


async def test_whoever_lost_the_way_in_gets_a_new_link_from_the_unit_above(world: World) -> None:
    """On the page of their own team; the guest is then who they were. Guests see no such button for each other."""
    await team(world, "Region West")
    async with signed_in(world, MEMBER) as boss, visitor(world) as guest:
        sent = await boss.send("/teams", page="/teams", then="invite", event="e", name="Dealer South", relationship="dealer")
        assert (await guest.enter(token_on(sent))).status_code == 303
        mine = await guest.get("/teams")
        assert "New link for them" not in mine.text and "Let go" in mine.text
        page = (await boss.get("/teams")).text
        [(path, person)] = re.findall(r'action="(/teams/[^"]+)"[^>]*>(?:<input[^>]*>)*?<input type="hidden" name="person" value="([^"]+)"><button type="submit">New link', page)
        assert "Dealer South: g-" in page
        again = await boss.send(path, page="/teams", then="link", person=person)
        assert again.status_code == 200 and "the same person" in again.text
        guest.client.cookies.clear()
        assert (await guest.enter(token_on(again))).status_code == 303
        [grant_] = [one for one in await world.office.access.given(ADMIN) if one.person == person]
        assert (await guest.get("/my-data/download")).json()["roles"][0]["label"] == grant_.label == "Dealer South"
        refused = await guest.send(path, page="/teams", then="link", person=person)
        assert refused.status_code == 403 and "in the unit above" in refused.text


def token_on(page: httpx.Response) -> str:
    """The secret part of the link that a page shows."""
    [token] = re.findall(r"/sign-in\?t=([\w-]+)", page.text)
    return str(token)


async def test_whoever_signed_in_is_the_same_person_in_the_chat(world: World) -> None:
    """Their pseudonym and tenant are those of the pages, in words and forms; without signing in they are another."""
    intake, live, store = RecordingIntake(), Live(now), MemoryWebConversations()
    desk = DeskPages(
        world.parts, lambda: world.library, lambda text: None, world.storage, world.storage.secret, "", world.aside
    )
    web = WebAdapter(intake, WebMessenger(store, live, now), store, live, world.storage.secret, now, identify=desk.identify)
    transport = httpx.ASGITransport(Starlette(routes=[*web.routes(), *desk.routes()]), client=("127.0.0.1", 50000))
    invited = await world.care.invite(By(ADMIN), "Dealer South", "dealer", None, "e")
    for signs_in in (False, True):
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as browser:
            if signs_in:
                assert (await enter(browser, invited.token)).status_code == 303
            await _asks(browser)
    stranger, guest = intake.accepted
    assert isinstance(stranger, IncomingMessage) and isinstance(guest, IncomingMessage | FormSubmission)
    assert stranger.conversation.tenant == "web"
    who = await world.office.access.of(guest)
    assert who.tenant == "W1" and who.person == (await world.care.guests(By(ADMIN), invited.team.id))[0].person
    own = await world.changes.own(By(who, guest.conversation))
    assert own and own.name == "Dealer South"


async def _asks(browser: httpx.AsyncClient) -> None:
    first = await browser.get("/")
    given = dict(re.findall(r'data-(conversation|csrf)="([^"]+)"', first.text))
    answer = await browser.post("/chat/messages", json={"id": "m1", "text": "How?", **given}, headers={"x-csrf-token": given["csrf"]})
    assert answer.status_code == 202, answer.text
