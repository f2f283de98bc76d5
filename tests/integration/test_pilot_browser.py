"""A pilot on pages as people use them, in a real browser: planned, edited, ticked off, reviewed; on phones and in the dark."""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.access import SHELL, Who
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act
from tests.fakes.office import World
from tests.integration.chromium import PHONE, faint_words, keep_a_picture, needs_chromium, opened
from tests.integration.desk_site import DeskSite

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]

LONG = "Sehr-lange-Bezeichnung-" * 5


@pytest_asyncio.fixture(loop_scope="module")
async def running(running: DeskSite) -> DeskSite:
    """With two teams."""
    async with running.world.storage.unit() as unit:
        await unit.teams.get_or_make("W1", "Chapter North", "chapter")
        await unit.teams.get_or_make("W2", f"Dealers {LONG}"[:80], "dealer")
    return running


async def planned(world: World, goal: str = "More registrations for the spring course") -> str:
    """A pilot of Chapter North; its address."""
    actor = await world.office.pilots.visitor(SHELL)
    team = next(team for team in await world.office.pilots.teams(actor) if team.tenant == "W1")
    pilot = await world.office.pilots.make(actor, team, Answers(goal, "Registrations a quarter", 8), Act(f"made {goal}"))
    return f"/pilots/{pilot.id}"


async def test_from_three_questions_to_the_decision(browser: Browser, running: DeskSite) -> None:
    page = await opened(browser, running, "/pilots")
    await expect(page.get_by_text("There is no pilot yet.")).to_be_visible()
    await page.get_by_role("link", name="Plan a pilot").click()
    await page.get_by_label("Team").select_option(label="Chapter North [W1]")
    await page.get_by_label("What the pilot is for").fill("More registrations")
    await page.get_by_label("What the sponsor is measured on").fill("Registrations a quarter")
    await page.get_by_label("How long, in weeks").fill("soon")
    await page.get_by_role("button", name="Make the plan").click()
    await expect(page.get_by_role("alert")).to_contain_text("“How long, in weeks” needs a whole number")
    await expect(page.get_by_label("What the pilot is for")).to_have_value("More registrations")
    await page.get_by_label("How long, in weeks").fill("8")
    await page.get_by_role("button", name="Make the plan").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("More registrations")
    await expect(page.get_by_role("heading", name="To forward to the sponsor")).to_be_visible()
    await _corrects(page, "Start it")
    await expect(page.locator(".tag").first).to_have_text("starts on 30 November 2026")
    await _edited(page)
    row = page.locator(".milestones li", has_text="First post")
    await page.locator("form", has=row).get_by_label("Why do you change").fill("asked to")
    await row.get_by_role("button", name="Done: First post").click()
    await expect(row).to_contain_text("done on 23 November 2026")
    await page.locator("summary", has_text="Review").click()
    review = page.locator("details", has_text="Decision")
    await review.get_by_label("Why do you change").fill("asked to")
    await review.get_by_label("Decision").select_option("go")
    await review.get_by_label(re.compile("Why, in a sentence")).fill("58 a week, and an owner")
    await review.get_by_role("button", name="Record it").click()
    await expect(page.locator(".done")).to_contain_text("58 a week, and an owner")
    await expect(page.locator(".done")).to_contain_text("Build out in layers")


async def test_the_second_of_two_editors_is_told(browser: Browser, running: DeskSite) -> None:
    path = await planned(running.world)
    one, other = [await opened(browser, running, path) for _ in range(2)]
    await _edited(one)
    form = await _edit_form(other)
    await form.get_by_role("button", name="Save").click()
    await expect(other.locator("main")).to_contain_text("Somebody else has changed this pilot.")


async def test_a_member_plans_for_the_own_team_and_prints_it(browser: Browser, running: DeskSite) -> None:
    """Nobody asks why; on paper stand no buttons, forms or menus."""
    member = Who("W1", "a member", frozenset())
    async with running.world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("W1", "Chapter North")
        await unit.teams.bind_person("W1", member.person, team.id, running.world.now)
    page = await opened(browser, running, f"/sign-in?t={await running.world.office.access.link_for(member)}", viewport={"width": 1100, "height": 800})
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(f"{running.address}/pilots/new")
    await expect(page.get_by_text("For Chapter North")).to_be_visible()
    for label, words in (("What the pilot is for", "More registrations"), ("What the sponsor is measured on", "Registrations"), ("How long", "8")):
        await page.get_by_label(label).fill(words)
    await page.get_by_role("button", name="Make the plan").click()
    await page.get_by_role("button", name="Start it").click()
    await page.get_by_role("button", name="Done: First post").click()
    await expect(page.locator(".milestones li", has_text="First post")).to_contain_text("done on 23 November 2026")
    await expect(page.get_by_label("Why do you change")).to_have_count(0)
    await keep_a_picture(page, "member-pilot")
    await page.emulate_media(media="print")
    await keep_a_picture(page, "print-pilot")
    for hidden in (page.get_by_role("navigation"), page.get_by_role("button"), page.locator("summary")):
        assert not [one for one in await hidden.all() if await one.is_visible()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_pages_scroll_in_one_direction_only(browser: Browser, running: DeskSite, scheme: str) -> None:
    paths = ("/pilots", "/pilots/new", await planned(running.world), await planned(running.world, LONG))
    page = await opened(browser, running, "/pilots", color_scheme=scheme, **PHONE)
    for number, path in enumerate(paths):
        await page.goto(running.address + path)
        await page.evaluate("for (const it of document.querySelectorAll('details')) it.open = true")
        await keep_a_picture(page, f"phone-{scheme}-pilots-{number}")
        assert await page.evaluate("document.documentElement.scrollWidth") == 320, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_in_either_scheme(browser: Browser, running: DeskSite, scheme: str) -> None:
    """WCAG 2.2: 4.5 for every text against what is behind it."""
    paths = ("/pilots", "/pilots/new", await planned(running.world))
    page = await opened(browser, running, "/pilots", color_scheme=scheme, viewport={"width": 1100, "height": 800})
    for number, path in enumerate(paths):
        await page.goto(running.address + path)
        await page.evaluate("for (const it of document.querySelectorAll('details')) it.open = true")
        await keep_a_picture(page, f"wide-{scheme}-pilots-{number}")
        assert await faint_words(page) == set(), path


async def _corrects(page: Page, button: str) -> None:
    """Press a button above the plan, saying why: the shell belongs to no team."""
    form = page.locator(".actions form", has=page.get_by_role("button", name=button))
    await form.get_by_label("Why do you change").fill("asked to")
    await form.get_by_role("button", name=button).click()


async def _edit_form(page: Page) -> Any:
    await page.locator("summary", has_text="Edit").click()
    form = page.locator("details", has_text="Who takes part")
    await form.get_by_label("Why do you change").fill("asked to")
    await form.get_by_label(re.compile("Who takes part")).fill("Two course leaders")
    return form


async def _edited(page: Page) -> None:
    form = await _edit_form(page)
    await form.get_by_label(re.compile("How strong the blessing is")).select_option("spoken")
    await form.get_by_role("button", name="Save").click()
    await expect(page.locator(".facts")).to_contain_text("Two course leaders")
    await expect(page.get_by_role("heading", name="To forward to the sponsor")).to_have_count(0)
