"""The web chat as a browser without JavaScript and a script's requests meet it: the real routes, over ASGI."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Literal

import httpx
from starlette.applications import Starlette

from adapters.web.adapter import WebAdapter
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from adapters.web.session import Session as BrowserSession
from adapters.web.session import conversation_of
from bot.messages import Conversation
from bot.privacy import SecretKey
from tests.fakes.clock import Clock
from tests.fakes.web_store import MemoryWebConversations
from tests.harness import Place, RecordingIntake, Shown

SECRET = SecretKey(bytes(range(32)))
ADDRESS = "http://127.0.0.1:8080"


def error_of(answer: httpx.Response) -> str:
    """The sentence that a refused request is answered with."""
    sentence: str = answer.json()["error"]
    assert sentence.endswith(".") and "Traceback" not in sentence
    return sentence


class PageReader(HTMLParser):
    """Reads a page as a person would: the messages with their words, buttons, outward links and form fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.messages: list[dict[str, list[str]]] = []
        self.body: dict[str, str] = {}
        self.tags: list[str] = []
        self._in_message = self._in_button = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        if tag == "body":
            self.body = given
        if tag == "article":
            self._in_message = True
            self.messages.append(
                {"id": [given["data-id"]], "class": [given["class"]], "words": [], "buttons": [], "values": [], "links": [], "hidden": []}
            )
        if self._in_message:
            self._inside(tag, given)

    def _inside(self, tag: str, given: dict[str, str]) -> None:
        message = self.messages[-1]
        if tag == "a" and not given["href"].startswith("#"):
            message["links"].append(given["href"])
        if tag == "button" and given.get("name") == "button":
            self._in_button = True
            message["buttons"].append("")
            message["values"].append(given["value"])
        if tag == "input" and given.get("name") in {"form", "context"}:
            message["hidden"].append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        self._in_button = self._in_button and tag != "button"
        self._in_message = self._in_message and tag != "article"

    def handle_data(self, data: str) -> None:
        if self._in_message:
            self.messages[-1]["words"].append(data)
        if self._in_button:
            self.messages[-1]["buttons"][-1] += data.strip()


class Browser:
    """One browser: its cookies, its page, and what it sends."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.csrf = self.conversation = ""

    async def open(self, path: str = "/") -> PageReader:
        answer = await self.client.get(path, follow_redirects=True)
        answer.raise_for_status()
        page = PageReader(answer.text)
        self.csrf, self.conversation = page.body["data-csrf"], page.body["data-conversation"]
        return page

    async def send(self, what: str, **fields: object) -> httpx.Response:
        """As the page's script sends it."""
        return await self.client.post(
            f"/chat/{what}", json={"conversation": self.conversation, **fields}, headers={"X-CSRF-Token": self.csrf}
        )

    async def submit(self, what: str, **fields: str) -> httpx.Response:
        """As an HTML form sends it, without JavaScript."""
        return await self.client.post(
            f"/chat/{what}", data={"conversation": self.conversation, "csrf": self.csrf, **fields}, headers={"Accept": "text/html"}
        )


class WebHarness:
    platform = "web"
    name: str | None = None
    zone: str | None = "Europe/Lisbon"

    def __init__(self, intake: RecordingIntake, browser: Browser, store: MemoryWebConversations, messenger: WebMessenger) -> None:
        self.intake, self.browser, self.store, self.messenger = intake, browser, store, messenger

    def true_channel(self, place: Place) -> str:
        """Read from the browser's own cookie: the third of its five parts."""
        return self._cookie()[2]

    def conversation(self, place: Place) -> Conversation:
        _, person, channel, newest, _ = self._cookie()
        return conversation_of(BrowserSession(person, channel, newest), newest)

    async def says(self, text: str, *, place: Place = "direct", event: str = "e1", thread: str | None = None) -> int:
        if place == "channel":
            return 501
        where = thread or self.browser.conversation
        answer = await self.browser.send("messages", id=event, text=text, conversation=where, zone=self.zone)
        return answer.status_code

    async def presses(self, shown: Shown, label: str, *, event: str = "p1") -> int:
        message = await self._message(shown)
        value = json.loads(message["values"][message["buttons"].index(label)])
        answer = await self.browser.send("press", id=event, message_id=shown.message_id, zone=self.zone, **value)
        return answer.status_code

    async def submits(self, shown: Shown, values: dict[str, str], *, event: str = "f1") -> int:
        form, context = (await self._message(shown))["hidden"]
        made = {"form": form, "context": context, "message_id": shown.message_id}
        answer = await self.browser.send("forms", id=event, values=values, zone=self.zone, **made)
        return answer.status_code

    async def shown(self, place: Place = "direct") -> list[Shown]:
        page = await self.browser.open()
        return [self._as_shown(message) for message in page.messages if message["class"] == ["message midway"]]

    def fail_next(self, how: Literal["rate-limit", "server-error", "time-out", "gone"]) -> None:
        """A database that does not answer is the only way a send can fail here."""
        self.store.fail_next = how in {"server-error", "time-out"}

    def _as_shown(self, message: dict[str, list[str]]) -> Shown:
        words = re.sub(r"\s+", " ", " ".join(message["words"]))
        return Shown(message["id"][0], self.true_channel("direct"), self.browser.conversation, words, tuple(message["buttons"]), tuple(message["links"]))

    async def _message(self, shown: Shown) -> dict[str, list[str]]:
        page = await self.browser.open()
        return next(message for message in page.messages if message["id"] == [shown.message_id])

    def _cookie(self) -> list[str]:
        [value] = self.browser.client.cookies.values()
        payload = value.split(".")[0]
        parts: list[str] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return parts


@asynccontextmanager
async def harness(intake: RecordingIntake) -> AsyncIterator[WebHarness]:
    clock, store = Clock(datetime(2026, 10, 5, 9, 0, tzinfo=UTC), timedelta(seconds=1)), MemoryWebConversations()
    live = Live(clock)
    messenger = WebMessenger(store, live, clock)
    adapter = WebAdapter(intake, messenger, store, live, SECRET, clock, suggestions=("How do we launch a pilot?",))
    transport = httpx.ASGITransport(Starlette(routes=adapter.routes()), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        browser = Browser(client)
        await browser.open()
        yield WebHarness(intake, browser, store, messenger)
