"""The pages of a brief over HTTP: for its team and for admins, as a page, a picture, a PDF."""

from __future__ import annotations

import io

import pypdf
import pytest
import pytest_asyncio

from bot.access import SHELL, Role, Who
from bot.storage.results import Figures
from bot.storage.unit import Storage
from tests.fakes.office import ADMIN, CURATOR, MEMBER, TENANT, World
from tests.integration.desk_site import grant, visitor, world_with
from tests.on_sqlite import database

__all__ = ["database"]

HOSTILE = '<script>alert("x")</script>'
FIGURES = Figures(f"Response {HOSTILE}", 48, 12, "hours", "October 2026", HOSTILE, lower_is_better=True, estimated=True, credit=HOSTILE)
ENDS = ("", ".png", ".pdf", "/chart.png")


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return await world_with(storage, CURATOR, ADMIN)


@pytest_asyncio.fixture
async def result(world: World) -> str:
    """Of a team that the member belongs to."""
    async with world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, "Chapter North")
        await unit.teams.bind_person(TENANT, MEMBER.person, team.id, world.now)
        made, _ = await unit.results.state(TENANT, team.id, "pilot-charter", FIGURES, MEMBER.person, world.now, event_key="e1")
        return made


@pytest.mark.parametrize("who", [MEMBER, ADMIN], ids=["member", "admin"])
async def test_its_team_and_admins_get_the_page_and_the_papers(world: World, result: str, who: Who) -> None:
    """Each as what it is, kept by no cache."""
    async with visitor(world) as somebody:
        await somebody.sign_in(who)
        answers = [await somebody.get(f"/briefs/{result}{end}") for end in ENDS]
    assert [answer.status_code for answer in answers] == [200] * 4
    kinds = [answer.headers["content-type"].split(";")[0] for answer in answers]
    assert kinds == ["text/html", "image/png", "application/pdf", "image/png"]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert len(pypdf.PdfReader(io.BytesIO(answers[2].content)).pages) == 1
    assert answers[1].content.startswith(b"\x89PNG") and answers[3].content.startswith(b"\x89PNG")
    assert answers[2].headers["content-disposition"] == f'inline; filename="brief-{result[:8]}.pdf"'


@pytest.mark.parametrize(("visibility", "status"), [("named", 200), ("anonymous", 403), ("counted", 403)])
async def test_a_sponsor_opens_what_is_of_a_team_that_is_named(world: World, result: str, visibility: str, status: int) -> None:
    sponsor = Who(TENANT, "sponsor", frozenset({Role.SPONSOR}))
    await grant(world, sponsor)
    async with world.storage.unit() as unit:
        team = await unit.teams.named(TENANT, "Chapter North")
        assert team
        team.visibility = visibility
    async with visitor(world) as somebody:
        await somebody.sign_in(sponsor)
        answers = [await somebody.get(f"/briefs/{result}{end}") for end in ENDS]
    assert [answer.status_code for answer in answers] == [status] * 4


@pytest.mark.parametrize("end", ENDS)
async def test_nobody_else_gets_any_of_it(world: World, result: str, end: str) -> None:
    """A stranger is told how to sign in, a curator of the same tenant that it is its team's, another tenant nothing."""
    async with visitor(world) as stranger:
        assert (await stranger.get(f"/briefs/{result}{end}")).status_code == 401
    for who, status in ((CURATOR, 403), (Who("W2", "somebody", frozenset()), 404)):
        async with visitor(world) as somebody:
            await somebody.sign_in(who)
            answer = await somebody.get(f"/briefs/{result}{end}")
            assert answer.status_code == status and "48" not in answer.text


async def test_at_the_machine_itself_every_tenant_s_brief_opens(world: World, result: str) -> None:
    async with visitor(world, client="127.0.0.1", address="http://127.0.0.1:8080") as here:
        assert (await here.get(f"/briefs/{result}")).status_code == 200
        assert (await here.get("/briefs/none")).status_code == 404
    assert (await world.office.briefs.of(SHELL, result)).team == "Chapter North"


async def test_the_page_says_all_of_it_and_text_stays_text(world: World, result: str) -> None:
    """The picture has its words beside it, for those who do not see it; nothing is loaded from elsewhere."""
    async with visitor(world) as somebody:
        await somebody.sign_in(MEMBER)
        page = (await somebody.get(f"/briefs/{result}")).text
    assert HOSTILE not in page and page.count("&lt;script&gt;") >= 5
    for said in ("75 % lower", "Decision asked for", "Shall we go on with", "estimated, not measured", "48 hours (estimated)", "October 2026"):
        assert said in page
    assert f'<img src="/briefs/{result}/chart.png" alt="Response &lt;script&gt;' in page
    assert f'href="/briefs/{result}.pdf"' in page and f'href="/briefs/{result}.png"' in page
    assert "http" not in page.replace("http-equiv", "")


async def test_a_corrected_result_shows_what_stands_now(world: World, result: str) -> None:
    async with world.storage.unit() as unit:
        [team] = await unit.teams.all(TENANT)
        fixed = Figures("Response time", 48, 30, "hours", "October 2026", "sheet", lower_is_better=True)
        await unit.results.state(TENANT, team.id, "pilot-charter", fixed, MEMBER.person, world.now, event_key="e2", replaces=result)
    async with visitor(world) as somebody:
        await somebody.sign_in(MEMBER)
        page = (await somebody.get(f"/briefs/{result}")).text
    assert "48 → 30 hours" in page and "12" not in page.split("<h1")[1].split("</h1>")[0]
