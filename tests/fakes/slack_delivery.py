"""How Slack delivers: the payloads it sends, signed as it signs them, and the clock both sides read."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.fakes.clock import Clock

TOKEN, APP_TOKEN, SECRET = "xoxb-fake", "xapp-fake", "signing-secret"
TEAM, BOT, PERSON = "T0MIDWAY", "U0BOT", "U0PERSON"
CHANNEL, DIRECT, FOREIGN, ARCHIVED = "C0GENERAL", "D0PERSON", "C0FOREIGN", "C0ARCHIVED"
COLLEAGUE, EXPERTS = "U0COLLEAGUE", "C0EXPERTS"
STRANGER, OTHER_TEAM = "U0STRANGER", "T0OTHERS"

Payload = dict[str, Any]


class FakeClock(Clock):
    """Begins at the time of the payloads here."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


class Deliveries:
    """Posts to the app's one path; every method gives the HTTP status."""

    def __init__(self, client: httpx.AsyncClient, clock: FakeClock, secret: str = SECRET) -> None:
        self._client = client
        self._clock = clock
        self._secret = secret

    async def event(self, event: Payload, event_id: str = "Ev1", retry: int = 0, **outer: Any) -> httpx.Response:
        """Something happened; ``retry`` is how often Slack has tried before."""
        retried = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"} if retry else {}
        return await self.json(event_payload(event, event_id) | outer, retried)

    async def interaction(self, payload: Payload) -> httpx.Response:
        """Something was pressed."""
        return await self.form({"payload": json.dumps(payload)})

    async def json(self, payload: Any, headers: dict[str, str] | None = None) -> httpx.Response:
        """Signed JSON."""
        return await self.raw(json.dumps(payload).encode(), "application/json", headers)

    async def form(self, fields: dict[str, str]) -> httpx.Response:
        """A signed form."""
        return await self.raw(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def raw(self, body: bytes, kind: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """Signed bytes; ``headers`` win over the right ones."""
        right = signed(body, str(int(self._clock().timestamp())), self._secret) | {"content-type": kind}
        return await self._client.post("/slack/events", content=body, headers=right | (headers or {}))


def signed(body: bytes, timestamp: str, secret: str = SECRET) -> dict[str, str]:
    """The headers by which Slack says that a request is its own."""
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={mac.hexdigest()}"}


def event_payload(event: Payload, event_id: str = "Ev1") -> Payload:
    """What stands around an event."""
    installed = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
    outer = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": event_id, "event_time": 1_772_442_000}
    return outer | {"event": event, "authorizations": [installed]}


def message(text: str, ts: str, channel: str = DIRECT, thread: str | None = None, **more: Any) -> Payload:
    """Somebody wrote."""
    kind = "im" if channel.startswith("D") else "channel"
    said = {"type": "message", "channel": channel, "channel_type": kind, "user": PERSON, "team": TEAM, "text": text, "ts": ts}
    return said | ({"thread_ts": thread} if thread else {}) | {"client_msg_id": f"c-{ts}"} | more


def mention(text: str, ts: str, thread: str | None = None, **more: Any) -> Payload:
    """Somebody wrote in a channel and named the bot."""
    return message(f"<@{BOT}> {text}", ts, CHANNEL, thread) | {"type": "app_mention"} | more


def press(shown: Payload, element: Payload, trigger: str = "p1", state: Payload | None = None, hook: str = "") -> Payload:
    """Somebody pressed a button of a message as the fake keeps it."""
    hidden = bool(shown.get("only_for"))
    container = {"type": "message", "message_ts": shown["ts"], "channel_id": shown["channel"], "is_ephemeral": hidden}
    stands = {} if hidden else {"message": {name: shown[name] for name in ("ts", "thread_ts", "text") if name in shown}}
    action = {"type": "button", "action_id": element["action_id"], "value": element.get("value"), "action_ts": "1.0"}
    return stands | {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "example"},
        "user": {"id": PERSON, "username": "person", "team_id": TEAM},
        "channel": {"id": shown["channel"], "name": "directmessage"},
        "container": container,
        "trigger_id": trigger,
        "response_url": hook,
        "actions": [action],
        "state": {"values": state or {}},
    }


def home_press(view: Payload, element: Payload, trigger: str = "p1") -> Payload:
    """Somebody pressed a button of the home tab."""
    action = {"type": "button", "action_id": element["action_id"], "value": element.get("value"), "action_ts": "1.0"}
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "example"},
        "user": {"id": PERSON, "username": "person", "team_id": TEAM},
        "container": {"type": "view", "view_id": "V1"},
        "view": {"type": "home", "private_metadata": view["private_metadata"], "callback_id": view["callback_id"]},
        "trigger_id": trigger,
        "actions": [action],
    }


def command(text: str, trigger: str = "t1", hook: str = "", channel: str = CHANNEL) -> dict[str, str]:
    """The fields of a slash command."""
    return {
        "command": "/midway", "text": text, "team_id": TEAM, "channel_id": channel, "channel_name": "general",
        "user_id": PERSON, "user_name": "person", "api_app_id": "A1", "response_url": hook, "trigger_id": trigger,
    }
