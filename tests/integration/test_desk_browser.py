"""The pages behind the sign-in as curators, experts and admins use them, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.access import Role, Who
from bot.messages import ButtonPress, Sender
from bot.privacy import SecretKey
from bot.team_rules import By, Wish
from tests.fakes.office import ADMIN, ASKED_IN, CURATOR, World, markdown
from tests.integration.chromium import PHONE, faint_words, keep_a_picture, needs_chromium, opened
from tests.integration.desk_site import DeskSite

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]

PAGES_FOLDER = Path(__file__).parent.parent / "pages"
LONG = "Sehr-lange-Bezeichnung-" * 6
WORDS = f"May we repost what customers write about our {LONG} service? https://example.org/{'x' * 90}"
ALL = ("/library", "/library/new", "/library/pilot-charter", "/library/pilot-charter/versions/1", "/import", "/experts?tenant=W1", "/gaps?tenant=W1", "/people", "/teams?tenant=W1",
       f"/teams/{SecretKey(bytes(range(32))).mark('team', 'W1', 'e1')}?tenant=W1")  # fmt: skip
EMPTY = ("/library?q=nothing+like+that", "/experts", "/gaps", "/people", "/teams")


async def filled(world: World) -> None:
    """Something of everything, with long words in it."""
    body = markdown().replace("title:", f"title: {LONG}", 1).replace("## Summary", f"## Summary\n\n{LONG}{LONG}", 1)
    await world.office.curation.save(CURATOR, "pilot-charter", body, 0, f"because {LONG}")
    for number in range(6):
        question = await world.asks(f"e{number}", person=f"p{number}", words=WORDS)
        press = ButtonPress(f"p{number}", ASKED_IN, Sender("U1"), world.now, "expert", question)
        if number < 2:
            await world.office.experts.hand_over(press, f"p{number}", question)
    await world.office.experts.answer(ADMIN, question_of(await world.office.experts.listed(ADMIN)), f"Ask them. {LONG}")
    await world.office.access.invite(ADMIN, Role.CURATOR, LONG[:80])
    member = By(Who("W1", "member", frozenset()), reason=f"because {LONG}")
    for event, name, parent in (("e2", "Region West", ""), ("e3", "Chapter North", "Region West"), ("e1", f"Dealer {LONG}"[:80], "Region West")):
        await world.changes.register(member, Wish(name, "dealer", parent, "anonymous"), event)
    await world.care.invite(By(ADMIN), f"Dealer {LONG}"[:80], "dealer", None, "e9")
    await world.care.merge(By(ADMIN, reason=f"because {LONG}"), "Chapter North", "Region West")


def question_of(handed: list[Any]) -> str:
    return str(handed[0].question_id)


async def test_the_library_is_listed_and_filtered(browser: Browser, running: DeskSite) -> None:
    """All practices with their dates; words narrow the list; what fits nothing says so and leads back."""
    page = await opened(browser, running, "/library")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(len(running.world.library.practices))
    await expect(page.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_text(["Chat", "Library", "Import", "Questions for experts", "Gaps", "Reports", "Teams", "People", "Pilots", "Tips", "Audit", "My data"])
    await page.get_by_label("Find").fill("pilot charter")
    await page.get_by_label("Find").press("Enter")
    await expect(page.get_by_role("link", name=running.world.library.practices["pilot-charter"].title)).to_be_visible()
    assert 0 < await rows.count() < 20
    await page.get_by_label("Find").fill("nothing like that")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_text("Nothing fits that.")).to_be_visible()
    await page.get_by_role("link", name="Show all practices").click()
    await expect(rows).to_have_count(len(running.world.library.practices))


async def test_edit_save_publish_with_findings_shown(browser: Browser, running: DeskSite) -> None:
    """A draft changes nothing; what keeps it from being published is listed; then it is in force and in its history."""
    page = await opened(browser, running, "/library/pilot-charter")
    await page.get_by_role("link", name="Edit").click()
    box = page.get_by_label("The practice, as markdown with its front matter")
    await box.fill((await box.input_value()).replace("title:", "title: Ours,", 1))
    await page.get_by_label(re.compile("What did you change")).fill("Our own name for it")
    running.world.findings = ("step 1 does not start with a bold imperative", "the figure 40 % has no source")
    await page.get_by_role("button", name="Save and send to review").click()
    await expect(page.locator(".tag").first).to_have_text("in review")
    await expect(page.locator(".changes .new")).to_contain_text("title: Ours,")
    await expect(page.get_by_role("alert").get_by_role("listitem")).to_have_text(list(running.world.findings))
    await expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    running.world.findings = ()
    await page.locator("summary", has_text="Publish it yourself").click()
    await page.get_by_role("button", name="Publish it").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Ours,")
    history = page.locator(".history li")
    await expect(history).to_have_count(3)
    await expect(history.last).to_contain_text("saved: Our own name for it")


async def test_the_second_of_two_editors_sees_the_firsts_change(browser: Browser, running: DeskSite) -> None:
    """Their own text stands in the box, with how it differs; saved again it is the draft."""
    one, other = [await opened(browser, running, "/library/pilot-charter/edit") for _ in range(2)]
    for page, title in ((one, "Mine,"), (other, "Theirs,")):
        box = page.get_by_role("textbox").first
        await box.fill((await box.input_value()).replace("title:", f"title: {title}", 1))
        await page.get_by_role("button", name="Save draft").click()
    alert = other.get_by_role("alert")
    await expect(alert).to_contain_text("A newer version was saved since you opened this one. Yours is not lost")
    await expect(alert.locator(".gone")).to_contain_text("Mine,")
    await expect(alert.locator(".new")).to_contain_text("Theirs,")
    assert "Theirs," in await other.get_by_role("textbox").first.input_value()
    await other.get_by_role("button", name="Save draft").click()
    await expect(other.locator(".changes .new")).to_contain_text("Theirs,")


async def test_the_way_back_to_the_editor_hides_nobodys_change(browser: Browser, running: DeskSite) -> None:
    """What was typed is there again, with what was said about it, and another's change is seen before it is replaced."""
    page = await opened(browser, running, "/library/pilot-charter/edit")
    text, note = page.get_by_role("textbox").first, page.get_by_label(re.compile("What did you change"))
    await text.fill((await text.input_value()).replace("title:", "title: Mine,", 1))
    await note.fill("our own name")
    await page.goto(running.address + "/library")
    await running.world.office.curation.save(CURATOR, "pilot-charter", markdown().replace("title:", "title: Theirs,", 1), 0)
    await page.go_back()
    assert "Mine," in await text.input_value() and await note.input_value() == "our own name"
    await expect(page.get_by_role("status")).to_contain_text("A newer version was saved since you opened this one")
    await page.get_by_role("button", name="Save draft").click()
    alert = page.get_by_role("alert")
    await expect(alert.locator(".gone")).to_contain_text("Theirs,")
    await expect(alert.locator(".new")).to_contain_text("Mine,")
    assert await note.input_value() == "our own name"
    await page.get_by_role("button", name="Save draft").click()
    await expect(page.locator(".changes .new")).to_contain_text("Mine,")


async def test_a_page_is_imported_and_a_draft_is_kept(browser: Browser, running: DeskSite) -> None:
    """Article, comments and what was left out are told apart; nothing is in the library by itself."""
    page = await opened(browser, running, "/import")
    await page.get_by_label("File, up to 12 MB").set_input_files(PAGES_FOLDER / "blogger.html")
    await page.get_by_role("button", name="Read it").click()
    await expect(page.get_by_role("heading", name="Drafts")).to_be_visible(timeout=30_000)
    await page.locator("summary", has_text="Comments kept").click()
    await expect(page.locator(".quoted", has_text="bellringer").last).to_contain_text("Our national office takes three weeks")
    await page.locator("summary", has_text="Left out").click()
    await expect(page.get_by_text("Acheter montre pas cher")).to_be_visible()
    kept = await kept_in_a_new_tab(page)
    await expect(kept.locator(".tag").first).to_have_text("draft")
    await kept.get_by_role("button", name="Publish").click()
    await expect(kept.get_by_role("alert")).to_be_visible()
    await page.goto(running.address + "/library")
    await expect(page.get_by_role("heading", name="Not published yet")).to_be_visible()


async def test_what_was_typed_into_an_import_is_there_after_keeping_failing_and_coming_back(browser: Browser, running: DeskSite) -> None:
    page = await opened(browser, running, "/import")
    await page.get_by_label("File, up to 12 MB").set_input_files(PAGES_FOLDER / "blogger.html")
    await page.get_by_role("button", name="Read it").click()
    box = page.get_by_label("Draft, to be completed").first
    drafted = await box.input_value()
    await box.fill("id: Wrong One\nHours")
    wrong = await kept_in_a_new_tab(page)
    await expect(wrong.get_by_role("alert")).to_contain_text("needs an id")
    mended = wrong.get_by_label("Draft, to be completed")
    await expect(mended).to_have_value("id: Wrong One\nHours")
    await mended.fill("id: right-one\nHours")
    await wrong.get_by_role("button", name="Keep this draft").click()
    await expect(wrong.locator("main")).to_contain_text("Kept as a draft.")
    await expect(box).to_have_value("id: Wrong One\nHours")
    await box.fill(drafted + "Mine.")
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("heading", name="Not published yet")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_label("Draft, to be completed").first).to_have_value(drafted + "Mine.")


async def kept_in_a_new_tab(page: Page) -> Page:
    async with page.expect_popup() as opening:
        await page.get_by_role("button", name="Keep this draft").first.click()
    return await opening.value


async def test_a_document_that_holds_nothing_is_said_so(browser: Browser, running: DeskSite) -> None:
    page = await opened(browser, running, "/import")
    await page.get_by_label("File, up to 12 MB").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 nothing"})
    await page.get_by_role("button", name="Read it").click()
    await expect(page.get_by_role("alert")).not_to_be_empty(timeout=30_000)


async def test_an_expert_takes_and_answers_on_the_page(browser: Browser, running: DeskSite) -> None:
    await filled(running.world)
    page = await opened(browser, running, "/experts")
    await page.get_by_label("Workspace").select_option("W1")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("main h2")).to_have_text(["Waiting for an answer", "Answered"])
    await page.get_by_role("button", name="I'll take it").click()
    await expect(page.locator(".tag", has_text="taken")).to_have_count(1)
    await page.get_by_label("Your answer, or why there will be none").fill("Ask them first.")
    await page.get_by_role("button", name="Send the answer").click()
    await expect(page.locator(".tag", has_text="answered")).to_have_count(2)
    await page.get_by_role("button", name="Make it a draft").first.click()  # the newest
    await expect(page.get_by_role("textbox").first).to_have_value(re.compile("Ask them first"))
    assert any("Ask them first." in words for _, _, words in await running.world.said())


async def test_a_gap_is_closed_with_a_practice(browser: Browser, running: DeskSite) -> None:
    """Counts as far as they may be shown; then what was done stands there."""
    await filled(running.world)
    page = await opened(browser, running, "/gaps?tenant=W1")
    await expect(page.locator("dd")).to_have_text(["6", "not shown", "not shown", "not shown"])
    await page.get_by_label("What was done").fill("We wrote it down.")
    await page.get_by_label("Practice that answers it now").fill("Something else")
    await page.get_by_role("button", name="Close it and tell those who asked").click()
    await expect(page.locator("main")).to_contain_text("nothing was closed")
    await page.get_by_role("button", name="Back").click()
    assert await page.get_by_label("What was done").input_value() == "We wrote it down."
    await page.get_by_label("Practice that answers it now").fill(running.world.library.practices["ugc-rights"].title)
    await page.get_by_role("button", name="Close it and tell those who asked").click()
    await expect(page.get_by_role("status")).to_have_text("Closed. Those who asked and can be reached will be told.")
    await expect(page.get_by_text("Closed: We wrote it down.")).to_be_visible()


async def test_somebody_is_invited_enters_and_is_shown_out(browser: Browser, running: DeskSite) -> None:
    page = await opened(browser, running, "/people")
    await page.get_by_label(re.compile("What you call them")).fill("curator, Chapter North")
    await expect(page.get_by_label("Role").locator("option")).to_have_count(5)
    await page.get_by_label("Role").select_option(label="Curator: also the library, imports and gaps")
    await page.get_by_role("button", name="Make a link").click()
    link = await page.locator("code").inner_text()
    guest = await (await browser.new_context()).new_page()
    await guest.goto(link)
    await guest.get_by_role("button", name="Sign in").click()
    await expect(guest.get_by_role("heading", name="Library")).to_be_visible()
    await expect(guest.get_by_role("navigation").get_by_role("link", name="People")).to_have_count(0)
    await page.locator("summary", has_text="Take the role away").click()
    await page.get_by_role("button", name="Take it away").click()
    await expect(page.get_by_role("status")).to_contain_text("The role was taken away")
    await guest.reload()
    await expect(guest.locator("main")).to_contain_text("Sign in to open this page")


async def test_everything_is_reached_with_the_keyboard(browser: Browser, running: DeskSite) -> None:
    """First the way past the menu; a sign of focus on everything; the whole list in reading order."""
    page = await opened(browser, running, "/library")
    names = []
    for _ in range(20):
        await page.keyboard.press("Tab")
        focus = "(() => { const it = document.activeElement, s = getComputedStyle(it); return [it.innerText || it.id, s.outlineStyle !== 'none' || s.boxShadow !== 'none'] })()"
        name, seen = await page.evaluate(focus)
        assert seen, name
        names.append(name.strip().split("\n")[0])
    assert names[:9] == ["Skip to the content", "Midway", "Chat", "Library", "Import", "Questions for experts", "Gaps", "Reports", "Teams"]
    assert names[9:14] == ["People", "Pilots", "Tips", "Audit", "My data"]
    assert names[14:20] == ["By topic, as readers see it", "q", "all", "Show", "New practice", "Import a document"]
    await page.goto(running.address + "/library/pilot-charter")
    await page.locator("summary", has_text="Withdraw").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label(re.compile("Why?"))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_pages_scroll_in_one_direction_only(browser: Browser, running: DeskSite, scheme: str) -> None:
    """Full of long words, empty, and in either scheme; no column of a list is out of sight."""
    await filled(running.world)
    page = await opened(browser, running, "/library", color_scheme=scheme, **PHONE)
    for path in (*ALL, *EMPTY, "/audit?tenant=W1"):
        await page.goto(running.address + path)
        await keep_a_picture(page, f"phone-{scheme}-{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") == 320, path
        assert await page.evaluate("[...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= one.clientWidth)"), path


@pytest.mark.parametrize("width", [820, 1100, 1400])
async def test_the_menu_covers_nothing_that_the_keyboard_comes_to(browser: Browser, running: DeskSite, width: int) -> None:
    """WCAG 2.2, focus not obscured: going backwards through a long page, every link is below the menu."""
    page = await opened(browser, running, "/library", viewport={"width": width, "height": 600})
    await page.locator("tbody a").nth(30).focus()
    for _ in range(12):
        await page.keyboard.press("Shift+Tab")
        covered = "(() => { const at = document.activeElement.getBoundingClientRect(); return document.elementFromPoint(at.x + 3, at.y + 3).closest('header') !== null })()"
        assert not await page.evaluate(covered)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_in_either_scheme(browser: Browser, running: DeskSite, scheme: str) -> None:
    """WCAG 2.2: 4.5 for every text against what is behind it."""
    await filled(running.world)
    page = await opened(browser, running, "/library", color_scheme=scheme, viewport={"width": 1100, "height": 800})
    for path in (*ALL, *EMPTY):
        await page.goto(running.address + path)
        await keep_a_picture(page, f"wide-{scheme}-{path}")
        assert await faint_words(page) == set(), path


async def test_an_admin_invites_a_unit_and_the_unit_says_how_visible_it_is(browser: Browser, running: DeskSite) -> None:
    """A link from the list of teams; its page is the unit's own; what it saves stands in the list."""
    page = await opened(browser, running, "/teams")
    await expect(page.get_by_text("No team yet.")).to_be_visible()
    await page.get_by_label("Its name").fill("Dealer South")
    await page.get_by_role("button", name="Make a link").click()
    link = await page.locator("code").inner_text()
    guest = await (await browser.new_context(viewport={"width": 1100, "height": 900})).new_page()
    await guest.goto(link)
    await guest.get_by_role("button", name="Sign in").click()
    await expect(guest.get_by_role("heading", name="Dealer South")).to_be_visible()
    await expect(guest.get_by_role("navigation", name="Pages").get_by_role("link")).to_have_text(["Chat", "Library", "Teams", "Pilots", "My data"])
    await guest.get_by_label("Counted:").check()
    await guest.get_by_role("button", name="Save").click()
    await expect(guest.locator(".history li").first).to_contain_text("changed")
    await keep_a_picture(guest, "guest-team")
    await page.goto(running.address + "/teams")
    await expect(page.locator("tbody tr")).to_contain_text(["counted"])
    await page.get_by_role("link", name="Dealer South").click()
    await page.locator("summary", has_text="Withdraw this team").click()
    await page.locator(".danger").get_by_label("Why?").fill("closed down")
    await page.get_by_role("button", name="Withdraw it").click()
    await expect(page.locator(".done")).to_contain_text("It withdrew on")
    await guest.reload()
    await expect(guest.get_by_role("button", name="Take part again")).to_be_visible()
