"""A headless Chromium of this machine for the tests of pages."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.integration.web_site import Site
from tests.unit.test_web_colours import contrast

MISSING = "No Chromium on this machine, so the pages were not tried in a browser. Install it with: apt-get install chromium"
QUESTION = "How do we write down what our pilot is for?"
PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
"""The narrowest there is."""
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


class Served(Protocol):
    """Anything that answers at an address."""

    @property
    def address(self) -> str: ...


async def opened(browser: Browser, running: Served, path: str = "", **how: Any) -> Page:
    """A page in a fresh profile, at the machine itself; the chat unless told otherwise."""
    page = await (await browser.new_context(**how)).new_page()
    page.set_default_timeout(10_000)
    await page.goto(running.address + path)
    return page


async def answered(browser: Browser, running: Site, **how: Any) -> Page:
    """The chat page after one question and its answer."""
    running.bot.may_answer.set()
    page = await opened(browser, running, **how)
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator(".midway h3")).to_be_visible()
    return page


async def faint_words(page: Page) -> set[tuple[str, str, str]]:
    """What cannot be read (WCAG 2.2: 4.5 for every text against what is behind it): its words, its ink, its paper."""
    pairs = await page.evaluate(_COLOURS)
    assert pairs
    return {(text, ink, paper) for text, ink, paper in pairs if contrast(_hex(ink), _hex(paper)) < 4.5}


async def keep_a_picture(page: Page, name: str) -> None:
    """For a person to look at, where the variable PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/{re.sub('[^a-z0-9]+', '-', name.lower())}.png", full_page=not name.endswith("/library"))


_COLOURS = """() => {
  const found = [];
  for (const it of document.querySelectorAll('body *')) {
    const words = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!words || !it.checkVisibility() || it.closest('.visually-hidden, datalist, option, .skip')) continue;
    let behind = it;
    while (behind && /^rgba\\(.*, 0\\)$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    found.push([it.textContent.trim().slice(0, 30), getComputedStyle(it).color, getComputedStyle(behind || document.body).backgroundColor]);
  }
  return found;
}"""


def _hex(colour: str) -> str:
    """Of ``rgb(1, 2, 3)``."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])
