"""Pilots over HTTP: who sees which, that nothing is changed from elsewhere, that words stay words, what is downloaded."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pypdf import PdfReader

from bot.access import Role, Who
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act
from bot.storage.pilots import KeptPilot
from bot.storage.results import Figures
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, TENANT, World
from tests.integration.desk_site import Visitor, grant, signed_in, visitor
from tests.on_sqlite import database

__all__ = ["database"]

NORTH, SOUTH = Who(TENANT, "north", frozenset()), Who(TENANT, "south", frozenset())
LOST = Who(TENANT, "without a team", frozenset())
HOSTILE = '<script>alert("x")</script> [a](http://x) #panic()'
THREE = {"goal": HOSTILE, "metric": "Registrations a quarter", "weeks": "8"}


@pytest_asyncio.fixture
async def world(storage: Storage) -> AsyncIterator[World]:
    made = World(storage)
    async with storage.unit() as unit:
        for who, name in ((NORTH, "Chapter North"), (SOUTH, "Dealers South")):
            team, _ = await unit.teams.get_or_make(TENANT, name, "chapter")
            await unit.teams.bind_person(TENANT, who.person, team.id, made.now)
    await grant(made, ADMIN)
    yield made


@pytest_asyncio.fixture
async def north(world: World) -> AsyncIterator[Visitor]:
    async with signed_in(world, NORTH) as somebody:
        yield somebody


async def planned(world: World, who: Who = NORTH, goal: str = HOSTILE) -> KeptPilot:
    actor = await world.office.pilots.visitor(who)
    answers = Answers(goal, "Registrations a quarter", 8, sponsor="Head of Courses", sponsor_agreed=world.now.date())
    return await world.office.pilots.make(actor, actor.team, answers, Act(f"{who.person} {goal}"))


@pytest.mark.parametrize("path", ["", "/new", "/{}", "/{}/plan.md", "/{}/plan.pdf"])
async def test_a_stranger_sees_no_pilot(world: World, path: str) -> None:
    pilot = await planned(world)
    async with visitor(world) as stranger:
        answer = await stranger.get(f"/pilots{path}".format(pilot.id))
        assert answer.status_code == 401 and "Head of Courses" not in answer.text
        assert (await stranger.client.post(f"/pilots{path or '/new'}".format(pilot.id), data=THREE)).status_code in {401, 405}


async def test_members_see_those_of_their_team_and_admins_all(world: World, north: Visitor) -> None:
    ours, theirs = await planned(world, NORTH, "Ours"), await planned(world, SOUTH, "Theirs")
    page = (await north.get("/pilots")).text
    assert ours.id in page and theirs.id not in page
    for path in ("", "/plan.md", "/plan.pdf"):
        assert (await north.get(f"/pilots/{ours.id}{path}")).status_code == 200
        assert (await north.get(f"/pilots/{theirs.id}{path}")).status_code == 403
    assert (await north.send(f"/pilots/{theirs.id}", page="/pilots/new", then="start")).status_code == 403
    async with visitor(world) as admin:
        await admin.sign_in(ADMIN)
        page = (await admin.get("/pilots")).text
        assert ours.id in page and theirs.id in page


async def test_another_tenants_admin_does_not_learn_that_it_exists(world: World) -> None:
    pilot, foreign = await planned(world), Who("W2", "admin", frozenset({Role.ADMIN}))
    await grant(world, foreign)
    async with visitor(world) as admin:
        await admin.sign_in(foreign)
        for path in (pilot.id, "no-such-pilot"):
            answer = await admin.get(f"/pilots/{path}")
            assert answer.status_code == 404 and "There is no such pilot." in answer.text


async def test_a_form_sent_twice_makes_one(world: World, north: Visitor) -> None:
    """By the mark that its page carries; for one's own team, whichever is asked for."""
    async with world.storage.view() as unit:
        south = await unit.teams.named(TENANT, "Dealers South")
    fields = {**THREE, "event": "e1"}
    places = {(await north.send("/pilots/new", page="/pilots/new", **fields)).headers["location"] for _ in range(2)}
    assert len(places) == 1
    other = await north.send("/pilots/new", page="/pilots/new", **fields, team=south.id if south else "")
    assert other.status_code == 422 and "Choose the team that the pilot belongs to." in other.text


async def test_an_edit_sent_twice_is_one_and_another_from_the_same_page_is_refused(world: World, north: Visitor) -> None:
    pilot = await planned(world)
    fields = {**THREE, "then": "edit", "seen": "1"}
    for _ in range(2):
        assert (await north.send(f"/pilots/{pilot.id}", page="/pilots/new", **fields, who="Two")).status_code == 303
    other = await north.send(f"/pilots/{pilot.id}", page="/pilots/new", **fields, who="Three")
    assert other.status_code == 409 and "Somebody else has changed this pilot." in other.text


async def test_what_is_wrong_is_said_and_what_was_typed_stays(world: World, north: Visitor) -> None:
    answer = await north.send("/pilots/new", page="/pilots/new", **{**THREE, "weeks": "soon"})
    assert answer.status_code == 422 and "“How long, in weeks” needs a whole number" in answer.text and "#panic()" in answer.text
    pilot = await planned(world)
    fields = {**THREE, "then": "edit", "seen": "1", "who": "Two leaders", "starts_on": "2020-01-01"}
    answer = await north.send(f"/pilots/{pilot.id}", page="/pilots/new", **fields)
    assert answer.status_code == 422 and "“First day” is in the past" in answer.text and "Two leaders" in answer.text
    assert (await north.send(f"/pilots/{pilot.id}", page="/pilots/new", then="review", decision="yes")).status_code == 422


async def test_without_a_team_the_page_says_where_to_name_it(world: World) -> None:
    async with world.storage.unit() as unit:
        await unit.people.grant(TENANT, LOST.person, "expert", "x", "y", world.now)
    async with visitor(world) as somebody:
        await somebody.sign_in(LOST)
        for path in ("/pilots", "/pilots/new"):
            said = (await somebody.get(path)).text.partition("<main")[2]
            assert 'under <a href="/teams">Teams</a>, or say “my team is NAME” in <a href="/">the chat</a>' in said
            assert "/pilots/new" not in said
        assert (await somebody.send("/pilots/new", page="/pilots", **THREE)).status_code in {403, 422}


async def test_nothing_is_changed_without_the_pages_token(world: World, north: Visitor) -> None:
    pilot = await planned(world)
    answer = await north.client.post(f"/pilots/{pilot.id}", data={"csrf": "0" * 32, "then": "start"})
    assert answer.status_code == 403
    assert await world.office.pilots.get(await world.office.pilots.visitor(NORTH), pilot.id) == pilot


async def test_words_stay_words(world: World, north: Visitor) -> None:
    """On the page, in markdown and on paper."""
    pilot = await planned(world)
    for path in ("/pilots", f"/pilots/{pilot.id}"):
        page = (await north.get(path)).text
        assert "<script>alert" not in page and "&lt;script&gt;" in page
    markdown = await north.get(f"/pilots/{pilot.id}/plan.md")
    assert markdown.headers["content-type"].startswith("text/markdown") and "attachment" in markdown.headers["content-disposition"]
    assert "\\<script\\>" in markdown.text and "\\[a\\](http://x)" in markdown.text
    pdf = await north.get(f"/pilots/{pilot.id}/plan.pdf")
    assert "#panic()" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().replace("\n", " ")


async def test_a_sponsor_who_stepped_back_stands_on_no_page(world: World, north: Visitor) -> None:
    pilot = await planned(world)
    assert "Head of Courses" in (await north.get(f"/pilots/{pilot.id}")).text
    assert (await north.send(f"/pilots/{pilot.id}", page="/pilots/new", then="step back")).status_code == 303
    for path in ("", "/plan.md"):
        assert "Head of Courses" not in (await north.get(f"/pilots/{pilot.id}{path}")).text


async def test_what_came_of_it_and_who_may_be_listed_stand_on_the_page(world: World, north: Visitor) -> None:
    """As words; on paper and in markdown, too."""
    pilot = await planned(world)
    figures = Figures(HOSTILE, 40, 52, "registrations", "December 2026", "a note")
    async with world.storage.unit() as unit:
        await unit.results.state(TENANT, pilot.team_id or "", "pilot-charter", figures, NORTH.person, world.now, event_key="r", pilot_id=pilot.id)
    page = (await north.get(f"/pilots/{pilot.id}")).text
    assert "What came of it" in page and "40 → 52 registrations" in page and "<script>alert" not in page and "has been listed in the directory" not in page
    assert "## What came of it" in (await north.get(f"/pilots/{pilot.id}/plan.md")).text
    pdf = await north.get(f"/pilots/{pilot.id}/plan.pdf")
    assert "What came of it" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    fields = {**THREE, "then": "edit", "seen": "1", "sponsor": "Head of Courses", "sponsor_agreed": "yes", "sponsor_listed": "yes"}
    assert (await north.send(f"/pilots/{pilot.id}", page="/pilots/new", **fields)).status_code == 303
    assert "The sponsor has been listed in the directory since 23 November 2026" in (await north.get(f"/pilots/{pilot.id}")).text


async def test_what_nobody_looks_after_is_taken_over_by_its_team(world: World, north: Visitor) -> None:
    """An admin sees that it is free, and leaves it to the team."""
    pilot = await planned(world)
    assert "Take it over" not in (await north.get(f"/pilots/{pilot.id}")).text
    async with world.storage.unit() as unit:
        await unit.pilots.release(TENANT, NORTH.person)
    for path in ("", f"/{pilot.id}"):
        assert "nobody looks after it" in (await north.get(f"/pilots{path}")).text
    async with visitor(world) as admin:
        await admin.sign_in(ADMIN)
        page = (await admin.get(f"/pilots/{pilot.id}")).text
        assert "nobody looks after it" in page and "Take it over" not in page
        refused = await admin.send(f"/pilots/{pilot.id}", page="/pilots/new", then="take over", reason="to help")
        assert refused.status_code == 403
    assert "Take it over" in (await north.get(f"/pilots/{pilot.id}")).text
    assert (await north.send(f"/pilots/{pilot.id}", page="/pilots/new", then="take over")).status_code == 303
    assert "nobody looks after it" not in (await north.get("/pilots")).text
    async with world.storage.view() as unit:
        assert [entry.by for entry in await unit.audits.about(TENANT, f"pilot:{pilot.id}") if entry.what == "took over"] == [NORTH.person]
