"""The chat page when something goes wrong: nothing that was written is lost, nothing counts twice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.fakes.web_store import MemoryWebConversations
from tests.integration.chromium import QUESTION, needs_chromium, opened
from tests.integration.web_site import Site, site
from tests.ports import bound, port_of

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]


async def test_what_was_asked_while_the_server_was_away_is_sent_when_it_is_back(browser: Browser) -> None:
    """Kept with the id it was given first, sent with it, answered once."""
    held, store = bound(), MemoryWebConversations()  # nobody else gets the port while the server is away
    port = port_of(held)
    async with site(port, store) as before:
        page = await opened(browser, before)
        await expect(page.locator("#welcome")).to_be_visible()
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator("#notice-words")).to_contain_text("Midway is not reachable right now. What you wrote is kept")
    await expect(page.locator(".pending .state")).to_have_text("Not sent yet")
    kept = await page.evaluate("JSON.parse(localStorage.getItem('midway.outbox'))[0].fields.id")
    async with site(port, store) as after:
        after.bot.may_answer.set()
        await page.get_by_role("button", name="Try again now").click()
        await expect(page.locator(".midway h3")).to_be_visible()
        await expect(page.locator("#notice")).to_be_hidden()
        await expect(page.locator(".message")).to_have_count(2)
        assert [incoming.event_id.rpartition(":")[2] for incoming in after.bot.accepted] == [kept]
        assert await page.evaluate("localStorage.getItem('midway.outbox')") == "[]"
    held.close()


async def test_unsent_words_outlive_a_reload(browser: Browser, chat_site: Site) -> None:
    """The request never arrived; the page is opened again and sends it then."""
    page = await opened(browser, chat_site)
    await page.route("**/chat/messages", lambda route: route.abort())
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator(".pending .state")).to_have_text("Not sent yet")
    await page.unroute("**/chat/messages")
    chat_site.bot.may_answer.set()
    await page.reload()
    await expect(page.locator(".midway h3")).to_be_visible()
    await expect(page.locator(".you")).to_have_count(1)


async def test_an_acknowledgement_that_got_lost_makes_no_second_question(browser: Browser, chat_site: Site) -> None:
    """The server took it, the page never heard so, and sends it again."""
    page = await opened(browser, chat_site)
    lost: list[int] = []

    async def lose(route: Any) -> None:
        if lost:
            await route.continue_()
            return
        lost.append((await route.fetch()).status)
        await route.abort()

    await page.route("**/chat/messages", lose)
    chat_site.bot.may_answer.set()
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator(".midway h3")).to_be_visible()
    await expect(page.locator("#notice")).to_be_hidden()
    await expect(page.locator(".you")).to_have_count(1)
    assert lost == [202] and len(chat_site.bot.accepted) == 1


async def test_refused_words_go_back_to_where_they_were_typed(browser: Browser, chat_site: Site) -> None:
    """A question that is too long comes back with the reason and can be made shorter."""
    page = await opened(browser, chat_site)
    await page.fill("#question", "é" * 40_000)
    await page.press("#question", "Enter")
    await expect(page.locator("#notice-words")).to_contain_text("longer than 64 KB")
    assert len(await page.input_value("#question")) == 40_000
    await expect(page.locator(".message")).to_have_count(0)
