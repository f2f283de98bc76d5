"""The pages behind the sign-in over HTTP: who is let in, what is refused, and that text stays text."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from adapters.web.adapter import STORE_AWAY
from adapters.web.desk.astray import BROKEN, NOWHERE, ONLY_SENT
from adapters.web.desk.posted import MOST_BYTES, UNREADABLE
from adapters.web.desk.routes import DeskPages
from adapters.web.limits import BODY_BYTES
from bot.access import WEB, Role, Who
from bot.errors import StorageUnavailable
from bot.messages import ButtonPress, Sender
from bot.storage.people import Grant
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, ASKED_IN, CURATOR, EXPERT, MEMBER, World, markdown
from tests.integration.desk_site import ADDRESS, Visitor, application, grant, signed_in, visitor, world_with
from tests.on_sqlite import database

__all__ = ["database"]

SHOWS = ("/library", "/library/new", "/library/pilot-charter", "/library/pilot-charter/edit?seen=0", "/library/pilot-charter/versions/1", "/import",
         "/experts", "/gaps", "/teams", "/people", "/pilots", "/pilots/new", "/tips", "/audit", "/audit/changes.csv", "/my-data", "/my-data/download",
         "/reports", "/reports/charts/funnel.png", "/reports/report.csv")  # fmt: skip
OF_NOTHING = ("/people/p1", "/people/p1/download", "/teams/t1", "/tips/s1", "/pilots/p1", "/pilots/p1/plan.md", "/pilots/p1/plan.pdf", "/briefs/r1", "/briefs/r1.png", "/briefs/r1.pdf", "/briefs/r1/chart.png")  # fmt: skip
"""Pages of things that are not there."""
ACTS = ("/library/pilot-charter/save", "/library/pilot-charter/still-true", "/library/pilot-charter/withdraw",
        "/library/pilot-charter/versions/1", "/import", "/import/drafts", "/experts/q1", "/gaps", "/teams", "/teams/t1", "/people", "/people/p1",
        "/pilots/new", "/pilots/p1", "/tips", "/tips/s1", "/sign-out", "/my-data")  # fmt: skip
MENU = {"/library", "/import", "/experts", "/gaps", "/teams", "/people", "/pilots", "/tips", "/audit", "/my-data", "/reports"}
MINE = {"/library", "/library/pilot-charter", "/teams", "/pilots", "/pilots/new", "/my-data", "/my-data/download"}
"""What everybody who is let in opens, each for their own team and themselves."""
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = '<script>alert("x")</script>'
ESCAPED = "&lt;script&gt;"


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return await world_with(storage, CURATOR, EXPERT, ADMIN)


@pytest_asyncio.fixture
async def curator(world: World) -> AsyncIterator[Visitor]:
    async with signed_in(world, CURATOR) as somebody:
        yield somebody


def sentence(answer: httpx.Response) -> str:
    assert "Traceback" not in answer.text and "<h1>" in answer.text
    return answer.text


async def on_the_web(world: World) -> list[Grant]:
    """Who was given a role there, beside those of the fixtures."""
    return [given for given in await world.office.access.given(ADMIN) if given.tenant == WEB]


async def sends_on(world: World, question: str, tenant: str = "W1") -> None:
    press = ButtonPress(f"p {question}", replace(ASKED_IN, tenant=tenant), Sender("U1"), world.now, "expert", question)
    assert await world.office.experts.hand_over(press, "member", question)


# Who is let in


async def test_no_page_is_left_out_here(world: World) -> None:
    """Every page behind the sign-in is among those that a stranger is kept from below."""
    parts = world.parts
    desk = DeskPages(parts, lambda: world.library, lambda text: None, world.storage, world.storage.secret, ADDRESS, world.aside)
    tried = {("GET", path) for path in (*SHOWS, *OF_NOTHING)} | {("POST", path) for path in ACTS}
    routes = [route for route in desk.routes() if isinstance(route, Route) and route.path != "/sign-in"]
    reached = {(method, route.path) for method, path in tried for route in routes if _leads(route, method, path)}
    assert {(method, route.path) for route in routes for method in route.methods or () if method != "HEAD"} - reached == set()


def _leads(route: Route, method: str, path: str) -> bool:
    return route.matches({"type": "http", "method": method, "path": path.partition("?")[0]})[0] is Match.FULL


@pytest.mark.parametrize("path", [*SHOWS, *OF_NOTHING])
async def test_a_stranger_is_told_how_to_sign_in(world: World, path: str) -> None:
    async with visitor(world) as stranger:
        answer = await stranger.get(path)
        assert answer.status_code == 401 and "say “sign in” to Midway in a direct message" in sentence(answer)
        assert "If you are only on the web, ask an admin for a new link" in answer.text


@pytest.mark.parametrize("path", ACTS)
async def test_a_stranger_changes_nothing(world: World, path: str) -> None:
    async with visitor(world) as stranger:
        assert (await stranger.client.post(path, data={"csrf": "0" * 32, "then": "publish"})).status_code == 401


@pytest.mark.parametrize(
    ("who", "open_"),
    [
        (CURATOR, MINE | {"/library/new", "/library/pilot-charter/edit?seen=0", "/import", "/gaps"}),
        (EXPERT, MINE | {"/experts"}),
        (ADMIN, {*SHOWS} - {"/library/pilot-charter/versions/1"}),
    ],
    ids=["curator", "expert", "admin"],
)
async def test_each_role_opens_its_pages(world: World, who: Who, open_: set[str]) -> None:
    """The menu has those and no other; what is for others is refused with the role."""
    async with visitor(world) as somebody:
        await somebody.sign_in(who)
        answers = {path: await somebody.get(path) for path in SHOWS}
        assert {path for path, answer in answers.items() if answer.status_code == 200} == open_
        for path in set(SHOWS) - open_:
            assert answers[path].status_code in ({404} if path.endswith("versions/1") and who.may(Role.CURATOR) else {403}), path
        menu = (await somebody.get(min(open_))).text.split("</nav>")[0]
        assert {path for path in MENU if f'href="{path}"' in menu} == open_ & MENU


@pytest.mark.parametrize("path", ["/people", "/experts/q1"])
async def test_a_role_does_not_reach_further_by_a_form(curator: Visitor, path: str) -> None:
    answer = await curator.send(path, page="/library/new", then="take", role="admin", label="myself", tenant="W1")
    assert answer.status_code == 403 and "An admin can make you one" in sentence(answer)


async def test_at_the_machine_itself_nobody_signs_in(world: World) -> None:
    """As an admin, and the page says so; a proxy's request, or one to another name, is a stranger's."""
    async with visitor(world, client="127.0.0.1", address="http://127.0.0.1:8080") as here:
        page = await here.get("/people")
        assert page.status_code == 200 and "you count as an admin here" in page.text and "Sign out" not in page.text
        for headers in ({"X-Forwarded-For": "203.0.113.7"}, {"Host": "midway.example"}):
            assert (await here.client.get("/people", headers=headers)).status_code == 401


# Signing in and out


async def test_a_link_lets_in_once_and_a_preview_does_not_use_it_up(world: World) -> None:
    """What a chat opens to look at a link is a GET; the button is a POST."""
    token = await world.office.access.link_for(CURATOR)
    async with visitor(world) as somebody:
        bare = await somebody.get("/sign-in")
        assert bare.status_code == 400 and "say “sign in” to Midway" in sentence(bare)
        for _ in range(3):
            door = await somebody.get(f"/sign-in?t={token}")
            assert door.status_code == 200 and "midway_in" not in door.headers["set-cookie"]
        entered = await somebody.enter(token)
        assert (entered.status_code, entered.headers["location"]) == (303, "/library")
        cookie = entered.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "secure", "samesite=lax"))
        assert (await somebody.get("/library")).status_code == 200
    async with visitor(world) as other:
        again = await other.enter(token)
        assert again.status_code == 403 and "used before or is too old" in sentence(again) and "ask an admin for a new link" in again.text
        assert (await other.get("/library")).status_code == 401


async def test_a_sign_in_from_another_site_is_refused_and_the_link_stays_good(world: World) -> None:
    """Also from one that hides its origin: it knows no word of this browser's, or none was given to the browser."""
    token = await world.office.access.link_for(EXPERT)
    async with visitor(world) as somebody, visitor(world) as attacker:
        theirs = word_of(await attacker.get(f"/sign-in?t={token}"))
        for fields, origin in (({}, ADDRESS), ({"word": theirs}, "null"), ({"word": ""}, "null"), ({"word": theirs}, "https://evil.example")):
            assert (await somebody.client.post("/sign-in", data={"t": token, **fields}, headers={"Origin": origin})).status_code == 403
        mine = word_of(await somebody.get(f"/sign-in?t={token}"))
        refused = await somebody.client.post("/sign-in", data={"t": token, "word": theirs}, headers={"Origin": "null"})
        assert refused.status_code == 403 and "The link was not used" in sentence(refused)
        assert mine != theirs and word_of(await somebody.get("/sign-in?t=another")) == mine
        entered = await somebody.client.post("/sign-in", data={"t": token, "word": mine}, headers={"Origin": "null"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/experts")


def word_of(page: httpx.Response) -> str:
    [word] = re.findall(r'name="word" value="([^"]+)"', page.text)
    return str(word)


async def test_who_lost_the_session_while_writing_loses_no_words(curator: Visitor) -> None:
    """Another tab signs in, and the browser's way back has what was typed."""
    curator.client.cookies.clear()
    answer = await curator.client.post("/library/pilot-charter/save", data={"csrf": "old", "body": "mine", "seen": "0"})
    assert answer.status_code == 401 and "Nothing was saved. Sign in in another tab" in sentence(answer)


async def test_signing_out_ends_it(curator: Visitor) -> None:
    answer = await curator.send("/sign-out", page="/library")
    assert answer.status_code == 200 and "You are signed out" in answer.text
    assert answer.headers["clear-site-data"] == '"cache"'
    assert (await curator.get("/library")).status_code == 401


async def test_signing_out_ends_every_sign_in_until_then(curator: Visitor, world: World) -> None:
    """In another browser, and with a copy of the cookie; of nobody else, and none that comes after."""
    async with visitor(world) as elsewhere, visitor(world) as another:
        await elsewhere.sign_in(CURATOR)
        await another.sign_in(EXPERT)
        copied = dict(curator.client.cookies.items())
        world.pass_(minutes=1)
        await curator.send("/sign-out", page="/library")
        for name, value in copied.items():
            curator.client.cookies.set(name, value, domain="midway.example")
        for somebody in (curator, elsewhere):
            assert [(await somebody.get(path)).status_code for path in ("/library", "/", "/chat/history")] == [401] * 3
        assert (await another.get("/experts")).status_code == 200
        world.pass_(minutes=1)
        await elsewhere.sign_in(CURATOR)
        assert (await elsewhere.get("/library")).status_code == 200 and (await curator.get("/library")).status_code == 401


@pytest.mark.parametrize("signs_out", [True, False])
async def test_the_next_at_the_same_browser_reads_nothing_of_the_chat(curator: Visitor, signs_out: bool) -> None:
    """Whether whoever was there signed out or not; they themselves begin afresh, and find what they said before listed."""
    await curator.ask("a secret of mine")
    assert await curator.said() == ["a secret of mine"]
    if signs_out:
        await curator.send("/sign-out", page="/library")
        curator.world.pass_(seconds=1)
    for who in (EXPERT, CURATOR):
        await curator.sign_in(who)
        assert ("a secret of mine" in (await curator.get("/")).text) is (who is CURATOR) and await curator.said() == []


async def test_a_chat_that_was_begun_by_somebody_else_takes_and_shows_nothing(curator: Visitor, world: World) -> None:
    """Whoever planted its cookie in another's browser reads nothing of what is written there."""
    await curator.ask("mine")
    [(name, planted)] = [(name, value) for name, value in curator.client.cookies.items() if re.fullmatch("midway_[a-z0-9]{8}", name)]
    given = dict(re.findall(r'data-(conversation|csrf)="([^"]+)"', (await curator.get("/")).text))
    async with visitor(world) as victim:
        await victim.sign_in(EXPERT)
        victim.client.cookies.set(name, planted, domain="midway.example")
        sent = await victim.client.post("/chat/messages", json={"id": "m2", "text": "x", **given}, headers={"X-CSRF-Token": given["csrf"]})
        assert sent.status_code == 403 and (await victim.get("/chat/history")).status_code == 403
        page = (await victim.get("/")).text
        assert "mine" not in page and given["conversation"] not in page
    assert await curator.said() == ["mine"]


async def test_a_role_that_was_taken_away_is_gone_at_once(curator: Visitor, world: World) -> None:
    assert (await curator.get("/library")).status_code == 200
    async with world.storage.unit() as unit:
        await unit.people.revoke(CURATOR.tenant, CURATOR.person)
    assert (await curator.get("/library/new")).status_code == 403
    assert (await curator.get("/my-data")).status_code == 200


async def test_a_forged_cookie_is_a_strangers(curator: Visitor) -> None:
    [(name, value)] = [(name, value) for name, value in curator.client.cookies.items() if name.startswith("midway_in_")]
    curator.client.cookies.clear()
    curator.client.cookies.set(name, value[:-3] + "abc", domain="midway.example")
    assert (await curator.get("/library")).status_code == 401


async def test_people_are_invited_and_leave_again(world: World) -> None:
    async with visitor(world) as admin:
        await admin.sign_in(ADMIN)
        made = await admin.send("/people", page="/people", role="curator", label=f"Chapter {HOSTILE}")
        page = await admin.get(made.headers["location"])
        assert page.status_code == 200 and ESCAPED in page.text and HOSTILE not in page.text
        [link] = [word for word in page.text.replace("<", " ").replace(">", " ").split() if "/sign-in?t=" in word]
        for wrong in ({"role": "god", "label": "x"}, {"role": "admin", "label": " "}):
            assert (await admin.send("/people", page="/people", **wrong)).status_code == 422
    async with visitor(world) as newcomer:
        assert (await newcomer.enter(link.partition("t=")[2])).status_code == 303
        assert (await newcomer.get("/library")).status_code == 200
        [grant_] = await on_the_web(world)
        assert await world.office.access.revoke(ADMIN, grant_.person)
        assert (await newcomer.get("/library")).status_code == 401


async def test_a_form_sent_again_brings_nobody_back(world: World) -> None:
    """Who was shown out stays out, whatever the admin reloads; a link that is used up is not shown as a new one."""
    async with visitor(world) as admin, visitor(world) as newcomer:
        await admin.sign_in(ADMIN)
        form = {"role": "curator", "label": "Chapter North", "event": "one-form"}
        made = await admin.send("/people", page="/people", **form)
        assert made.status_code == 303 and "/sign-in?t=" not in made.headers["location"]
        token = (await admin.get(made.headers["location"])).text.partition("/sign-in?t=")[2].partition("<")[0]
        assert (await newcomer.enter(token)).status_code == 303
        used = (await admin.get(made.headers["location"])).text
        assert token not in used and "no longer lets anybody in" in used
        [given] = await on_the_web(world)
        await admin.send("/people", page="/people", person=given.person)
        again = await admin.send("/people", page="/people", **form)
        page = (await admin.get(again.headers["location"])).text
        assert token not in page and ">Chapter North</th>" not in page and await on_the_web(world) == []
        assert (await newcomer.get("/library")).status_code == 401


async def test_a_reload_after_an_invitation_makes_nobody_else(world: World) -> None:
    """The same form again gives the same link; the form on the page after it invites somebody else."""
    async with visitor(world) as admin:
        await admin.sign_in(ADMIN)
        [event] = re.findall(r'name="event" value="([^"]+)"', (await admin.get("/people")).text)
        made = [await admin.send("/people", page="/people", role="curator", label="Chapter North", event=event) for _ in range(2)]
        first, again = [(await admin.get(answer.headers["location"])).text for answer in made]
        assert "/sign-in?t=" in first
        assert first.partition("/sign-in?t=")[2][:20] == again.partition("/sign-in?t=")[2][:20]
        assert len(await on_the_web(world)) == 1
        assert f'name="event" value="{event}"' not in first
        await admin.send("/people", page="/people", role="curator", label="Chapter North", event="another")
        assert len(await on_the_web(world)) == 2


async def test_an_admin_takes_away_others_roles_and_not_their_own(world: World) -> None:
    """Else nobody may be left to let anybody in; of another's it is said what was done."""
    entered = [await world.office.access.enter(await world.office.access.invite(ADMIN, Role.ADMIN, name)) for name in ("One", "Two")]
    me, other = [who for who in entered if who]
    async with visitor(world) as admin:
        await admin.sign_in(me)
        page = (await admin.get("/people")).text
        assert page.count("Take it away</button>") == 1 and f'value="{other.person}"' in page and f'value="{me.person}"' not in page
        refused = await admin.send("/people", page="/people", person=me.person)
        assert refused.status_code == 403 and "You cannot take your own role away" in sentence(refused)
        for said in ("The role was taken away", "There was no role to take away"):
            taken = await admin.send("/people", page="/people", person=other.person)
            assert taken.status_code == 303 and said in (await admin.get(taken.headers["location"])).text
    assert [grant_.person for grant_ in await on_the_web(world)] == [me.person]


# Tokens, origin, sizes


@pytest.mark.parametrize("path", ACTS)
async def test_every_change_carries_the_persons_token(curator: Visitor, world: World, path: str) -> None:
    """Without it, with another person's, or from another site, nothing is taken."""
    async with visitor(world) as other:
        await other.sign_in(ADMIN)
        theirs = (await other.get("/people")).text.partition('name="csrf" value="')[2].partition('"')[0]
    mine = (await curator.get("/library/new")).text.partition('name="csrf" value="')[2].partition('"')[0]
    assert mine and theirs and mine != theirs
    for token, headers in (("", {}), (theirs, {}), (mine, {"Origin": "https://evil.example"}), (mine, {"Sec-Fetch-Site": "cross-site"})):
        answer = await curator.client.post(path, data={"csrf": token, "then": "publish", "note": "x"}, headers=headers)
        assert answer.status_code == 403, (token, headers)
    assert await world.office.curation.history(CURATOR, "pilot-charter") == []


async def test_what_is_too_large_is_not_read(curator: Visitor) -> None:
    """By what the request says of itself; without a length nothing is taken either."""
    token = (await curator.get("/import")).text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = await curator.client.post("/import", data={"csrf": token}, files={"file": ("a.html", b"x" * (MOST_BYTES + 1))})
    assert answer.status_code == 413 and "larger than 12 MB" in sentence(answer)

    async def endless() -> AsyncIterator[bytes]:
        yield b"csrf=1"

    assert (await curator.client.post("/import", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"})).status_code == 413
    broken = await curator.client.post("/import", content=b"--x\r\nnonsense", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert broken.status_code in {400, 403}


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_form_that_is_none_is_refused_in_a_sentence(curator: Visitor, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    answer = await curator.client.post("/sign-in", content=b"garbage", headers={"Content-Type": kind})
    assert answer.status_code == 400 and UNREADABLE in sentence(answer)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_who_leaves_in_the_middle_of_a_form_is_no_fault_of_ours(world: World, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"9"), (b"host", b"midway.example")]
    scope = {"type": "http", "method": "POST", "path": "/sign-in", "query_string": b"", "headers": headers, "client": ("203.0.113.7", 1)}
    await application(world)(scope, receive, send)
    assert sent[0]["status"] == 400 and caplog.records == []


async def test_a_stranger_sends_no_document_to_the_door(curator: Visitor) -> None:
    """A link is short; what is longer would be held in memory for somebody who may be anybody."""
    answer = await curator.client.post("/sign-in", data={"t": "x" * BODY_BYTES})
    assert answer.status_code == 413


@pytest.mark.parametrize("version", ["9999999999", "9" * 30, "9" * 5000])
async def test_a_version_beyond_every_number_is_not_there(curator: Visitor, version: str) -> None:
    page = f"/library/pilot-charter/versions/{version}"
    assert (await curator.get(page)).status_code == 404
    assert (await curator.send(page, page="/library/new", then="publish")).status_code == 404
    assert (await curator.get(f"/chat/charts/m1/{version}.png")).status_code in {403, 404}


async def test_every_page_keeps_itself_to_itself(curator: Visitor) -> None:
    """The same strict headers on pages, refusals and the door."""
    for path in ("/library", "/people", "/sign-in", "/library/no-such-practice"):
        headers = (await curator.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"] and "unsafe" not in headers["content-security-policy"]
        assert (headers["cache-control"], headers["x-frame-options"], headers["referrer-policy"]) == ("no-store", "DENY", "no-referrer")


# What stands there


async def test_words_of_people_are_words(world: World) -> None:
    """Titles, notes, drafts, questions and answers: nothing of them becomes markup."""
    question = await world.asks(words=f"May we? {HOSTILE}")
    await sends_on(world, question)
    body = markdown().replace("## Summary", f"## Summary\n\n{HOSTILE}", 1)
    version = await world.office.curation.save(CURATOR, "pilot-charter", body, 0, HOSTILE)
    async with visitor(world) as admin:
        await admin.sign_in(ADMIN)
        pages = [f"/library?q={HOSTILE}", f"/library/pilot-charter/edit?seen={version}", f"/library/pilot-charter/versions/{version}", "/experts", "/gaps"]
        for path in pages:
            text = (await admin.get(path)).text
            assert ESCAPED in text and "<script" not in text, path
        await admin.send(f"/experts/{question}", page="/experts", then="answer", words=HOSTILE, tenant="W1")
        page = (await admin.get("/experts")).text
        assert page.count(ESCAPED) == 2 and "<script" not in page


async def test_a_tenant_sees_its_own_questions(world: World) -> None:
    """Whatever tenant the address or the form names; nothing is taken or closed across."""
    other = replace(EXPERT, tenant="W2", roles=frozenset({Role.EXPERT, Role.CURATOR}))
    await grant(world, other)
    mine, theirs = await world.asks(words="Ours alone"), await world.asks("e2", words="Theirs alone", tenant="W2")
    await sends_on(world, mine)
    await sends_on(world, theirs, "W2")
    async with visitor(world) as expert:
        await expert.sign_in(other)
        for path in ("/experts", "/experts?tenant=W1", "/gaps?tenant=W1"):
            text = (await expert.get(path)).text
            assert "Theirs alone" in text and "Ours alone" not in text and "Workspace" not in text
        answer = await expert.send(f"/experts/{mine}", page="/experts", then="answer", words="From outside", tenant="W1")
        assert answer.status_code == 409
        closed = await expert.send("/gaps", page="/gaps", week="202648", nearest="ugc-rights", note="done", tenant="W1")
        assert closed.status_code == 303
    [handed] = await world.office.experts.listed(EXPERT)
    assert handed.state == "open"
    assert [row.closed for row in await world.office.gaps.rows(CURATOR)] == [None]


async def test_the_machine_itself_may_look_at_each_tenant(world: World) -> None:
    question = await world.asks(words="Asked in a workspace")
    await sends_on(world, question)
    async with visitor(world, client="127.0.0.1", address="http://127.0.0.1:8080") as here:
        assert "Asked in a workspace" not in (await here.get("/experts")).text
        assert "Asked in a workspace" in (await here.get("/experts?tenant=W1")).text
        assert "Asked in a workspace" not in (await here.get("/experts?tenant=nowhere")).text


async def test_saving_sends_to_the_draft_and_a_second_editor_sees_the_first(curator: Visitor, world: World) -> None:
    """What the second typed stands in the page again, with how it differs; nothing is lost."""
    first = await curator.send("/library/pilot-charter/save", page="/library/new", body=markdown() + "\nmine", seen="0", note="why", then="draft")
    assert first.headers["location"] == "/library/pilot-charter/versions/1?done=saved"
    second = await curator.send("/library/pilot-charter/save", page="/library/new", body=markdown() + "\ntheirs", seen="0", note="“so” it is", then="draft")
    assert second.status_code == 409 and 'value="“so” it is"' in second.text
    assert "A newer version was saved since you opened this one" in second.text and 'name="seen" value="1"' in second.text
    assert "theirs</textarea>" in second.text and '<div class="gone">' in second.text and '<div class="new">' in second.text


async def test_the_editors_address_says_which_version_it_began_with(curator: Visitor, world: World) -> None:
    """A browser that restores what was typed restores it there, and nowhere else: saved, it does not pass for newer."""
    edit = "/library/pilot-charter/edit"
    assert (await curator.get(edit)).headers["location"] == f"{edit}?seen=0"
    for number in (1, 2):
        await world.office.curation.save(CURATOR, "pilot-charter", f"{markdown()}\nsaved {number}", number - 1)
    for seen, shown, hidden in ((0, "", ("saved 1", "saved 2")), (1, "saved 1", ("saved 2",)), (2, "saved 2", ("saved 1",))):
        page = (await curator.get(f"{edit}?seen={seen}")).text
        assert f'name="seen" value="{seen}"' in page and shown in page and not any(words in page for words in hidden)
        assert ("A newer version was saved since you opened this one" in page) is (seen < 2)
        assert (f'href="{edit}?seen=2"' in page) is (seen < 2)
    for wrong in ("3", "x", "-1", "٣", "9" * 30):
        assert (await curator.get(f"{edit}?seen={wrong}")).headers["location"] == f"{edit}?seen=2"


async def test_publishing_shows_what_is_wrong(curator: Visitor, world: World) -> None:
    """On the page of the draft, as a list; once it is right, the practice is in force."""
    body = markdown().replace("title:", "title: Ours –", 1)
    await curator.send("/library/pilot-charter/save", page="/library/new", body=body, seen="0", note="", then="review")
    world.findings = ("the figure 40 % has no source",)
    path = "/library/pilot-charter/versions/1"
    refused = await curator.send(path, page=path, then="publish")
    assert refused.status_code == 422 and "<li>the figure 40 % has no source</li>" in refused.text and "in review" in refused.text
    world.findings = ()
    assert (await curator.send(path, page=path, then="publish")).headers["location"] == "/library/pilot-charter?done=published"
    assert "Ours –" in (await curator.get("/library/pilot-charter")).text


async def test_publishing_an_incomplete_draft_shows_all_that_it_lacks(curator: Visitor) -> None:
    """As a list, by section, without the id that stands above."""
    body = markdown().replace("title:", "name:", 1).replace("## Steps", "## Recipes")
    await curator.send("/library/pilot-charter/save", page="/library/new", body=body, seen="0", note="", then="draft")
    path = "/library/pilot-charter/versions/1"
    refused = await curator.send(path, page=path, then="publish")
    assert refused.status_code == 422 and "<li>title: is missing</li>" in refused.text and "<li>section “Steps”: is missing</li>" in refused.text


@pytest.mark.parametrize("body", ["no front matter", "id: ../../etc", "id: Big Letters", "id: new-practice\ntitle: TODO"])
async def test_a_new_practice_without_a_good_id_is_kept_under_one(curator: Visitor, body: str) -> None:
    """Nothing that was typed is lost; what is missing is listed."""
    for name in ("new-practice", "new-practice-2"):
        answer = await curator.send("/library/-/save", page="/library/new", body=f"{body}\n{name}", seen="0", then="draft")
        assert answer.headers["location"].startswith(f"/library/{name}/versions/1?done=")
        assert "it does not start with front matter" in (await curator.get(answer.headers["location"])).text


def fresh(title: str) -> str:
    """A practice as the editor for new ones has it, complete."""
    body = markdown().replace("id: pilot-charter", "id: new-practice", 1)
    [line] = [line for line in body.splitlines() if line.startswith("title:")]
    return body.replace(line, f"title: {title}")


async def test_a_new_practice_is_called_after_its_title_and_may_be_called_otherwise(curator: Visitor, world: World) -> None:
    """Until it is published; its history comes along, and links to what it was called lead to it."""
    made = await curator.send("/library/-/save", page="/library/new", body=fresh("Größe zählt, don’t rush"), seen="0", note="first", then="draft")
    assert made.headers["location"] == "/library/grosse-zahlt-dont-rush/versions/1?done=named"
    page = (await curator.get(made.headers["location"])).text
    assert "under an id made of its title" in page and "Use the id" not in page
    body = fresh("Größe zählt, don’t rush").replace("id: new-practice", "id: size-matters", 1)
    saved = await curator.send("/library/grosse-zahlt-dont-rush/save", page="/library/new", body=body, seen="1", then="draft")
    assert saved.headers["location"] == "/library/size-matters/versions/2?done=saved"
    page = (await curator.get(saved.headers["location"])).text
    assert "first" in page and "renamed: before: grosse-zahlt-dont-rush" in page and "Use the id grosse-zahlt-dont-rush" in page
    assert (await curator.get("/library/grosse-zahlt-dont-rush/versions/1")).headers["location"] == "/library/size-matters/versions/1"
    assert (await curator.get("/library/grosse-zahlt-dont-rush/edit")).headers["location"] == "/library/size-matters/edit"
    back = await curator.send("/library/size-matters/versions/2", page="/library/new", then="rename")
    assert back.headers["location"] == "/library/grosse-zahlt-dont-rush/versions/3?done=renamed"
    published = await curator.send("/library/grosse-zahlt-dont-rush/versions/3", page="/library/new", then="publish")
    assert published.headers["location"] == "/library/grosse-zahlt-dont-rush?done=published"


async def test_a_published_practice_keeps_its_id_and_says_so_when_it_is_saved(curator: Visitor) -> None:
    body = markdown().replace("id: pilot-charter", "id: another", 1)
    saved = await curator.send("/library/pilot-charter/save", page="/library/new", body=body, seen="0", then="draft")
    assert saved.headers["location"] == "/library/pilot-charter/versions/1?done=saved"
    assert "its id is another and not pilot-charter" in (await curator.get(saved.headers["location"])).text


async def test_all_that_is_missing_is_listed_at_every_save(curator: Visitor, world: World) -> None:
    """In one go: fields, sources, topic, what the checks find; saving is possible all the same, and the rest is shown as it will be."""
    world.findings = ("step 1 does not start with a bold imperative",)
    body = markdown().replace("topic: launching-a-pilot", "topic: Union", 1).replace("stage:", "stages:", 1)
    body = body.replace("sources:\n", "sources:\n  spare:\n    title: Spare\n    publisher: Spare\n    year: 2020\n    url: https://example.org/\n", 1)
    saved = await curator.send("/library/pilot-charter/save", page="/library/new", body=body, seen="0", then="review")
    page = (await curator.get(saved.headers["location"])).text
    listed = page.partition('<div class="findings" role="alert">')[2].partition("</div>")[0]
    for words in ("topic: is none of launching-a-pilot, finding-a-sponsor", "stage: is missing", "no sentence cites the source “spare”", "step 1 does not start"):
        assert words in listed, words
    assert "As readers will see it" in page and escape(world.library.practices["pilot-charter"].title) in page.partition("As readers will see it")[2]
    assert world.examined == []


async def test_all_of_a_draft_is_checked_when_that_is_wanted(curator: Visitor, world: World) -> None:
    """Also what takes seconds, without publishing anything."""
    await curator.send("/library/pilot-charter/save", page="/library/new", body=markdown(), seen="0", then="draft")
    path = "/library/pilot-charter/versions/1"
    assert "Its text has all that it needs" in (await curator.get(path)).text and world.examined == []
    checked = await curator.send(path, page=path, then="check")
    assert "nothing keeps it from being published" in checked.text and world.examined == ["pilot-charter"]


async def test_who_sent_a_draft_to_review_is_not_shown_the_button_that_publishes_it(world: World) -> None:
    """Not first of all: it stands behind a word of warning; others have it."""
    async with signed_in(world, CURATOR) as writer, signed_in(world, ADMIN) as reader:
        await writer.send("/library/pilot-charter/save", page="/library/new", body=markdown() + "\n", seen="0", then="review")
        path = "/library/pilot-charter/versions/1"
        mine, theirs = (await writer.get(path)).text, (await reader.get(path)).text
        assert 'value="publish" class="primary"' not in mine and "<summary>Publish it yourself</summary>" in mine
        assert 'value="publish" class="primary"' in theirs and "Publish it yourself" not in theirs


async def test_the_editor_names_what_each_line_may_say(curator: Visitor) -> None:
    page = (await curator.get("/library/new")).text
    assert "launching-a-pilot, finding-a-sponsor" in page and "prepare, pilot, prove" in page and "<code>pilot-charter</code>" in page


async def test_everybody_who_is_let_in_reads_the_library_by_topic(world: World) -> None:
    """Every practice, found by words, opened as readers see it; nothing there that curators do."""
    async with signed_in(world, MEMBER) as reader:
        page = (await reader.get("/library")).text
        assert all(f'href="/library/{name}"' in page for name in world.library.practices) and "Launching a pilot" in page
        found = (await reader.get("/library?q=sponsor+numbers")).text
        assert 0 < found.count('<li><a href="/library/') < len(world.library.practices)
        assert "Nothing in the library has all of these words" in (await reader.get("/library?q=zzzz")).text
        read = (await reader.get("/library/pilot-charter")).text
        assert "Read next" in read and not any(words in read for words in ("/edit", "still-true", "Withdraw", "History"))
        assert (await reader.get("/library/pilot-charter/versions/1")).status_code == 403
    async with signed_in(world, CURATOR) as curator:
        assert "By topic, as readers see it" in (await curator.get("/library")).text
        assert 'aria-label="Topics"' in (await curator.get("/library?view=topics")).text


@pytest.mark.parametrize("fields", [{"seen": "x"}, {"seen": "-1"}, {}])
async def test_a_form_without_its_number_is_refused(curator: Visitor, fields: dict[str, str]) -> None:
    assert (await curator.send("/library/pilot-charter/save", page="/library/new", body="x", **fields)).status_code == 400


@pytest.mark.parametrize("path", ["/library/no-such-practice", "/library/no-such-practice/edit", "/library/no-such-practice/versions/3", "/library/a%00b/edit"])
async def test_what_is_not_there_is_said(curator: Visitor, path: str) -> None:
    answer = await curator.get(path)
    assert answer.status_code == 404 and "There is no such practice." in sentence(answer)


async def test_what_was_done_to_a_practice_is_said(curator: Visitor) -> None:
    """On the page that comes next, and discarding is asked for first."""
    path = "/library/pilot-charter/versions/1"

    async def after(address: str, **fields: str) -> str:
        answer = await curator.send(address, page="/library/new", **fields)
        return (await curator.get(answer.headers["location"])).text.partition('<p role="status" class="done">')[2].partition("<")[0]

    saved = await after("/library/pilot-charter/save", body=markdown(), seen="0", then="draft")
    assert saved.startswith("Saved as a draft")
    assert "Discard it</button>" in (await curator.get(path)).text.partition("<details")[2]
    assert (await after(path, then="review")).startswith("Sent to review")
    assert (await after(path, then="discard")).startswith("Discarded")
    assert (await after("/library/pilot-charter/still-true")).startswith("Noted: still true.")
    assert (await after("/library/pilot-charter/save", body=markdown(), seen="1", then="review")).startswith("Saved and sent to review")
    assert (await after("/library/pilot-charter/versions/2", then="publish")).startswith("Published")
    assert (await after("/library/pilot-charter/withdraw", note="the law changed")).startswith("Withdrawn")
    assert "<p role" not in (await curator.get("/library?done=nonsense")).text


async def test_a_refusal_leads_back(curator: Visitor) -> None:
    """To the page that was left, with what was typed, and to the other pages that this person may open; no others."""
    for path in ("/library/no-such-practice", "/people", "/nope"):
        page = (await curator.client.get(path, headers=BROWSER)).text
        assert "data-back" in page and "/static/back.js" in page and '<a class="button" href="/">Chat</a>' in page
        menu = page.partition('<nav aria-label="Pages">')[2].partition("</nav>")[0]
        assert {one for one in MENU if f'href="{one}"' in menu} == {"/library", "/import", "/gaps", "/teams", "/pilots", "/my-data"}
        assert "Sign out" in page


@pytest.mark.parametrize(("method", "path", "status", "words"), [
    ("GET", "/nope", 404, NOWHERE), ("GET", "/static/nope.css", 404, NOWHERE),
    ("GET", "/sign-out", 405, ONLY_SENT), ("POST", "/reports", 405, ONLY_SENT),
])  # fmt: skip
async def test_an_address_that_leads_nowhere_is_a_page_to_a_browser(world: World, method: str, path: str, status: int, words: str) -> None:
    """In the frame that every page has and kept to itself, for a stranger without a menu; a program gets what it got."""
    async with visitor(world) as stranger:
        page = await stranger.client.request(method, path, headers=BROWSER)
        assert page.status_code == status and words in page.text and "There is nothing here" in page.text
        assert '<a class="brand" href="/">' in page.text and '<nav aria-label="Pages">' not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'") and page.headers["cache-control"] == "no-store"
        bare = await stranger.client.request(method, path)
        assert bare.status_code == status and bare.text in {"Not Found", "Method Not Allowed"}
        assert bare.headers.get("allow") == page.headers.get("allow") and ("allow" in bare.headers) == (status == 405)


async def test_a_fault_outside_of_any_page_is_a_page_to_a_browser(world: World) -> None:
    """It asks nothing of what may have failed."""
    broken = application(world)

    async def fails(request: Request) -> Response:
        raise RuntimeError("the words of somebody")

    broken.router.routes.insert(0, Route("/fails", fails))
    transport = httpx.ASGITransport(broken, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        page, bare = await client.get("/fails", headers=BROWSER), await client.get("/fails")
    assert page.status_code == bare.status_code == 500 and bare.text == "Internal Server Error"
    assert str(escape(BROKEN)) in page.text and "words of somebody" not in page.text


async def test_a_stranger_at_the_chat_is_told_how_to_sign_in_on_a_page(world: World) -> None:
    async with visitor(world) as stranger:
        page = await stranger.client.get("/", headers=BROWSER)
    assert page.status_code == 401 and "<h1>Sign in first</h1>" in page.text and "say “sign in” to Midway" in page.text


async def test_a_database_that_is_away_is_said_so_at_the_chat_too(curator: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Before anybody is known: a clear page to come back to, and one line in the log."""

    def away(self: Storage) -> Any:
        raise StorageUnavailable("The database cannot be used now.")

    monkeypatch.setattr(Storage, "view", away)
    page, bare = await curator.client.get("/", headers=BROWSER), await curator.get("/chat/history")
    assert (page.status_code, bare.status_code, page.headers["retry-after"]) == (503, 503, "5")
    assert STORE_AWAY in page.text and bare.json() == {"error": STORE_AWAY}
    assert [record.exc_info for record in caplog.records if record.levelno >= logging.ERROR] == [None, None]


async def test_an_answer_of_an_expert_is_asked_for_where_it_is_sent(world: World) -> None:
    """Nothing empty is sent; taking and closing need no words."""
    await sends_on(world, await world.asks(words="May we?"))
    async with visitor(world) as expert:
        await expert.sign_in(EXPERT)
        page = (await expert.get("/experts")).text
    assert re.search(r'<textarea[^>]* required>', page)
    assert page.count("formnovalidate") == 2


@pytest.mark.parametrize(("then", "said"), [
    ("answer", "Sent to the person who asked, where they asked."), ("close", "Closed. Whoever asked is told."), ("take", ""),
])
async def test_an_expert_is_told_what_was_done_on_the_page(world: World, then: str, said: str) -> None:
    question = await world.asks(words="May we?")
    await sends_on(world, question)
    async with visitor(world) as expert:
        await expert.sign_in(EXPERT)
        made = await expert.send(f"/experts/{question}", page="/experts", then=then, words="Ask them first.", tenant="W1")
        page = (await expert.get(made.headers["location"])).text
    assert ('class="done"' in page) == bool(said) and said in page


async def test_an_expert_keeps_a_draft_and_reads_what_was_found(world: World) -> None:
    """Told that the curators have it; a practice opens without what curators do with it."""
    question = await world.asks(words="May we?")
    await sends_on(world, question)
    await world.office.experts.answer(EXPERT, question, "Ask them first.")
    async with visitor(world) as expert:
        await expert.sign_in(EXPERT)
        assert '<a href="/library/ugc-rights">' in (await expert.get("/experts")).text
        made = await expert.send(f"/experts/{question}", page="/experts", then="draft", tenant="W1")
        page = await expert.get(made.headers["location"])
        assert page.status_code == 200 and "Kept as a draft for the curators" in page.text
        read = (await expert.get("/library/ugc-rights")).text
        assert escape(world.library.practices["ugc-rights"].title) in read
        assert not any(words in read for words in ("/edit", "still-true", "Withdraw", "History"))
        await world.office.curation.withdraw(CURATOR, "ugc-rights", "the law changed")
        assert (await expert.get("/library/ugc-rights")).status_code == 404
        page_after = (await expert.get("/experts")).text
        assert '<a href="/library/ugc-rights">' not in page_after and "ugc-rights" not in page_after
        title = world.library.withdrawn["ugc-rights"].practice.title
        assert f"{escape(title)} (withdrawn 23 November 2026)" in page_after
    [draft] = await world.office.curation.open(CURATOR)
    assert "Ask them first." in draft.body


async def test_a_draft_of_what_was_withdrawn_says_what_publishing_does(curator: Visitor, world: World) -> None:
    await world.office.curation.withdraw(CURATOR, "pilot-charter", "the law changed")
    page = "/library/pilot-charter/versions/2"
    await world.office.curation.save(CURATOR, "pilot-charter", markdown(), 1)
    said = (await curator.get(page)).text
    assert "nothing of it is in force. Publishing this version brings it back." in said
    assert "Nothing differs from what was withdrawn." in said and "Nothing differs from what is in force" not in said
    await curator.send(page, page=page, then="publish")
    assert "brings it back" not in (await curator.get(page)).text


async def test_practices_go_by_their_titles(curator: Visitor, world: World) -> None:
    """In the list in their order, and of drafts and what was withdrawn: an id is no title."""
    body = markdown().replace("id: pilot-charter", "id: ours", 1)
    body = re.sub(r"^title: .*$", 'title: "Ours: a charter"', body, count=1, flags=re.MULTILINE)
    await world.office.curation.save(CURATOR, "ours", body, 0)
    await world.office.curation.withdraw(CURATOR, "sponsor-search", "the law changed")
    page = (await curator.get("/library")).text
    titles = re.findall(r'<th scope="row"><a href="/library/[^"]+">([^<]+)</a>', page)
    assert len(titles) > 20 and titles == sorted(titles, key=str.casefold)
    assert ">Ours: a charter</a>" in page and ">sponsor-search</a>" not in page
    assert "<h1>Ours: a charter</h1>" in (await curator.get("/library/ours/versions/1")).text


async def test_a_withdrawn_practice_says_so_and_can_be_read(curator: Visitor) -> None:
    """Its own address leads to the version that was withdrawn: why, all of its text, and how it comes back."""
    await curator.send("/library/pilot-charter/withdraw", page="/library/pilot-charter", note="the law changed")
    gone = await curator.get("/library/pilot-charter")
    assert (gone.status_code, gone.headers["location"]) == (303, "/library/pilot-charter/versions/1")
    page = (await curator.get(gone.headers["location"])).text
    assert "It is withdrawn: no longer cited" in page and "the law changed" in page and "id: pilot-charter" in page
    assert 'href="/library/pilot-charter/edit"' in page and "Nothing differs" not in page


async def test_closing_a_gap_says_nothing_of_how_many(curator: Visitor, world: World) -> None:
    """Two people are told, and that is nobody's to know."""
    await world.asks("e1", person="a")
    await world.asks("e2", person="b")
    closed = await curator.send("/gaps", page="/gaps", week="202648", nearest="ugc-rights", note="We wrote it down.", practice="ugc-rights")
    page = (await curator.get(closed.headers["location"])).text
    assert "Those who asked and can be reached will be told." in page and ">2<" not in page and "told=" not in closed.headers["location"]
    empty = await curator.send("/gaps", page="/gaps", week="202648", nearest="ugc-rights", note=" ")
    assert empty.status_code == 422


@pytest.mark.parametrize(("typed", "named"), [
    ("alt-text", "alt-text"), (" the title ", "alt-text"), ("", None), ("Some other title", None), (HOSTILE, None),
])  # fmt: skip
async def test_a_gap_is_closed_with_a_practice_or_not_at_all(curator: Visitor, world: World, typed: str, named: str | None) -> None:
    """By its id or its title, in capitals or not; what is neither closes nothing and is said. None is needed."""
    await world.asks("e1")
    title = world.library.practices["alt-text"].title
    practice = typed.replace("the title", title.upper())
    answer = await curator.send("/gaps", page="/gaps", week="202648", nearest="ugc-rights", note="We wrote it.", practice=practice)
    notices = [words for _, _, words in await world.said()]
    if named or not typed:
        assert answer.status_code == 303 and [title in words for words in notices] == [named is not None]
    else:
        assert answer.status_code == 422 and "nothing was closed" in sentence(answer) and HOSTILE not in answer.text and notices == []


async def test_gaps_beyond_a_glance_are_folded_away(curator: Visitor, world: World) -> None:
    for number, name in enumerate(sorted(world.library.practices)[:15]):
        await world.asks(f"g{number}", nearest=name)
    page = (await curator.get("/gaps")).text
    assert page.count("<section") == 15 and page.partition("<summary>3 more</summary>")[0].count("<section") == 12
    assert page.count('id="n-15"') == page.count('id="n-1"') == 1


async def test_nobody_without_a_role_gets_in_on_the_web(world: World) -> None:
    """Where no platform vouches for people, a link whose role was taken away opens nothing."""
    token = await world.office.access._link(WEB, MEMBER.person, timedelta(minutes=5))
    async with visitor(world) as somebody:
        assert (await somebody.enter(token)).status_code == 403
