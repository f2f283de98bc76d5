"""The pages “My data” and “Audit” over HTTP: each sees their own, admins see who changed what, nobody sees words."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio

from adapters.web.desk.audit_pages import subject_in_words
from adapters.web.session import Sessions
from bot import my_data_views as views
from bot.access import Role
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, CURATOR, EXPERT, MEMBER, TENANT, World, markdown
from tests.integration.desk_site import Visitor, application, signed_in, visitor, world_with
from tests.on_sqlite import database
from tests.whole_database import all_rows, places_of

__all__ = ["database"]

HOSTILE = '<script>alert("x")</script>'


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return await world_with(storage, CURATOR, EXPERT, ADMIN)


@pytest_asyncio.fixture
async def member(world: World) -> AsyncIterator[Visitor]:
    """Somebody without a role, who asked something; so did another."""
    await world.asks("e1", person=MEMBER.person, words="My own words")
    await world.asks("e2", person=CURATOR.person, words="Words of another")
    async with signed_in(world, MEMBER) as somebody:
        yield somebody


async def test_a_member_sees_their_own(member: Visitor) -> None:
    """Kinds and counts, no words; the file has the words, of nobody else."""
    page = await member.get("/my-data")
    assert page.status_code == 200 and "wording kept until 23 December 2026" in page.text and "My own words" not in page.text
    file = await member.get("/my-data/download")
    assert [one["text"] for one in file.json()["questions"]] == ["My own words"]
    assert "Words of another" not in file.text
    assert "attachment" in file.headers["content-disposition"] and file.headers["cache-control"] == "no-store"


async def test_forgetting_needs_the_box(member: Visitor, world: World) -> None:
    """Nothing is changed without it, nor by a form of elsewhere."""
    before = await all_rows(world.storage)
    assert (await member.send("/my-data", page="/my-data", then="forget")).status_code == 422
    assert (await member.client.post("/my-data", data={"csrf": "0" * 32, "then": "forget", "sure": "yes"})).status_code == 403
    assert (await member.send("/my-data", page="/my-data", then="dance", sure="yes")).status_code == 422
    assert await all_rows(world.storage) == before


async def test_forgotten_on_the_page_is_forgotten(member: Visitor, world: World) -> None:
    """At once, only this person, and signed out."""
    answer = await member.send("/my-data", page="/my-data", then="forget", sure="yes")
    assert answer.status_code == 200 and views.FORGOTTEN in answer.text
    rows = await all_rows(world.storage)
    assert places_of({"question": rows["question"]}, "My own words") == []
    assert [row["person"] for row in rows["question"]] == [CURATOR.person]
    assert (await member.get("/my-data")).status_code == 401


async def test_what_a_member_says_in_the_chat_is_theirs_too(member: Visitor, world: World) -> None:
    """It is in the file, and goes with the rest; what another says stays."""
    async with visitor(world) as other:
        await other.sign_in(CURATOR)
        for somebody, words in ((member, "My own chat"), (other, "Chat of another")):
            assert (await somebody.ask(words)).status_code == 202
    assert [json.loads(one["message"])["text"] for one in (await member.get("/my-data/download")).json()["web_messages"]] == ["My own chat"]
    await member.send("/my-data", page="/my-data", then="forget", sure="yes")
    assert [json.loads(row["message"])["text"] for row in (await all_rows(world.storage))["web_message"]] == ["Chat of another"]


async def test_forgotten_from_elsewhere_is_signed_out_too(member: Visitor, world: World) -> None:
    """As in a direct message; also where nothing was kept. Whoever signs in again is let in."""
    for _ in range(2):
        world.pass_(minutes=1)
        await world.parts.my_data.forget(TENANT, MEMBER.person)
        assert (await member.get("/my-data")).status_code == 401
        world.pass_(minutes=1)
        await member.sign_in(MEMBER)
        assert (await member.get("/my-data")).status_code == 200
    assert places_of(await all_rows(world.storage), MEMBER.person, apart_from=("audit.by", "audit.subject", "sign_in_link.person")) == []


async def test_tracking_is_switched_on_the_page(member: Visitor, world: World) -> None:
    for then, tracked, button in (("stop", False, "Track me again"), ("again", True, "Stop tracking me")):
        assert (await member.send("/my-data", page="/my-data", then=then)).status_code == 303
        async with world.storage.view() as unit:
            assert (await unit.choices.of(TENANT, MEMBER.person)).tracked is tracked
        assert button in (await member.get("/my-data")).text


async def test_at_the_machine_it_is_whoever_talked_in_this_browser(world: World) -> None:
    """Before that, nobody: the shell is an admin and no person."""
    transport = httpx.ASGITransport(application(world, ""), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        here = Visitor(client, world)
        assert (await here.get("/my-data")).status_code == 404
        session = await _talks(here)
        await world.asks("e1", person=world.storage.secret.pseudonym("web", session), words="From the chat", tenant="web", owed=False)
        assert (await here.get("/my-data/download")).json()["questions"][0]["text"] == "From the chat"
        assert (await here.send("/my-data", page="/my-data", then="forget", sure="yes")).status_code == 200
        assert (await all_rows(world.storage))["question"] == []
        assert (await here.get("/my-data")).status_code == 404


async def _talks(here: Visitor) -> str:
    """Open the chat; whom its cookie names."""
    await here.get("/")
    [value] = [cookie.value for cookie in here.client.cookies.jar if re.fullmatch(r"midway_[a-z0-9]{8}", cookie.name)]
    session = Sessions(here.world.storage.secret, here.world.storage.clock).read(value)
    assert session is not None
    return session.person


# Audit


async def _changed(world: World, what: str, subject: str, by: str = CURATOR.person, note: str = "", tenant: str = TENANT) -> None:
    async with world.storage.unit() as unit:
        await unit.audits.write(tenant, by, what, subject, world.now, note)


@pytest_asyncio.fixture
async def admin(world: World) -> AsyncIterator[Visitor]:
    async with signed_in(world, ADMIN) as somebody:
        yield somebody


async def test_an_admin_reads_who_changed_what_and_why(admin: Visitor, world: World) -> None:
    """Newest first, in words, of the own tenant, and text stays text."""
    async with world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, "Chapter North")
    await _changed(world, "trying", f"adoption:team:{team.id}:pilot-charter")
    await _changed(world, "adopted", f"adoption:team:{team.id}:pilot-charter", ADMIN.person, HOSTILE)
    await _changed(world, "secret elsewhere", "pilot:1", tenant="W2")
    page = (await admin.get("/audit")).text
    title = world.library.practices["pilot-charter"].title
    assert page.index("adopted") < page.index("trying") and f"“{title}” for Chapter North" in page
    assert HOSTILE not in page and "&lt;script&gt;" in page and "elsewhere" not in page


async def test_the_audit_knows_the_library_and_who_has_which_role(admin: Visitor, world: World) -> None:
    """In every tenant, as both belong to all: with the reason that stands in the history, without what people are called."""
    curation, access = world.office.curation, world.office.access
    await curation.save(CURATOR, "ours", markdown().replace("id: pilot-charter", "id: ours", 1), 0, "our own")
    await curation.publish(CURATOR, "ours", 1)
    world.pass_(minutes=1)
    await curation.withdraw(CURATOR, "ours", f"the law changed {HOSTILE}")
    world.pass_(minutes=1)
    await _changed(world, "planned", "pilot:1")
    world.pass_(minutes=1)
    entered = await access.enter(await access.invite(ADMIN, Role.CURATOR, "Label of North"))
    assert entered and await access.revoke(ADMIN, entered.person)
    page = (await admin.get("/audit")).text
    newest_first = (
        "took a role away", "gave a role", "planned", "withdrawn (version 2)", "published (version 1)", "saved (version 1)",
    )
    places = [page.index(f"<td>{what}</td>") for what in newest_first]
    assert places == sorted(places) and "<td>signed in</td>" in page
    assert "our own" in page and "the law changed &lt;script&gt;" in page and "Label of North" not in page
    assert f"the person {entered.person[:6]}" in page and entered.person not in re.sub(r'href="[^"]*"', "", page)
    alone = (await admin.get(f"/audit?{urlencode({'subject': 'practice:ours'})}")).text
    assert "published (version 1)" in alone and "planned" not in alone and "gave a role" not in alone
    of_another = (await admin.get(f"/audit?{urlencode({'subject': 'practice:pilot-charter'})}")).text
    assert "published (version 1)" not in of_another


async def test_changes_of_one_thing_are_shown_alone(admin: Visitor, world: World) -> None:
    await _changed(world, "decided", "pilot:one")
    await _changed(world, "renamed", "team:one")
    page = (await admin.get(f"/audit?{urlencode({'subject': 'pilot:one'})}")).text
    assert "decided" in page and "renamed" not in page and "Show all changes" in page


async def test_changes_are_looked_for_by_kind_and_day_and_read_page_by_page(admin: Visitor, world: World) -> None:
    for number in range(120):
        await _changed(world, f"step-{number}.", "pilot:one")
        world.pass_(minutes=30)
    await _changed(world, "renamed.", "team:one")

    async def shown(**asked: str) -> list[int]:
        page = (await admin.get(f"/audit?{urlencode(asked)}")).text
        return [int(number) for number in re.findall(r"<td>step-(\d+)\.</td>", page)]

    first = (await admin.get("/audit")).text
    assert "renamed." in first and "Older" in first and "Newer" not in first
    assert "renamed." not in (await admin.get("/audit?kind=pilot")).text
    assert await shown(kind="pilot") == list(range(119, 69, -1))
    assert await shown(kind="pilot", page="3") == list(range(19, -1, -1))
    assert "Older" not in (await admin.get("/audit?kind=pilot&page=3")).text and await shown(kind="team") == []
    assert await shown(**{"from": "2026-11-24", "to": "2026-11-24"}) == list(range(77, 29, -1))
    assert (await admin.get("/audit?from=yesterday")).status_code == 400
    assert await shown(page="0") == await shown(page="x") == await shown()


async def test_all_that_was_chosen_is_had_as_csv_and_that_is_written_down(admin: Visitor, world: World) -> None:
    for number in range(60):
        await _changed(world, f"step-{number}", "pilot:one", note="=1+1")
    await _changed(world, "renamed", "team:one")
    answer = await admin.get("/audit/changes.csv?kind=pilot")
    header, *lines = answer.text.splitlines()
    assert header == "when,who,what,of what,reason" and len(lines) == 60 and answer.headers["content-type"].startswith("text/csv")
    assert all(",a pilot,'=1+1" in line and CURATOR.person[:6] in line for line in lines)
    assert "<td>audit exported</td>" in (await admin.get("/audit?kind=audit")).text


async def test_a_practice_is_named_by_its_title_also_withdrawn_or_never_published(admin: Visitor, world: World) -> None:
    """And what somebody stated for themselves alone is nobody's to read."""
    curation = world.office.curation
    body = markdown().replace("id: pilot-charter", "id: draft-1", 1)
    [line] = [line for line in body.splitlines() if line.startswith("title:")]
    await curation.save(CURATOR, "draft-1", body.replace(line, "title: Not in force yet"), 0)
    title = world.library.practices["pilot-charter"].title
    await curation.withdraw(CURATOR, "pilot-charter", "the law changed")
    await _changed(world, "trying alone", "adoption:person:somebody:pilot-baseline")
    page = (await admin.get("/audit")).text
    assert f"“{title} (withdrawn 23 November 2026)”" in page and "“Not in force yet”" in page and "trying alone" not in page
    assert "trying alone" not in (await admin.get(f"/audit?{urlencode({'subject': 'adoption:person:somebody:pilot-baseline'})}")).text
    assert "trying alone" not in (await admin.get("/audit/changes.csv")).text


async def test_the_shell_reads_each_tenant(world: World) -> None:
    async with world.storage.unit() as unit:
        await unit.teams.get_or_make("W2", "Dealers South")
    await _changed(world, "here", "pilot:1", tenant="web")
    await _changed(world, "there", "pilot:1", tenant="W2")
    async with visitor(world, client="127.0.0.1", address="http://127.0.0.1:8080") as shell:
        assert "there" not in (await shell.get("/audit")).text
        assert "there" in (await shell.get("/audit?tenant=W2")).text


@pytest.mark.parametrize(("subject", "words"), [
    ("adoption:team:t1:p1", "“P1” for North"), ("adoption:team:gone:p1", "“P1” for a team"),
    ("team:t1", "the team North"), ("person:abcdefgh", "the person abcdef"), ("practice:p1", "“P1”"), ("pilot:x", "a pilot"),
    ("result:x", "a result"), ("erasure:x", "somebody who was forgotten"), ("subscription:x", "a subscription to tips"), ("link:x:y", "link x y"), ("", ""),
])
def test_a_subject_is_said_in_words(subject: str, words: str) -> None:
    """People only by the beginning of their pseudonym."""
    assert subject_in_words(subject, {"t1": "North"}, str.upper) == words
