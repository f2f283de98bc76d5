"""The page of engagement reports: who sees it, what it hands over, and how it is for everybody's eyes and hands."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from bot.access import Role, Who
from bot.storage.results import Figures
from bot.storage.unit import Storage
from tests.fakes.office import TENANT, World
from tests.integration.chromium import PHONE, faint_words, keep_a_picture, needs_chromium, opened
from tests.integration.desk_site import DeskSite, Visitor, grant, visitor
from tests.unit.test_reports import Office

LONG = ("Sehr-lange-Bezeichnung-" * 5)[:80]
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
SPONSOR = Who(TENANT, "sponsor", frozenset({Role.SPONSOR}))
MEMBER = Who(TENANT, "member", frozenset({Role.EXPERT}))
AT = datetime(2026, 10, 8, 9, tzinfo=UTC)
BASIC = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


async def filled(world: World) -> None:
    """A month with questions of several teams, one of them too small to be told of, and a result."""
    office = Office(world.storage)
    for team, count in ((LONG, 30), ("Chapter North", 25), ("Dealer South", 3)):
        await office.asks(count, team)
    async with world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, "Chapter North")
        await unit.adoptions.press(TENANT, "pilot-charter", "trying", "p1", team.id, None, AT)
        await unit.adoptions.press(TENANT, "pilot-charter", "proven", "p1", team.id, None, AT)
        figures = Figures("Time to the first answer", 26, 4.5, "hours", "September to October 2026", "a note", saving=5400, currency="EUR")
        await unit.results.state(TENANT, team.id, "pilot-charter", figures, "p1", AT, event_key="r1")
    await world.office.counting.count()


@asynccontextmanager
async def seen_by(world: World, who: Who) -> AsyncIterator[Visitor]:
    await grant(world, who)
    async with visitor(world) as made:
        await made.sign_in(who)
        yield made


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    made = World(storage)
    await filled(made)
    return made


async def test_for_sponsors_and_admins_alone(world: World) -> None:
    async with seen_by(world, SPONSOR) as sponsor:
        assert (await sponsor.get("/reports")).status_code == 200
    async with seen_by(world, MEMBER) as member:
        for path in ("/reports", "/reports/charts/funnel.png", "/reports/report.csv"):
            assert (await member.get(path)).status_code == 403, path


async def test_it_tells_what_may_be_told(world: World) -> None:
    async with seen_by(world, SPONSOR) as visit:
        page = (await visit.get("/reports?period=2026-10")).text
    for told in ("58 asked", "Chapter North", "held back", "Time to the first answer", "EUR"):
        assert told in page, told


async def test_where_practices_spread_is_told_of_now(world: World) -> None:
    """Else the report of a month seems to tell states that came later."""
    async with seen_by(world, SPONSOR) as visit:
        page = (await visit.get("/reports?period=2026-10")).text
    assert "Where practices spread, as they stand now</h2>" in page


async def test_the_map_is_a_table_with_headers_both_ways(world: World) -> None:
    """What is figured as a row elsewhere on the page leads to its row there."""
    async with seen_by(world, SPONSOR) as visit:
        page = (await visit.get("/reports?period=2026-10")).text
    drawn = page.partition('<table class="map">')[2].partition("</table>")[0]
    assert "<caption" in drawn and '<th scope="col"><bdi>Chapter North</bdi></th>' in drawn and 'scope="row" id="p-pilot-charter"' in drawn
    assert '<span class="stands proven">proven</span> <small>since 8 October 2026</small>' in drawn and 'href="#p-pilot-charter"' in page
    assert "Only counted" not in drawn and "Dealer South" not in drawn


async def test_a_sponsor_is_led_to_what_they_may_open(world: World) -> None:
    """From a result, and from what is to be done, to its brief; an admin also to the library."""
    async with seen_by(world, SPONSOR) as visit:
        page = (await visit.get("/reports?period=2026-10")).text
        [brief] = set(re.findall(r'class="lead-on" href="(/briefs/[^"]+)"', page))
        assert (await visit.get(brief)).status_code == 200
        assert "The brief of Chapter North" in page and 'class="lead-on" href="/library' not in page


async def test_a_heading_begins_with_a_capital(world: World) -> None:
    async with seen_by(world, SPONSOR) as visit:
        assert "<h1>Week 41 of 2026</h1>" in (await visit.get("/reports?period=2026-W41")).text


async def test_what_is_held_back_by_the_dozen_is_folded_away(world: World) -> None:
    """A month without questions is no page full of “held back”: whoever wants the rows unfolds them."""
    async with seen_by(world, SPONSOR) as visit:
        page = (await visit.get("/reports?period=2026-08")).text
    assert "figures are held back: fewer than five, none" in page
    unfolded = re.sub(r"<details[^>]*>.*?</details>", "", page, flags=re.DOTALL)
    assert unfolded.count("held back</td>") <= 3


async def test_a_period_that_there_is_not_is_a_sentence(world: World) -> None:
    async with seen_by(world, SPONSOR) as visit:
        answer = await visit.get("/reports?period=soon")
    assert answer.status_code == 400 and "names no period" in answer.text


async def test_a_team_that_there_is_not_is_no_reason_to_show_all(world: World) -> None:
    """Nor a period that has not begun: figures of something else would pass for what was asked."""
    async with seen_by(world, SPONSOR) as visit:
        for path in ("/reports?team=nobody", "/reports/report.csv?team=nobody", "/reports/charts/funnel.png?team=nobody"):
            answer = await visit.get(path)
            assert answer.status_code == 404 and "no such team" in answer.text and "58 asked" not in answer.text, path
        answer = await visit.get("/reports?period=2099-01")
        assert answer.status_code == 400 and "has not begun" in answer.text


@pytest.mark.parametrize(("form", "begins"), [("json", b"{"), ("csv", b""), ("xlsx", b"PK"), ("pdf", b"%PDF")])
async def test_what_it_hands_over_stands_in_the_audit(world: World, form: str, begins: bytes) -> None:
    async with seen_by(world, SPONSOR) as visit:
        answer = await visit.get(f"/reports/report.{form}?period=2026-10")
    assert answer.status_code == 200 and answer.content.startswith(begins)
    assert f"midway-report-2026-10.{form}" in answer.headers["content-disposition"]
    if form == "json":
        assert {row["key"]: row["value"] for row in json.loads(answer.content)["funnel"]}["asked"] == 58
    async with world.storage.view() as unit:
        [entry] = [one for one in await unit.audits.about(TENANT) if one.what == "report exported"]
    assert (entry.by, entry.note) == (SPONSOR.person, f"2026-10 {form}")


async def test_another_tenant_is_not_to_be_seen(world: World) -> None:
    async with seen_by(world, Who("W2", "sponsor", frozenset({Role.SPONSOR}))) as visit:
        page = (await visit.get(f"/reports?period=2026-10&tenant={TENANT}")).text
    assert "Chapter North" not in page and "58 asked" not in page


@pytest_asyncio.fixture(loop_scope="module")
async def running(running: DeskSite) -> DeskSite:
    await filled(running.world)
    return running


@needs_chromium
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_any_screen_it_is_read(browser: Browser, running: DeskSite, scheme: str) -> None:
    """Empty and full; it scrolls in one direction only, and every text stands out (WCAG 2.2: 4.5)."""
    for name, how in (("wide", WIDE), ("phone", PHONE)):
        page = await opened(browser, running, "/reports", color_scheme=scheme, **how)
        for path in (f"/reports?tenant={TENANT}&period=2026-10", f"/reports?tenant={TENANT}&period=2026-W42", "/reports?tenant=web"):
            await page.goto(running.address + path)
            await keep_a_picture(page, f"{name}-{scheme}-report")
            assert await page.evaluate("document.documentElement.scrollWidth") == how["viewport"]["width"], path
            assert await faint_words(page) == set(), path
            wide = "[...document.querySelectorAll('.scroll:has(.figures)')].filter((one) => one.scrollWidth > one.clientWidth).length"
            assert await page.evaluate(wide) == 0, path
            charts = await page.evaluate("[...document.querySelectorAll('.picture')].map((one) => getComputedStyle(one).filter)")
            assert all((said != "none") == (scheme == "dark") for said in charts), path


@needs_chromium
@pytest.mark.asyncio(loop_scope="module")
async def test_it_is_printed_on_white_without_what_is_pressed(browser: Browser, running: DeskSite) -> None:
    """Also by whoever reads in the dark, and without figures that are held back."""
    page = await opened(browser, running, f"/reports?tenant={TENANT}&period=2026-10", **WIDE)
    await page.emulate_media(media="print", color_scheme="dark")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert await faint_words(page) == set()
    await expect(page.get_by_role("button", name="Show").first).to_be_hidden()
    await expect(page.get_by_text("held back: fewer than five").first).to_be_hidden()
    assert {await page.locator(".picture").nth(at).evaluate("(one) => getComputedStyle(one).filter") for at in range(2)} == {"none"}


@needs_chromium
@pytest.mark.asyncio(loop_scope="module")
async def test_from_all_teams_to_one_by_keyboard(browser: Browser, running: DeskSite) -> None:
    page = await opened(browser, running, f"/reports?tenant={TENANT}&period=2026-10", **WIDE)
    await page.get_by_role("link", name="Chapter North", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Chapter North")
    await expect(page.get_by_label("Team", exact=True)).to_have_value(page.url.partition("team=")[2].partition("&")[0])


@needs_chromium
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("path", ["/reports", "/tips", "/teams", "/pilots", "/audit", "/people", "/library", "/gaps", "/my-data"])
async def test_axe_finds_nothing(browser: Browser, running: DeskSite, path: str) -> None:
    """Rules of WCAG 2.2 AA and what axe-core calls best practice."""
    page = await opened(browser, running, f"{path}?tenant={TENANT}&period=2026-10", **WIDE)
    found = await Axe().run(page, options=BASIC)
    assert found.violations_count == 0, found.generate_report()
