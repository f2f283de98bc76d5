"""The page of weekly tips as an admin uses it, in a real browser: acts by keyboard, on phones and in the dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from bot.storage.ledger import Outcome
from bot.storage.subscriptions import Wish
from bot.subscription_keeping import Change
from tests.fakes.office import TENANT, World
from tests.integration.chromium import PHONE, faint_words, keep_a_picture, needs_chromium, opened
from tests.integration.desk_site import DeskSite
from tests.integration.test_tip_pages import BERLIN, DIRECT, came, subscribed

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]

LONG = ("Sehr-lange-Bezeichnung-" * 5)[:80]
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


async def filled(world: World) -> str:
    """A channel with the longest of names whose tip is uncertain, and direct messages; the page of the first."""
    topics = tuple(sorted({practice.topic for practice in world.library.practices.values()}))
    async with world.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, LONG)
        await unit.teams.bind_channel(TENANT, "slack", "C1", team.id)
    kept = await subscribed(world, wish=Wish(BERLIN, topics))
    await came(world, kept, Outcome("uncertain", reason=f"the platform did not answer in time {LONG}"))
    await subscribed(world, DIRECT)
    return f"/tips/{kept.id}?tenant={TENANT}"


async def test_sending_again_and_ending_by_keyboard(browser: Browser, running: DeskSite) -> None:
    """What was done is said where a screen reader hears it."""
    await filled(running.world)
    page = await opened(browser, running, f"/tips?tenant={TENANT}", **WIDE)
    await page.get_by_role("button", name="Send again").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("The tip will be sent once more in a moment.")
    await expect(page.get_by_text("Nothing: no tip is uncertain")).to_be_visible()
    await page.get_by_role("link", name=LONG).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(LONG)
    await expect(page.locator(".preview")).to_contain_text("Tip of the week")
    await page.get_by_role("button", name="End this subscription").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("The subscription ended.")
    await expect(page.locator(".facts")).to_contain_text("an admin ended it")
    await page.get_by_role("link", name="Its history").click()
    await expect(page.locator("tbody tr").first).to_contain_text("tips ended")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_any_screen_it_is_read_and_scrolls_in_one_direction_only(browser: Browser, running: DeskSite, scheme: str) -> None:
    """Empty and full, at a desk and on a phone; every text against what is behind it (WCAG 2.2: 4.5)."""
    full = await filled(running.world)
    await running.world.office.subscriptions.stop(Change(DIRECT, "a member"))
    for name, how in (("wide", WIDE), ("phone", PHONE)):
        page = await opened(browser, running, "/tips", color_scheme=scheme, **how)
        for number, path in enumerate(("/tips", f"/tips?tenant={TENANT}", full)):
            await page.goto(running.address + path)
            await keep_a_picture(page, f"{name}-{scheme}-tips-{number}")
            assert await page.evaluate("document.documentElement.scrollWidth") == how["viewport"]["width"], path
            assert await faint_words(page) == set(), path
