"""Slack and Teams with many workspaces, in one process: the strict fakes of the tests, with limits and fates."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiohttp import web
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tip_clock import FastClock
from tip_fates import UNANSWERED, Fate, Fates
from tip_limits import Limits, slack_limits, teams_limits
from tip_log import Asked, Log, tip_in

from tests.fakes import msteams, msteams_rules, slack
from tests.fakes.slack import NotOkError

SLOW = (0.5, 4.0)
RETRY_AFTER = (1.0, 15.0)


@dataclass(frozen=True)
class Setting:
    """What a process of platforms is given."""

    clock: FastClock
    log: Path
    shares: Mapping[Fate, float]
    seed: int
    slack_out: tuple[float, float] = (0.0, 0.0)
    """From when until when Slack answers nothing but errors."""


@dataclass
class Gate:
    """What every request to post passes on either platform."""

    platform: str
    setting: Setting
    log: Log
    limits: Limits
    fates: Fates

    def seconds(self) -> float:
        return self.setting.clock().timestamp()

    def post(self, workspace: str, channel: str, tip: str) -> tuple[str, float]:
        """What this request meets; where it is refused for its pace, after how many seconds it may come again."""
        self.setting.clock.count_post()
        now = self.seconds()
        refused, wait = self.limits.ask(workspace, channel, now)
        if refused:
            return refused, wait
        fate: Fate = "out" if self._is_out(now) else self.fates.of_post(channel, tip)
        if fate == "throttled":
            return fate, self.limits.silence(workspace, now, self.fates.seconds(*RETRY_AFTER, tip))
        return fate, 0.0

    def look(self, channel: str) -> Fate:
        """What a look meets."""
        return "out" if self._is_out(self.seconds()) else self.fates.of_look(channel)

    def _is_out(self, now: float) -> bool:
        since, until = self.setting.slack_out
        return self.platform == "slack" and since <= now < until

    async def wait(self, fate: str, what: str) -> None:
        """As long as this fate lasts: until the asker has long hung up, or some seconds."""
        if fate.startswith("time-out"):
            await self.setting.clock.sleep(60.0)
        if fate == "slow":
            await self.setting.clock.sleep(self.fates.seconds(*SLOW, what))


class Workspaces(slack.FakeSlack):
    """Channels are named ``C<number>W<workspace>``."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate.setting.clock)  # type: ignore[arg-type]  # it is only read
        self._gate = gate

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method == "chat.postMessage":
            return await self._posted(request, await request.json())
        if method == "conversations.history":
            return await self._looked(request, dict(request.query))
        return await super()._api(request)

    async def _posted(self, request: web.Request, said: dict[str, Any]) -> web.StreamResponse:
        channel, tip = said["channel"], tip_in(said)
        asked = Asked(self._gate.seconds(), "slack", _workspace(channel), channel, "post", tip=tip)
        met, wait = self._gate.post(asked.workspace, channel, tip)
        answer: dict[str, Any] = {"ok": False}
        if met in ("", "slow", "5xx, shown", "time-out, shown"):
            answer = self._answer(request, "chat.postMessage", said)
        self._write(asked, met, bool(answer["ok"]), request)
        await self._gate.wait(met, tip)
        if wait:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=_after(wait))
        if met.startswith(UNANSWERED):
            return web.Response(status=503, text="upstream")
        return web.json_response(answer)

    def _write(self, asked: Asked, met: str, shown: bool, request: web.Request) -> None:
        gone = request.transport is None or request.transport.is_closing()
        self._gate.log.write(_told(asked, met=met, shown=shown, unheard=gone))

    async def _looked(self, request: web.Request, query: dict[str, Any]) -> web.StreamResponse:
        channel = query["channel"]
        asked = Asked(self._gate.seconds(), "slack", _workspace(channel), channel, "look")
        fate = self._gate.look(channel)
        answer = self._answer(request, "conversations.history", query)
        tips = tuple(tip_in(message) for message in answer.get("messages", ()))
        self._gate.log.write(_told(asked, met=fate, tips=() if fate not in ("", "slow") else tips))
        await self._gate.wait(fate, channel)
        if fate == "throttled":
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=_after(1))
        if fate.startswith(UNANSWERED):
            return web.Response(status=503, text="upstream")
        return web.json_response(answer)

    def _known(self, channel: str) -> None:
        if not channel.startswith("C") or "W" not in channel:
            raise NotOkError("channel_not_found")

    def _pace(self, channel: str) -> None:
        """The gate has asked the limits."""


@dataclass
class Tenants(msteams.FakeTeams):
    """Conversations are named ``19:<number>W<tenant>@thread.tacv2``."""

    gate: Gate = field(kw_only=True)
    checked: set[str] = field(default_factory=set)

    async def _post(self, request: Request) -> Response:
        conversation = request.path_params["conversation"]
        refused = self._unknown(request, conversation)
        if refused is not None:
            return refused
        body = await request.json()
        asked = Asked(self.gate.seconds(), "msteams", _workspace(conversation), conversation, "post", tip=tip_in(body))
        met, wait = self.gate.post(asked.workspace, conversation, asked.tip)
        answer: Response | None = None
        if met in ("", "slow", "5xx, shown", "time-out, shown"):
            answer = self._shown(conversation, body)
        shown = answer is not None and answer.status_code == 201
        self.gate.log.write(_told(asked, met=met, shown=shown, unheard=await request.is_disconnected()))
        await self.gate.wait(met, asked.tip)
        if wait:
            return JSONResponse({"error": {"code": "TooManyRequests"}}, 429, _after(wait))
        return answer if answer is not None and met in ("", "slow") else Response("<html>Bad gateway</html>", 502)

    def _shown(self, conversation: str, body: dict[str, Any]) -> Response:
        self.posted.append(body)
        faults = self._faults(body)
        return JSONResponse({"error": {"code": "BadRequest"}}, 400) if faults else self._stands(conversation, body)

    def _faults(self, body: dict[str, Any]) -> list[str]:
        # Checking a card takes longer than sending it; one of each practice is enough.
        if body.get("text", "") in self.checked:
            return []
        self.checked.add(body.get("text", ""))
        return msteams_rules.broken(body)

    def _unknown(self, request: Request, conversation: str) -> Response | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.tokens:
            return JSONResponse({"error": {"code": "Unauthorized"}}, 401)
        known = conversation.startswith("19:") and "W" in conversation
        return None if known else JSONResponse({"error": {"code": "ConversationNotFound"}}, 404)


def _told(asked: Asked, **more: Any) -> Asked:
    return Asked(**{**{name: getattr(asked, name) for name in Asked.__slots__}, **more})


def _workspace(channel: str) -> str:
    return channel.partition("@")[0].rpartition("W")[2]


def _after(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(int(seconds))}


def serve(setting: Setting, told: Connection) -> None:
    """A process of its own; ``told`` hears the two addresses, and ends it by closing."""
    asyncio.run(_serve(setting, told))


async def _serve(setting: Setting, told: Connection) -> None:
    log = Log(setting.log)
    gates = [
        Gate(platform, setting, log, limits, Fates(setting.shares, setting.seed))
        for platform, limits in (("slack", slack_limits()), ("msteams", teams_limits()))
    ]
    clock: Any = setting.clock  # the fakes only read it
    async with (
        slack.running(clock, Workspaces(gates[0])) as workspaces,
        msteams.running(clock, Tenants(clock, gate=gates[1])) as teams,
    ):
        told.send((workspaces.url, teams.root))
        await asyncio.to_thread(_closed, told)


def _closed(told: Connection) -> None:
    try:
        told.recv()
    except EOFError:
        return
