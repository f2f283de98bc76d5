"""A headless Chromium of this machine for the tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.integration.web_site import Site

MISSING = "No Chromium on this machine, so the pages were not tried in a browser. Install it with: apt-get install chromium"
QUESTION = "How do we write down what our pilot is for?"
_ARGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


needs_chromium = pytest.mark.skipif(chromium_path() is None, reason=MISSING)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser that is closed at the end of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=list(_ARGS))
        try:
            yield browser
        finally:
            await browser.close()


async def opened(browser: Browser, running: Site, **how: Any) -> Page:
    """The chat page in a fresh profile."""
    page = await (await browser.new_context(**how)).new_page()
    page.set_default_timeout(10_000)
    await page.goto(running.address)
    return page


async def answered(browser: Browser, running: Site, **how: Any) -> Page:
    """The chat page after one question and its answer."""
    running.bot.may_answer.set()
    page = await opened(browser, running, **how)
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator(".midway h3")).to_be_visible()
    return page
