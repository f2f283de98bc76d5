"""Conversations of the web chat over HTTP: questions, presses, forms, what is repeated, what fails."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import httpx
import pytest

from adapters.web.beside import Beside
from adapters.web.events import Changes, EventStream
from adapters.web.live import Live
from bot.messages import ButtonPress, FormSubmission, Incoming, IncomingMessage
from bot.ports import NotFound, Rejected
from bot.replies import Button, Buttons, Field, Form, Paragraph, Reply
from tests.harness.web import PageReader, WebHarness, error_of
from tests.integration.web_site import now, site

CARD = Reply(
    "card",
    (
        Paragraph("card"),
        Buttons((Button("Try", "adopt", "a1|trying"), Button("Later", "adopt", "a1|later"))),
        Form("team", "a1", "Team", "Save", (Field("team", "Team"),)),
    ),
)


async def card(web: WebHarness) -> str:
    """A card of the bot in the browser's conversation; its message id."""
    await web.messenger.send(web.conversation("direct"), CARD, "card")
    return (await web.shown())[-1].message_id


async def test_a_question_stands_above_its_answer(web: WebHarness) -> None:
    """It is written before it is accepted, and a repeat writes nothing again."""
    await web.says("How do we start?", event="e1")
    await web.messenger.send(web.intake.accepted[0].conversation, Reply("Small."), "reply:e1")
    await web.says("How do we start?", event="e1")
    history = (await web.browser.client.get("/chat/history")).json()
    assert [(message["author"], message["text"]) for message in history["messages"]] == [("you", "How do we start?"), ("midway", "Small.")]
    assert (history["messages"][0]["event"], history["waiting"]) == ("e1", False)


async def test_the_same_id_of_two_people_is_not_the_same(web: WebHarness) -> None:
    """Nobody can use up another's ids."""
    await web.says("one", event="e1")
    web.browser.client.cookies.clear()
    await web.browser.open()
    await web.says("two", event="e1")
    first, second = web.intake.accepted
    assert first.event_id != second.event_id
    assert first.sender.user != second.sender.user
    assert first.conversation.channel != second.conversation.channel


async def test_the_browser_s_language_comes_along(web: WebHarness) -> None:
    web.browser.client.headers["Accept-Language"] = "de-AT,de;q=0.9,en;q=0.5"
    await web.says("hallo")
    assert web.intake.accepted[0].sender.locale == "de-AT"


async def test_only_what_stands_there_can_be_pressed(web: WebHarness) -> None:
    """Another action, another value, another message, a withdrawn one, somebody else's: refused with one sentence."""
    shown = await card(web)
    for fields in (
        {"action": "adopt", "value": "a2|trying", "message_id": shown}, {"action": "admin", "value": "a1|trying", "message_id": shown}, {"action": "adopt", "value": "a1|trying", "message_id": "99"},
        {"action": "adopt", "value": "a1|trying", "message_id": "x"}, {"action": "adopt", "value": "a1|trying"}, {},
    ):  # fmt: skip
        answer = await web.browser.send("press", id="p1", **fields)
        assert answer.status_code == 409, fields
        assert "no longer offered" in error_of(answer)
    await web.messenger.withdraw(shown)
    assert (await web.browser.send("press", id="p1", action="adopt", value="a1|trying", message_id=shown)).status_code == 409
    assert web.intake.everything == []


async def test_nobody_presses_in_another_s_conversation(web: WebHarness) -> None:
    shown, theirs = await card(web), web.browser.conversation
    web.browser.client.cookies.clear()
    await web.browser.open()
    press = {"id": "p1", "action": "adopt", "value": "a1|trying", "message_id": shown}
    assert (await web.browser.send("press", **press)).status_code == 409
    for path in ("history", "events"):
        assert (await web.browser.client.get(f"/chat/{path}", params={"c": theirs})).status_code == 403
    answer = await web.browser.client.get("/", params={"c": theirs})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    web.browser.conversation = theirs
    assert (await web.browser.send("press", **press)).status_code == 403
    assert web.intake.everything == []


async def test_a_form_takes_only_its_own_fields(web: WebHarness) -> None:
    shown = await card(web)
    for fields in ({"form": "team", "context": "a2", "values": {"team": "x"}}, {"form": "team", "context": "a1", "values": {"role": "admin"}}):
        assert (await web.browser.send("forms", id="f1", message_id=shown, **fields)).status_code == 409


async def test_a_form_is_answered_within_the_request(web: WebHarness) -> None:
    """The answer stands there when the request ends: in the form's place, or below it."""
    shown = await card(web)
    fields = {"message_id": shown, "form": "team", "context": "a1", "values": {"team": "North\x00"}}
    web.intake.reply = Reply("Which North?")
    assert (await web.browser.send("forms", id="f1", **fields)).status_code == 202
    web.intake.reply = Reply("Saved.", (Paragraph("Saved: North."),), replaces=shown)
    assert (await web.browser.send("forms", id="f2", **fields)).status_code == 202
    saved, asked = await web.shown()
    assert saved.text.strip().endswith("Saved: North.") and "Which North?" in asked.text
    sent = web.intake.answered_now[0]
    assert isinstance(sent, FormSubmission) and sent.values == {"team": "North"}


async def test_a_new_conversation_leaves_the_old_one_readable(web: WebHarness) -> None:
    """The place stays, the thread changes, Back leads to what was said."""
    await web.says("old question")
    old = web.browser.conversation
    answer = await web.browser.submit("new")
    assert answer.status_code == 303
    await web.browser.open(answer.headers["location"])
    assert web.browser.conversation != old
    await web.says("new question")
    first, second = web.intake.accepted
    assert (first.conversation.channel, first.sender) == (second.conversation.channel, second.sender)
    assert first.conversation.thread != second.conversation.thread
    page = await web.browser.open(f"/?c={old}")
    assert "old question" in "".join(page.messages[0]["words"])
    assert len((await web.browser.open("/")).messages) == 1


async def test_an_answer_in_an_earlier_conversation_is_announced_in_the_newest(web: WebHarness) -> None:
    """With a link that leads there, in the menu and above the question; once it was on the screen it is new no more."""
    await web.says("Who may <post>?", event="e1")
    asked = web.intake.accepted[0].conversation
    old, answer = web.browser.conversation, await web.browser.submit("new")
    await web.browser.open(answer.headers["location"])
    before = (await web.browser.client.get("/")).text
    assert f'<a href="/?c={old}">' in before and "Who may &lt;post&gt;?" in before and "New in" not in before
    await web.messenger.send(asked, Reply("An expert says: ask first."), "told:e1")
    page = (await web.browser.client.get("/")).text
    line = page.partition('id="elsewhere"')[2].partition("</div>")[0]
    assert "New in an earlier conversation" in line and f'href="/?c={old}"' in line
    assert ", 1 with something new" in page and "<strong>New</strong>" in page
    assert "An expert says" in (await web.browser.client.get(f"/?c={old}")).text
    after = (await web.browser.client.get("/")).text
    assert "New in" not in after and "with something new" not in after and f'<a href="/?c={old}">' in after


async def test_nobody_else_sees_that_there_are_conversations(web: WebHarness) -> None:
    await web.says("a private question")
    web.browser.client.cookies.clear()
    page = (await web.browser.client.get("/")).text
    assert "private" not in page and "Earlier" not in page


async def test_a_page_that_is_open_hears_of_other_conversations(web: WebHarness) -> None:
    """At the beginning, and when something new comes there; what its own reader is told is seen."""
    await web.says("old question", event="e1")
    asked = web.intake.accepted[0].conversation
    here = web.conversation("direct")
    stream = EventStream(
        Changes(web.store, "here", "0"), Live(now), "here", lambda entry: {"id": str(entry.id)}, now,
        Beside(web.store, here.channel, "here"),
    ).pieces()

    async def heard() -> dict[str, str]:
        while "event: elsewhere" not in (piece := await asyncio.wait_for(anext(stream), 10)):
            pass
        found: dict[str, str] = json.loads(piece.partition("data: ")[2])
        return found

    first = await heard()
    assert "old question" in first["menu"] and "New" not in first["menu"] and first["line"].strip() == ""
    await web.messenger.send(asked, Reply("A late answer."), "told:e1")
    second = await heard()
    assert "<strong>New</strong>" in second["menu"] and "old question" in second["line"]
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_what_an_open_page_was_told_is_seen(web: WebHarness) -> None:
    await web.says("old question", event="e1")
    asked = web.intake.accepted[0].conversation
    await web.messenger.send(asked, Reply("An answer."), "reply:e1")
    live = Live(now)
    stream = EventStream(
        Changes(web.store, asked.thread, "0"), live, asked.thread, lambda entry: {"id": str(entry.id)}, now
    ).pieces()
    pieces = [await anext(stream) for _ in range(3)]
    assert "event: message" in pieces[2] and await web.store.unseen(asked.channel, "") == [2]
    await web.says("and then?", event="e2")
    live.ring(asked.thread)
    assert '"3"' in await asyncio.wait_for(anext(stream), 10)
    assert await web.store.unseen(asked.channel, "") == []


# Without JavaScript


async def test_everything_works_with_plain_forms(web: WebHarness) -> None:
    """Asking, pressing and filling in end on the page that shows it; pressing twice on one page counts once."""
    page = {"id": "page1"}
    answer = await web.browser.submit("messages", text="How do we start?\r\nTell me.", **page)
    assert answer.status_code == 303
    answer = await web.browser.client.get(answer.headers["location"])
    assert "How do we start?\nTell me." in answer.text and "http-equiv" in answer.text
    shown = await card(web)
    for _ in range(2):
        answer = await web.browser.submit("press", message_id=shown, button='{"action": "adopt", "value": "a1|trying"}', **page)
        assert answer.status_code == 303
    await web.browser.submit("press", message_id=shown, button='{"action": "adopt", "value": "a1|later"}', **page)
    await web.browser.submit("forms", message_id=shown, form="team", context="a1", **{"field.team": "North"}, **page)
    kinds = [type(incoming) for incoming in web.intake.everything]
    assert kinds == [IncomingMessage, ButtonPress, ButtonPress, FormSubmission]
    assert web.intake.answered_now[0].values == {"team": "North"}  # type: ignore[union-attr]  # the line above


async def test_a_second_question_from_an_old_page_is_a_second_question(web: WebHarness) -> None:
    """Back shows a page with an id that was used: other words are another message all the same."""
    await web.browser.submit("messages", id="page1", text="one")
    await web.browser.submit("messages", id="page1", text="two")
    await web.browser.submit("messages", id="page1", text="two")
    assert [incoming.text for incoming in web.intake.accepted] == ["one", "two"]  # type: ignore[union-attr]  # only messages


async def test_a_refused_plain_form_comes_back_with_its_words(web: WebHarness) -> None:
    """On a page, with the sentence; an old page's request, too, gets a page that leads on."""
    answer = await web.browser.submit("messages", id="not an id", text="my <long> question")
    assert answer.status_code == 400
    assert "my &lt;long&gt; question</textarea>" in answer.text and "An id of at most" in answer.text
    web.browser.csrf = "old"
    answer = await web.browser.submit("messages", id="page1", text="hi")
    assert answer.status_code == 403
    assert "out of date" in answer.text and answer.text.count('<a class="button" href=') == 2


# When something fails


async def test_a_store_that_is_away_is_said_so_and_nothing_is_accepted(web: WebHarness) -> None:
    """503 with a sentence: the page keeps the words and sends them again with the same id, and they count once."""
    web.store.fail_next = True
    answer = await web.browser.send("messages", id="e1", text="hi")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert error_of(answer) and web.intake.everything == []
    assert await web.says("hi", event="e1") == 202
    assert len(web.store.entries) == len(web.intake.accepted) == 1


async def test_a_broken_intake_costs_no_words_and_logs_none(web: WebHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """One sentence for the person; the log says where, never what was written."""

    async def broken(incoming: Incoming) -> bool:
        raise RuntimeError(f"cannot take {incoming}")

    monkeypatch.setattr(web.intake, "accept", broken)
    with caplog.at_level(logging.DEBUG):
        answer = await web.browser.send("messages", id="e1", text="a very private question")
    assert (answer.status_code, "Midway's side" in error_of(answer)) == (500, True)
    assert "RuntimeError" in caplog.text and "private" not in caplog.text


async def test_a_bad_address_is_a_permanent_refusal(web: WebHarness) -> None:
    """An address of another platform; a message id of another platform."""
    elsewhere = replace(web.conversation("direct"), address="C123")
    sent = await web.messenger.send(elsewhere, Reply("x"), "k")
    assert isinstance(sent, Rejected) and sent.permanent
    assert isinstance(await web.messenger.find(elsewhere, "k"), NotFound)
    for outcome in (await web.messenger.replace("T1:C1:99", Reply("x")), await web.messenger.withdraw("77")):
        assert isinstance(outcome, Rejected) and outcome.permanent
    await web.messenger.draft(elsewhere, "k", "text")


# The event stream, on a real port


async def test_the_stream_resumes_where_it_was_lost() -> None:
    """With Last-Event-ID nothing is missed; while the page is open news comes without being asked for."""
    async with site() as running, httpx.AsyncClient(base_url=running.address, timeout=10) as client:
        page = PageReader((await client.get("/")).text)
        conversation, headers = page.body["data-conversation"], {"X-CSRF-Token": page.body["data-csrf"]}
        running.bot.may_answer.set()

        async def ask(event: str) -> None:
            await client.post("/chat/messages", json={"id": event, "text": event, "conversation": conversation}, headers=headers)
            await running.bot.task

        async def listen(count: int, last: str | None) -> list[tuple[str, str]]:
            heard: list[tuple[str, str]] = []
            asked = {} if last is None else {"Last-Event-ID": last}
            async with client.stream("GET", "/chat/events", params={"c": conversation}, headers=asked) as stream:
                assert stream.headers["content-type"].startswith("text/event-stream")
                cursor = ""
                async for line in stream.aiter_lines():
                    cursor = line.removeprefix("id: ") if line.startswith("id: ") else cursor
                    if line.startswith("data: ") and "html" in line:
                        heard.append((json.loads(line.removeprefix("data: "))["id"], cursor))
                    if len(heard) == count:
                        break
            return heard

        listening = asyncio.create_task(listen(2, None))
        await asyncio.sleep(0.1)
        await ask("e1")
        first = await asyncio.wait_for(listening, 10)
        assert [number for number, _ in first] == ["1", "2"]
        await ask("e2")
        again = await asyncio.wait_for(listen(4, first[-1][1]), 10)
        assert [number for number, _ in again][-2:] == ["3", "4"]
