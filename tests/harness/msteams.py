"""Drives the Teams adapter as Teams does: signed activities in, and what a client would draw out."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
from starlette.applications import Starlette

from adapters.msteams import parse
from adapters.msteams.adapter import PATH, MsTeamsAdapter
from adapters.msteams.address import Address, MessageAddress
from adapters.msteams.messenger import MsTeamsMessenger
from bot.messages import Conversation
from tests.fakes import msteams as fake
from tests.fakes.msteams_rules import walk
from tests.fakes.service_urls import MemoryServiceUrls
from tests.harness import Place, RecordingIntake, Shown

PERSON = "29:1personAsThisBotKnowsThem"
PERSON_AAD = "b1c2d3e4-f5a6-4b7c-8d9e-0f1a2b3c4d5e"
_LINK = re.compile(r"\[[^\]\n]*\]\((\S+?)\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)\]]+")


@dataclass
class MsTeamsHarness:
    teams: fake.FakeTeams
    intake: RecordingIntake
    adapter: MsTeamsAdapter
    http: httpx.AsyncClient
    answers: list[dict[str, Any]] = field(default_factory=list)
    platform: str = "msteams"
    name: str | None = "A person"
    zone: str | None = "Europe/Lisbon"

    @property
    def messenger(self) -> MsTeamsMessenger:
        return self.adapter.messenger

    @property
    def untouched(self) -> bool:
        """Nothing reached the bot, and nothing was sent."""
        return not self.intake.everything and not self.teams.requests

    def true_channel(self, place: Place) -> str:
        return fake.DIRECT if place == "direct" else fake.CHANNEL

    def conversation(self, place: Place) -> Conversation:
        return parse.conversation(self.activity("message", place=place))

    def activity(self, kind: str, *, place: Place = "direct", thread: str | None = None, **more: Any) -> dict[str, Any]:
        """An activity as Teams sends one."""
        where = thread or (fake.DIRECT if place == "direct" else f"{fake.CHANNEL};messageid=1700000000000")
        shape = {"conversationType": "personal"} if place == "direct" else {"conversationType": "channel", "isGroup": True}
        return {
            "type": kind,
            "id": "1700000000001",
            "timestamp": "2026-10-05T09:00:00.123Z",
            "channelId": "msteams",
            "serviceUrl": self.teams.service_url,
            "from": {"id": PERSON, "name": self.name, "aadObjectId": PERSON_AAD},
            "recipient": {"id": fake.BOT, "name": "Midway"},
            "conversation": {"id": where, "tenantId": fake.TENANT, **shape},
            "channelData": {"tenant": {"id": fake.TENANT}},
            "locale": "en-GB",
            "localTimezone": self.zone,
            **more,
        }

    def press(self, place: Place = "direct") -> dict[str, Any]:
        """A button pressed on some card of ours."""
        data = {"midway": {"action": "adopt", "value": "a1|pilot-charter|trying"}}
        value = {"action": {"type": "Action.Execute", "verb": "midway", "data": data}, "trigger": "manual"}
        return self.activity("invoke", place=place, name="adaptiveCard/action", value=value, replyToId="m9")

    async def post(self, activity: Any, *, token: str | None = None, **headers: str) -> httpx.Response:
        """Delivers an activity with a good token, or the one given."""
        signed = {"authorization": f"Bearer {self.teams.token() if token is None else token}"}
        content = {"content-type": "application/json; charset=utf-8"}
        return await self.http.post(PATH, content=json.dumps(activity), headers={**signed, **content, **headers})

    async def says(self, text: str, *, place: Place = "direct", event: str = "e1", thread: str | None = None) -> int:
        typed = html.escape(text, quote=False)
        mention: dict[str, Any] = {}
        if place == "channel":
            typed = f"<at>Midway</at> {typed}"
            bot = {"type": "mention", "text": "<at>Midway</at>", "mentioned": {"id": fake.BOT, "name": "Midway"}}
            mention = {"entities": [bot, {"type": "clientInfo", "locale": "en-GB"}]}
        activity = self.activity("message", place=place, thread=thread, id=event, text=typed, textFormat="plain", **mention)
        return (await self.post(activity)).status_code

    async def presses(self, shown: Shown, label: str, *, event: str = "p1") -> int:
        return await self._execute(shown, self._action(shown, label), {}, event)

    async def submits(self, shown: Shown, values: dict[str, str], *, event: str = "f1") -> int:
        card = self._card(shown)
        inputs = [item["id"] for item in walk(card) if str(item.get("type", "")).startswith("Input.")]
        typed = {next(name for name in inputs if name.endswith(f".{given}")): value for given, value in values.items()}
        # Of several choices Teams sends those that were chosen with commas between them, and without one nothing at all.
        typed = {name: value for name, value in typed.items() if value}
        [send] = [item for item in walk(card) if item.get("associatedInputs") == "auto"]
        return await self._execute(shown, send, typed, event)

    async def _execute(self, shown: Shown, action: dict[str, Any], typed: dict[str, str], event: str) -> int:
        sent = {"type": "Action.Execute", "title": action["title"], "verb": action["verb"], "data": {**action["data"], **typed}}
        value = {"action": sent, "trigger": "manual"}
        message = MessageAddress.unpack(shown.message_id)
        pressed = {"id": event, "name": "adaptiveCard/action", "value": value, "replyToId": message.activity}
        place: Place = "direct" if shown.channel == fake.DIRECT else "channel"
        response = await self.post(self.activity("invoke", place=place, thread=shown.thread, **pressed))
        if response.status_code == 200:
            self.answers.append(response.json())
        return response.status_code

    def _card(self, shown: Shown) -> dict[str, Any]:
        message = MessageAddress.unpack(shown.message_id)
        [body] = [item.body for item in self.teams.standing() if item.id == message.activity]
        card: dict[str, Any] = body["attachments"][0]["content"]
        return card

    def _action(self, shown: Shown, label: str) -> dict[str, Any]:
        return next(item for item in walk(self._card(shown)) if item.get("type") == "Action.Execute" and item["title"] == label)

    async def shown(self, place: Place = "direct") -> list[Shown]:
        channel = self.true_channel(place)
        return [self._shown(item) for item in self.teams.standing() if item.conversation.split(";")[0] == channel]

    def _shown(self, message: fake.Message) -> Shown:
        place = Address(self.teams.service_url, message.conversation, fake.TENANT, fake.BOT)
        text, buttons, links = drawn(message.body)
        return Shown(
            message_id=MessageAddress(place, message.id).pack(),
            channel=message.conversation.split(";")[0],
            thread=message.conversation,
            text=text,
            buttons=buttons,
            links=links,
        )

    def fail_next(self, how: Literal["rate-limit", "server-error", "time-out", "gone"]) -> None:
        self.teams.faults.append(how)


def drawn(body: dict[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What a client draws of a message: its words, its buttons, its links."""
    cards = [item["content"] for item in body.get("attachments") or []]
    return drawn_cards(cards, body)


def drawn_cards(cards: list[dict[str, Any]], body: dict[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    items = [item for card in cards for item in walk(card)]
    spoken = body.get("text") or ""
    marked = [text for item in items for text in _marked(item)]
    runs = [item["text"] for item in items if item.get("type") == "TextRun"]
    titles = tuple(item["title"] for item in items if str(item.get("type", "")).startswith(("Action.Execute", "Action.Submit")))
    opened = [item["url"] for item in items if item.get("type") == "Action.OpenUrl"]
    written = [link for text in [spoken, *marked] for link in (*_LINK.findall(text), *_ADDRESS.findall(text))]
    return "\n".join([spoken, *marked, *runs, *titles]), titles, tuple(dict.fromkeys([*opened, *written]))


def _marked(item: dict[str, Any]) -> Iterator[str]:
    """The words of an element that some client draws with markdown."""
    kind = str(item.get("type", ""))
    if kind == "TextBlock":
        yield item["text"]
    if kind == "FactSet":
        yield from (fact[name] for fact in item["facts"] for name in ("title", "value"))
    if kind.startswith("Input."):
        yield from (item[name] for name in ("label", "placeholder", "errorMessage") if item.get(name))
        yield from (choice["title"] for choice in item.get("choices", ()))


@asynccontextmanager
async def harness(intake: RecordingIntake, **settings: Any) -> AsyncIterator[MsTeamsHarness]:
    clock = fake.Clock(datetime(2026, 10, 5, 9, 0, tzinfo=UTC))
    async with fake.running(clock) as teams, fake.client() as outside:
        made: dict[str, Any] = {
            "intake": intake,
            "app_id": fake.APP_ID,
            "app_password": fake.PASSWORD,
            "tenants": (fake.TENANT,),
            "clock": clock,
            "http": outside,
            "newest": MemoryServiceUrls(),
            "openid_url": f"{teams.root}/openid",
            "login_url": f"{teams.root}/token",
            "service_urls": (f"{teams.root}/",),
        }
        adapter = MsTeamsAdapter(**{**made, **settings})
        application = httpx.ASGITransport(Starlette(routes=adapter.routes()))
        async with httpx.AsyncClient(transport=application, base_url="http://midway") as inside:
            yield MsTeamsHarness(teams, intake, adapter, inside)
