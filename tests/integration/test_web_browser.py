"""The chat page as people use it, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.messages import ButtonPress, FormSubmission, IncomingMessage
from tests.integration.chromium import PHONE, QUESTION, answered, needs_chromium, opened
from tests.integration.web_site import ANSWER, SUGGESTIONS, TOPICS_FORM, Site

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]


async def test_a_question_with_the_keyboard_alone(browser: Browser, chat_site: Site) -> None:
    """Type, a new line, send; a waiting sign; the answer; the sources; a choice: never a mouse."""
    page = await opened(browser, chat_site)
    await expect(page.locator("#question")).to_be_focused()
    await page.keyboard.type("One line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("and another")
    await page.keyboard.press("Enter")
    await expect(page.locator("#waiting")).to_contain_text("Midway is looking it up")
    await expect(page.locator(".you .words")).to_have_text("One line\nand another", use_inner_text=True)
    await expect(page.locator("#question")).to_have_value("")
    chat_site.bot.may_answer.set()
    await expect(page.locator(".midway h3")).to_have_text("Write a one-page pilot charter")
    await expect(page.locator("#waiting")).to_be_hidden()
    await page.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Social Media Strategy: Digital Plan")).to_be_visible()
    for _ in range(3):
        await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="We'll try it")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".midway")).to_contain_text("Recorded: your team is trying this.")
    await page.keyboard.press("Escape")
    await expect(page.locator("#question")).to_be_focused()
    question, press = chat_site.bot.accepted
    assert isinstance(question, IncomingMessage) and question.text == "One line\nand another"
    assert isinstance(press, ButtonPress) and press.value == "a1|pilot-charter|trying"


async def test_tab_goes_in_reading_order(browser: Browser, chat_site: Site) -> None:
    """First the way past everything, then the page from top to bottom."""
    page = await opened(browser, chat_site)
    await page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    names = []
    for _ in range(5 + len(SUGGESTIONS)):
        await page.keyboard.press("Tab")
        names.append(await page.evaluate("document.activeElement.innerText.trim() || document.activeElement.id"))
    assert names == ["Skip to your question", "Midway", "Pages", *SUGGESTIONS, "question", "Send"]


async def test_a_suggestion_is_one_press_away(browser: Browser, chat_site: Site) -> None:
    page = await opened(browser, chat_site)
    await page.get_by_role("button", name=SUGGESTIONS[1]).click()
    await expect(page.locator(".you .words")).to_have_text(SUGGESTIONS[1])
    await expect(page.locator("#welcome")).to_be_hidden()
    await expect(page.get_by_role("button", name="New conversation")).to_be_visible()


async def test_a_press_counts_once_and_the_card_says_so(browser: Browser, chat_site: Site) -> None:
    """Pressed twice in haste; what was chosen is marked until the card is exchanged, and sources stay open."""
    page = await answered(browser, chat_site)
    await page.locator("summary").click()
    chat_site.bot.may_answer.clear()
    await page.get_by_role("button", name="We'll try it").dblclick()
    await expect(page.get_by_role("button", name="We'll try it")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".recording")).to_have_text("Noted.")
    chat_site.bot.may_answer.set()
    await expect(page.locator(".midway")).to_contain_text("Recorded: your team is trying this.")
    await expect(page.get_by_role("button", name="We'll try it")).to_have_count(0)
    await expect(page.locator("details")).to_have_attribute("open", "")
    await expect(page.locator("#status")).to_have_text("Recorded: your team is trying this. I will ask in four weeks how it went.")
    # A slow acknowledgement is sent again under the same id, which the inbox keeps once.
    assert len({incoming.event_id for incoming in chat_site.bot.accepted if isinstance(incoming, ButtonPress)}) == 1


async def test_a_form_is_filled_in_and_exchanged(browser: Browser, chat_site: Site) -> None:
    page = await answered(browser, chat_site)
    await page.get_by_role("button", name="Ask an expert").click()
    await page.get_by_label("Team", exact=True).fill("Chapter Rhine-Main")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".midway").last).to_contain_text("Saved: Chapter Rhine-Main.")
    sent = chat_site.bot.accepted[-1]
    assert isinstance(sent, FormSubmission) and sent.values == {"team": "Chapter Rhine-Main"}


async def test_a_reload_loses_nothing(browser: Browser, chat_site: Site) -> None:
    """Neither what was said nor what was typed and not sent; the times are the reader's."""
    page = await answered(browser, chat_site)
    await page.keyboard.type("half a thou")
    await page.reload()
    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.locator("#question")).to_have_value("half a thou")
    await expect(page.locator(".message time").first).not_to_contain_text("UTC")


async def test_back_leads_to_the_conversation_before(browser: Browser, chat_site: Site) -> None:
    page = await answered(browser, chat_site)
    await page.get_by_role("button", name="New conversation").click()
    await expect(page.locator(".message")).to_have_count(0)
    await expect(page.locator("#welcome")).to_be_visible()
    await page.go_back()
    await expect(page.locator(".message")).to_have_count(2)


async def test_two_windows_show_the_same(browser: Browser, chat_site: Site) -> None:
    """What is asked in one stands in the other too, once."""
    page = await opened(browser, chat_site)
    other = await page.context.new_page()
    await other.goto(chat_site.address)
    chat_site.bot.may_answer.set()
    await page.bring_to_front()
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    for window in (page, other):
        await expect(window.locator(".message")).to_have_count(2)


async def test_an_answer_grows_while_it_is_written(browser: Browser, chat_site: Site) -> None:
    """The draft is shown and gives way to the answer; it is not read out piece by piece."""
    chat_site.bot.drafts = ("Write the pilot", "Write the pilot down on one page")
    page = await opened(browser, chat_site)
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator(".draft p")).to_have_text("Write the pilot down on one page")
    await expect(page.locator(".draft")).to_have_attribute("aria-live", "off")
    chat_site.bot.may_answer.set()
    await expect(page.locator(".midway h3")).to_be_visible()
    await expect(page.locator(".draft")).to_have_count(0)


async def test_a_citation_leads_to_its_source_and_back(browser: Browser, chat_site: Site) -> None:
    page = await answered(browser, chat_site)
    mark = page.locator(".cite").nth(1)
    await mark.click()
    await expect(page.locator("details")).to_have_attribute("open", "")
    await expect(page.locator("#m2-s1")).to_be_focused()
    link = page.locator("#m2-s1 a")
    assert await link.get_attribute("target") == "_blank"
    assert "noopener" in (await link.get_attribute("rel") or "")
    await page.keyboard.press("Escape")
    await expect(mark).to_be_focused()


async def test_a_screen_reader_finds_its_way(browser: Browser, chat_site: Site) -> None:
    """One main heading, a polite log, named controls, groups of buttons, and a status for what changes."""
    page = await answered(browser, chat_site)
    assert await page.locator("h1").count() == 1
    log = page.get_by_role("log", name="Conversation with Midway")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log.get_by_role("heading", level=2)).to_have_count(2)
    await expect(log.get_by_role("group", name="Choices").get_by_role("button")).to_have_count(4)
    await expect(log.get_by_role("group", name="More").get_by_role("button")).to_have_count(4)
    await expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    await expect(page.get_by_role("link", name="Source 1").first).to_be_visible()
    for role in ("banner", "main", "contentinfo", "status"):
        await expect(page.get_by_role(role)).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_scrolls_in_one_direction_only(browser: Browser, chat_site: Site, scheme: str) -> None:
    """The narrowest phone, either scheme: nothing sticks out, and buttons are large enough for a thumb."""
    page = await answered(browser, chat_site, color_scheme=scheme, **PHONE)
    await page.fill("#question", "x" * 300)
    await page.press("#question", "Enter")
    await expect(page.locator(".message")).to_have_count(4)
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    heights = await page.evaluate("[...document.querySelectorAll('.midway button')].map((b) => b.offsetHeight)")
    assert min(heights) >= 44
    paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(247, 244, 238)", "dark": "rgb(17, 24, 25)"}[scheme]


async def test_the_question_and_the_waiting_sign_are_in_view(browser: Browser, chat_site: Site) -> None:
    """Below a long answer too, and on a phone: the new question goes to the top, its answer comes under it."""
    page = await answered(browser, chat_site, **PHONE)
    chat_site.bot.may_answer.clear()
    await page.fill("#question", "And then?")
    await page.press("#question", "Enter")
    await expect(page.locator("#waiting")).to_be_in_viewport(ratio=1)
    await expect(page.locator(".you").last).to_be_in_viewport(ratio=1)
    chat_site.bot.may_answer.set()
    await expect(page.locator("#waiting")).to_be_hidden()
    await expect(page.locator(".midway h3").last).to_be_in_viewport(ratio=1)


async def test_who_wants_no_motion_gets_none(browser: Browser, chat_site: Site) -> None:
    page = await opened(browser, chat_site, reduced_motion="reduce")
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator("#waiting")).to_be_visible()
    assert await page.evaluate("document.getAnimations().length") == 0


async def test_without_javascript_it_is_a_plain_page_that_works(browser: Browser, chat_site: Site) -> None:
    """Ask, wait, read, press, all by forms. (That the page looks again by itself stands in the tests of the routes.)"""
    page = await opened(browser, chat_site, java_script_enabled=False)
    await page.fill("#question", QUESTION)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#waiting")).to_contain_text("Midway is looking it up")
    chat_site.bot.may_answer.set()
    await chat_site.bot.task
    await page.reload()
    await expect(page.locator(".midway h3")).to_be_visible()
    await page.get_by_role("button", name="We'll try it").click()
    await expect(page.locator("#composer")).to_be_visible()
    await chat_site.bot.task
    await page.reload()
    await expect(page.locator(".midway")).to_contain_text("Recorded: your team is trying this.")


async def test_the_page_asks_nobody_else_and_complains_of_nothing(browser: Browser, chat_site: Site) -> None:
    """Every request goes to our own address; the strict policy is never broken; no script fails."""
    page = await (await browser.new_context()).new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    chat_site.bot.may_answer.set()
    await page.goto(chat_site.address)
    await page.fill("#question", QUESTION)
    await page.press("#question", "Enter")
    await expect(page.locator(".midway h3")).to_be_visible()
    await page.get_by_role("button", name="Later").click()
    await expect(page.locator(".midway")).to_contain_text("Recorded")
    assert all(url.startswith(chat_site.address) for url in asked)
    assert said == []


async def test_the_page_tells_the_time_zone(browser: Browser, chat_site: Site) -> None:
    """With a question, a press and a form; a page without a script tells none."""
    chat_site.bot.answer = TOPICS_FORM
    page = await answered(browser, chat_site, timezone_id="Europe/Lisbon")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".midway .words")).to_contain_text("Saved:")
    chat_site.bot.answer = ANSWER
    page = await answered(browser, chat_site, timezone_id="Europe/Lisbon")
    await page.get_by_role("button", name="We'll try it").click()
    await expect(page.locator(".midway .words")).to_contain_text("Recorded:")
    assert {type(incoming) for incoming in chat_site.bot.accepted} == {IncomingMessage, FormSubmission, ButtonPress}
    assert {incoming.sender.zone for incoming in chat_site.bot.accepted} == {"Europe/Lisbon"}
    page = await opened(browser, chat_site, java_script_enabled=False, timezone_id="Europe/Lisbon")
    await page.fill("#question", QUESTION)
    await page.get_by_role("button", name="Send").click()
    assert chat_site.bot.accepted[-1].sender.zone is None


async def test_boxes_are_ticked_with_the_keyboard(browser: Browser, chat_site: Site) -> None:
    """A group with a name; Space ticks, Tab goes on; what is ticked is sent as one value. Two columns, on a phone one."""
    chat_site.bot.answer = TOPICS_FORM
    page = await answered(browser, chat_site, viewport={"width": 1280, "height": 900})
    group = page.get_by_role("group", name="Topics (optional)")
    await expect(group).to_have_accessible_description("Leave all empty for whatever fits best")
    await group.get_by_role("checkbox", name="Getting started").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await expect(group.get_by_role("checkbox", name="Pilots", exact=True)).to_be_focused()
    await page.keyboard.press("Space")
    assert await _columns(page) == 2
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await _columns(page) == 1
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".midway .words")).to_have_text("Saved: t1,t14, mon.")


async def test_boxes_need_no_script(browser: Browser, chat_site: Site) -> None:
    """The fields of one name are joined; with no box ticked the field is there and empty."""
    chat_site.bot.may_answer.set()
    chat_site.bot.answer = TOPICS_FORM
    for ticked in (["Pilots", "Moderation"], []):
        page = await opened(browser, chat_site, java_script_enabled=False)
        await page.fill("#question", QUESTION)
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".midway h3")).to_be_visible()
        for box in await page.get_by_role("checkbox").all():
            await box.uncheck()
        for name in ticked:
            await page.get_by_role("checkbox", name=name, exact=True).check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator(".midway .words")).to_contain_text("Saved:")
        sent = chat_site.bot.accepted[-1]
        assert isinstance(sent, FormSubmission)
        assert sent.values == {"topics": "t2,t9" if ticked else "", "day": "mon"}


async def _columns(page: Page) -> int:
    lefts = [box["x"] for label in await page.locator(".boxes label").all() if (box := await label.bounding_box())]
    return len(set(map(round, lefts)))
