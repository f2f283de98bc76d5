"""Earlier conversations in a real browser: found, announced when something comes there, and for everybody."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.replies import Reply
from tests.integration.chromium import PHONE, QUESTION, answered, faint_words, keep_a_picture, needs_chromium
from tests.integration.web_site import Site

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]


async def in_a_new_conversation(browser: Browser, running: Site, **how: object) -> Page:
    """After one question and its answer in another."""
    page = await answered(browser, running, **how)
    await page.click(".new button")
    await expect(page.locator("#welcome")).to_be_visible()
    return page


async def test_what_comes_in_an_earlier_conversation_is_announced_and_found(browser: Browser, chat_site: Site) -> None:
    """While the page is open; by keyboard to the conversation, where it is new no more; Escape closes the menu."""
    page = await in_a_new_conversation(browser, chat_site)
    menu, line = page.locator("#earlier"), page.locator("#elsewhere")
    await expect(menu.locator("summary")).to_have_text("Earlier")
    assert await line.inner_text() == ""
    await chat_site.messenger.send(chat_site.bot.accepted[-1].conversation, Reply("An expert says: ask first."), "told")
    await expect(line).to_contain_text("New in an earlier conversation: " + QUESTION)
    await expect(page.get_by_role("status")).to_contain_text("New in an earlier conversation: " + QUESTION)
    await menu.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(menu.get_by_role("link", name=QUESTION)).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(menu.get_by_role("link", name=QUESTION)).to_be_hidden()
    await expect(menu.locator("summary")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".midway").last).to_contain_text("An expert says")
    await page.goto(chat_site.address + "/")
    assert await line.inner_text() == "" and await page.locator(".unread").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_menu_is_for_everybody_s_eyes(browser: Browser, chat_site: Site, scheme: str) -> None:
    """On the narrowest phone nothing is out of sight, its words can be read, and axe finds nothing."""
    page = await in_a_new_conversation(browser, chat_site, **PHONE, color_scheme=scheme)
    await chat_site.messenger.send(chat_site.bot.accepted[-1].conversation, Reply("News."), f"told {scheme}")
    await expect(page.locator("#elsewhere")).to_contain_text("New in an earlier conversation")
    await page.locator("#earlier summary").click()
    await keep_a_picture(page, f"earlier {scheme}")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await faint_words(page) == set()
    box = await page.locator("#earlier nav").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
