"""The whole story in a real browser, with the keyboard alone: from a question to a page for the sponsor, and to the next step."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.access import Who
from knowledge.service import Knowledge
from tests.integration.chromium import faint_words, keep_a_picture, needs_chromium, opened
from tests.integration.story_site import StorySite, story_site
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

CHARTER = "“Write a one-page pilot charter”"
RESULT = (
    ("What did you measure?", "Registrations a week"),
    ("Before", "40"),
    ("After", "about fifty"),
    ("Unit", "registrations"),
    ("Over what period?", "December 2026"),
    ("Where can it be seen?", "sign-up sheet"),
)
MOST_TABS = 80


@pytest_asyncio.fixture(loop_scope="module")
async def running(migrated_database: Any, tmp_path: Path, real_knowledge: Knowledge) -> AsyncIterator[StorySite]:
    async with story_site(migrated_database("sqlite", tmp_path), real_knowledge) as made:
        yield made


async def test_from_a_question_to_the_brief_and_the_next_step(browser: Browser, running: StorySite) -> None:
    """Nothing is pressed with a mouse, everything new is in view, and the page scrolls in one direction only."""
    page = await signed_in(browser, running, viewport={"width": 1280, "height": 900})
    await told(page, running)


async def signed_in(browser: Browser, running: StorySite, **how: Any) -> Page:
    """A member of a workspace at the chat."""
    page = await opened(browser, running, await running.link(Who("W1", "a member", frozenset())), **how)
    await pressed(page, page.get_by_role("button", name="Sign in"))
    # The page's script names the conversation in the address when it is ready for keys.
    await page.wait_for_url("**/?c=*")
    return page


async def told(page: Page, running: StorySite) -> None:
    """The story from its beginning to its end."""
    await _begun(page)
    await running.pass_(days=15)
    await _worked(page)
    await _proven(page)
    await _brief_read(page)


async def _begun(page: Page) -> None:
    """A question, the team, and the try."""
    await said(page, "How do we launch a pilot?")
    await seen(page, "We'll try it", "1-answer")
    await said(page, "my team is Chapter North")
    await seen(page, "Chapter North", "2-team")
    await pressed(page, page.get_by_role("button", name="We'll try it").last)
    await seen(page, "Recorded for Chapter North", "3-trying")


async def _worked(page: Page) -> None:
    """The question how it went comes by itself."""
    await seen(page, f"You have been trying {CHARTER}", "4-check-in")
    await pressed(page, page.get_by_role("button", name="Worked"))
    await seen(page, f"{CHARTER} worked, so you are doing it now", "5-worked")


async def _proven(page: Page) -> None:
    """The form of a result, at first with words for a figure; what was typed is kept."""
    await pressed(page, page.get_by_role("button", name="Report a result"))
    await expect(page.get_by_label("What did you measure?")).to_be_visible()
    await keep_a_picture(page, "6-form")
    for label, words in RESULT:
        await filled(page, label, words)
    await keep_a_picture(page, "7-filled")
    await page.keyboard.press("Enter")
    await seen(page, "“about fifty” is not a number", "8-refused")
    await filled(page, "After", "52")
    await page.keyboard.press("Enter")
    await seen(page, f"{CHARTER} is proven", "9-proven")
    proven = page.locator(".midway").last
    await expect(proven.get_by_role("heading", name="One next step")).to_have_count(1)
    await expect(proven).to_contain_text(re.compile(r"Start with one project, because it builds on “Write a one-page pilot charter”"))
    await expect(proven.get_by_role("button", name="We'll try it")).to_have_class("primary")


async def _brief_read(page: Page) -> None:
    """In the chat and as a page; the picture is there in both."""
    await pressed(page, page.get_by_role("button", name="Make the brief"))
    await seen(page, "Decision asked for", "10-brief")
    await _drawn(page.locator(".midway").last.get_by_role("img"))
    await pressed(page, page.get_by_role("link", name=re.compile("The brief as one page")))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Registrations a week")
    await _drawn(page.get_by_role("img", name=re.compile("30 % higher")))
    await keep_a_picture(page, "11-page")


async def _drawn(picture: Locator) -> None:
    """It is there, with its own size."""
    await expect(picture).to_be_visible()
    await picture.evaluate("(it) => it.decode()")
    assert await picture.evaluate("(it) => it.naturalWidth > 600")


async def said(page: Page, words: str) -> None:
    """Typed and sent, wherever the focus was before."""
    await page.keyboard.press("Escape")
    await expect(page.locator("#question")).to_be_focused()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")


async def reached(page: Page, where: Locator) -> None:
    """Go there with Tab alone."""
    for _ in range(MOST_TABS):
        if await where.evaluate("(it) => it === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{where} is not reached with Tab")


async def filled(page: Page, label: str, words: str) -> None:
    """Into the newest field of this name, in place of what stands there."""
    await reached(page, page.get_by_label(label, exact=True).last)
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type(words)


async def pressed(page: Page, what: Locator) -> None:
    await reached(page, what)
    await page.keyboard.press("Enter")


async def seen(page: Page, words: str, picture: str) -> None:
    """What came says this, begins in view, and can be read."""
    last = page.locator(".midway").last
    await expect(last).to_contain_text(words)
    await expect(last.locator(".author")).to_be_in_viewport()
    await keep_a_picture(page, picture)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await faint_words(page) == set()
