"""A strict stand-in for Slack's Web API on 127.0.0.1: it refuses what Slack refuses, and its log is what people see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web

from adapters.slack.manifest import SCOPES
from tests.fakes import slack_rules as rules
from tests.fakes.slack_delivery import (
    APP_TOKEN,
    ARCHIVED,
    CHANNEL,
    COLLEAGUE,
    DIRECT,
    EXPERTS,
    FOREIGN,
    PERSON,
    STRANGER,
    TOKEN,
    FakeClock,
)
from tests.harness import Shown

Message = dict[str, Any]
Answer = dict[str, Any]


class NotOkError(Exception):
    """An ``ok: false`` answer."""


class FakeSlack:
    """``messages`` stand in the workspace; ``calls`` are all calls with their arguments; ``statuses`` the waiting signs,
    ``granted`` is what Slack says the token may do,
    ``replied`` the threads (channel and first message) in which a person has replied.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.url = ""
        self.messages: list[Message] = []
        self.calls: list[tuple[str, Answer]] = []
        self.statuses: dict[tuple[str, str], str] = {}
        self.replied: set[tuple[str, str]] = set()
        self.views: dict[str, Answer] = {}
        self.files: dict[str, rules.File] = {}
        self.scopes = {"files:write", "users:read"}
        self.granted: str | None = ",".join(SCOPES)
        self.profiles: dict[str, Answer] = {PERSON: {"tz": "Europe/Berlin", "tz_offset": 3600}, COLLEAGUE: {}}
        self.prompts: dict[str, list[Answer]] = {}
        self.hook_uses: dict[str, int] = {}
        self.socket: web.WebSocketResponse | None = None
        self.acknowledged: dict[str, asyncio.Event] = {}
        self.connected = asyncio.Event()
        self._last_said: dict[str, datetime] = {}
        self._failing: list[rules.Failing] = []
        self._count = 0
        self._over = asyncio.Event()

    def fail_next(self, how: rules.Failing) -> None:
        """The next call meets this."""
        self._failing.append(how)

    def visible(self, channel: str) -> list[Shown]:
        """What stands in a channel, oldest first."""
        return [rules.shown(message) for message in self.messages if message["channel"] == channel]

    def called(self, method: str) -> list[Answer]:
        """The arguments of every call of this method, in order."""
        return [arguments for name, arguments in self.calls if name == method]

    def next_ts(self) -> str:
        """The time stamp of the next message, unlike any other."""
        self._count += 1
        return f"{int(self.clock().timestamp())}.{self._count:06d}"

    def application(self) -> web.Application:
        """The web application to serve."""
        application = web.Application()
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_post("/upload/{file}", self._take_file)
        application.router.add_post("/hooks/{name}", self._hook)
        application.router.add_get("/link", self._link)
        return application

    def end(self) -> None:
        """Lets go of requests that are kept waiting."""
        self._over.set()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: Answer = await request.json() if request.content_type == "application/json" else dict(request.query)
        self.calls.append((method, arguments))
        failing = self._failing.pop(0) if self._failing else None
        if failing not in (None, "lost-answer"):
            return await self._fail(failing, request)
        answer = self._answer(request, method, arguments)
        if failing == "lost-answer":
            return await self._fail("disconnect", request)
        if answer.get("error") == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        return web.json_response(answer, headers={} if self.granted is None else {"x-oauth-scopes": self.granted})

    async def _fail(self, how: rules.Failing | None, request: web.Request) -> web.StreamResponse:
        if how == "time-out":
            await self._over.wait()
        if how == "disconnect" and request.transport:
            request.transport.close()
        status, text, kind, headers = rules.FAILURES.get(how or "", (503, "upstream", "text/plain", {}))
        return web.Response(status=status, text=text, content_type=kind, headers=headers)

    def _answer(self, request: web.Request, method: str, arguments: Answer) -> Answer:
        handler = self._methods().get(method)
        wanted = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if request.headers.get("Authorization") != f"Bearer {wanted}":
            return {"ok": False, "error": "invalid_auth"}
        if not handler:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True} | handler(arguments)
        except NotOkError as refused:
            return {"ok": False, "error": str(refused)}

    def _methods(self) -> dict[str, Callable[[Answer], Answer]]:
        return {
            "apps.connections.open": lambda _: {"url": self.url.replace("http", "ws", 1) + "link"},
            "auth.test": lambda _: {"team": "The workspace", "user": "midway"},
            "assistant.threads.setStatus": self._set_status,
            "assistant.threads.setSuggestedPrompts": self._set_prompts,
            "chat.appendStream": self._append_stream,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._whisper,
            "chat.postMessage": self._post,
            "chat.startStream": self._start_stream,
            "chat.stopStream": self._stop_stream,
            "chat.update": self._update,
            "conversations.history": lambda a: self._page(a, lambda m: not m.get("thread_ts")),
            "conversations.replies": self._replies,
            "files.completeUploadExternal": self._complete_upload,
            "files.getUploadURLExternal": self._upload_url,
            "users.info": self._profile,
            "views.publish": self._publish,
        }

    def _post(self, said: Answer) -> Answer:
        channel = DIRECT if said.get("channel") == PERSON else said.get("channel", "")
        self._may_say(channel, said)
        message = {**said, "channel": channel, "ts": self.next_ts()}
        self.messages.append(message)
        self.statuses.pop((channel, said.get("thread_ts", "")), None)
        return {"channel": channel, "ts": message["ts"]}

    def _whisper(self, said: Answer) -> Answer:
        if "metadata" in said:
            raise NotOkError("invalid_arguments")
        if said.get("user") not in (PERSON, COLLEAGUE, STRANGER):
            raise NotOkError("user_not_in_channel")
        self._may_say(said["channel"], said)
        message = {**said, "ts": self.next_ts(), "only_for": said["user"]}
        if "thread_ts" not in said or self._is_active(said["channel"], said["thread_ts"]):
            self.messages.append(message)
        return {"message_ts": message["ts"]}

    def _is_active(self, channel: str, thread: str) -> bool:
        """Whether the thread has a reply that all see: what is said to one person shows in no other."""
        threads = {(said["channel"], said.get("thread_ts")) for said in self.messages if not said.get("only_for")}
        return (channel, thread) in self.replied | threads

    def _update(self, said: Answer) -> Answer:
        message = self._message(said)
        if message.get("only_for"):
            raise NotOkError("cant_update_message")
        self._check(said)
        message.update({**said, "streamed": "", "streaming": False})
        return {"channel": message["channel"], "ts": message["ts"]}

    def _delete(self, said: Answer) -> Answer:
        self.messages.remove(self._message(said))
        return {"channel": said["channel"], "ts": said["ts"]}

    def _start_stream(self, said: Answer) -> Answer:
        if not said.get("thread_ts"):
            raise NotOkError("invalid_arguments")
        if not said["channel"].startswith("D") and not (said.get("recipient_user_id") and said.get("recipient_team_id")):
            raise NotOkError("missing_recipient_user_id")
        self._pace(said["channel"])
        message = {"channel": said["channel"], "thread_ts": said["thread_ts"], "ts": self.next_ts(), "streaming": True}
        self.messages.append(message | {"streamed": said.get("markdown_text", "")})
        return {"channel": said["channel"], "ts": message["ts"]}

    def _append_stream(self, said: Answer) -> Answer:
        message = self._streaming(said)
        if not 1 <= len(said.get("markdown_text", "")) <= 12_000:
            raise NotOkError("msg_too_long")
        message["streamed"] += said["markdown_text"]
        return {"channel": said["channel"], "ts": said["ts"]}

    def _stop_stream(self, said: Answer) -> Answer:
        message = self._streaming(said)
        self._check({"text": "x", **said})
        message.update({name: said[name] for name in ("blocks", "metadata") if name in said}, streaming=False)
        return {"channel": said["channel"], "ts": said["ts"]}

    def _set_status(self, said: Answer) -> Answer:
        self._known(said.get("channel_id", ""))
        if not said.get("thread_ts"):
            raise NotOkError("invalid_thread_ts")
        where = (said["channel_id"], said["thread_ts"])
        if said["status"]:
            self.statuses[where] = said["status"]
        else:
            self.statuses.pop(where, None)
        return {}

    def _set_prompts(self, said: Answer) -> Answer:
        if len(said["prompts"]) > 4:
            raise NotOkError("invalid_arguments")
        if "thread_ts" not in said:  # with it an agent app's call does nothing and says nothing
            self.prompts[said["channel_id"]] = said["prompts"]
        return {}

    def _publish(self, said: Answer) -> Answer:
        view = said["view"]
        if view["type"] != "home" or rules.refusal(view["blocks"], most=100) or len(view["private_metadata"]) > 3_000:
            raise NotOkError("invalid_arguments")
        self.views[said["user_id"]] = view
        return {"view": view}

    def _profile(self, asked: Answer) -> Answer:
        if "users:read" not in self.scopes:
            raise NotOkError("missing_scope")
        if asked.get("user") not in self.profiles:
            raise NotOkError("user_not_found")
        return {"user": {"id": asked["user"], **self.profiles[asked["user"]]}}

    def _upload_url(self, said: Answer) -> Answer:
        if "files:write" not in self.scopes:
            raise NotOkError("missing_scope")
        if problem := rules.upload_refusal(said):
            raise NotOkError(problem)
        name = f"F{len(self.files) + 1}"
        self.files[name] = rules.File(said["length"])
        return {"upload_url": f"{self.url}upload/{name}", "file_id": name}

    async def _take_file(self, request: web.Request) -> web.Response:
        file, data = self.files.get(request.match_info["file"]), await request.read()
        self.calls.append(("upload", {"bytes": len(data)}))
        taken = file is not None and file.take(data)
        return web.Response(status=200 if taken else 400, text="OK" if taken else "bad upload")

    def _complete_upload(self, said: Answer) -> Answer:
        if "files:write" not in self.scopes:
            raise NotOkError("missing_scope")
        if not said.get("files") or any(not self.files[each["id"]].data for each in said["files"] if each["id"] in self.files):
            raise NotOkError("invalid_arguments")
        if any(each["id"] not in self.files for each in said["files"]):
            raise NotOkError("file_not_found")
        for each in said["files"]:
            self.files[each["id"]].complete = True
        return {"files": said["files"]}

    def _replies(self, asked: Answer) -> Answer:
        self._known(asked["channel"])
        return self._page(asked, lambda message: message.get("thread_ts") == asked["ts"])

    def _page(self, asked: Answer, wanted: Callable[[Message], bool]) -> Answer:
        self._known(asked["channel"])
        found = [m for m in self.messages if m["channel"] == asked["channel"] and not m.get("only_for") and wanted(m)]
        start, size = int(asked.get("cursor") or 0), min(int(asked.get("limit", 100)), 999)
        hidden = set() if asked.get("include_all_metadata") in ("1", "true", True) else {"metadata"}
        page = [{name: m[name] for name in m.keys() - hidden} for m in found[start : start + size]]
        more = str(start + size) if start + size < len(found) else ""
        return {"messages": page, "response_metadata": {"next_cursor": more}}

    def _may_say(self, channel: str, said: Answer) -> None:
        self._known(channel)
        self._check(said)
        self._pace(channel)

    def _known(self, channel: str) -> None:
        if channel == ARCHIVED:
            raise NotOkError("is_archived")
        if channel not in (CHANNEL, DIRECT, EXPERTS):
            raise NotOkError("not_in_channel" if channel == FOREIGN else "channel_not_found")

    def _check(self, said: Answer) -> None:
        if not said.get("text") and not said.get("blocks"):
            raise NotOkError("no_text")
        too_long = "msg_too_long" if len(said.get("text", "")) > 40_000 else None
        drawn = rules.refusal(said["blocks"], files=self.files) if "blocks" in said else None
        if problem := drawn or too_long or rules.metadata_refusal(said.get("metadata")):
            raise NotOkError(problem)

    def _pace(self, channel: str) -> None:
        last = self._last_said.get(channel)
        if last and self.clock() - last < timedelta(seconds=1):
            raise NotOkError("ratelimited")
        self._last_said[channel] = self.clock()

    def _message(self, said: Answer) -> Message:
        for message in self.messages:
            if (message["channel"], message["ts"]) == (said.get("channel"), said.get("ts")):
                return message
        raise NotOkError("message_not_found")

    def _streaming(self, said: Answer) -> Message:
        message = self._message(said)
        if not message.get("streaming"):
            raise NotOkError("message_not_in_streaming_state")
        return message

    async def _hook(self, request: web.Request) -> web.Response:
        said, name = await request.json(), request.match_info["name"]
        self.calls.append(("response_url", said))
        self.hook_uses[name] = self.hook_uses.get(name, 0) + 1
        if name.startswith("expired") or self.hook_uses[name] > 5:
            return web.Response(status=404, text="expired_url" if name.startswith("expired") else "used_url")
        if "blocks" in said and (problem := rules.refusal(said["blocks"], files=self.files)):
            return web.json_response({"ok": False, "error": problem}, status=400)
        # A way back is named by channel and message, so that the original can be replaced.
        channel, _, ts = name.partition("-")
        original = next((m for m in self.messages if (m["channel"], m["ts"]) == (channel, ts)), None)
        if said.get("delete_original") and original:
            self.messages.remove(original)
        elif said.get("replace_original") and original:
            original.update(said)
        elif not said.get("delete_original"):
            self.messages.append({**said, "channel": channel, "ts": self.next_ts(), "only_for": PERSON})
        return web.Response(text="ok")

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        self.connected.set()
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                self.acknowledged.setdefault(frame.json()["envelope_id"], asyncio.Event()).set()
        return socket


@asynccontextmanager
async def running(clock: FakeClock, fake: FakeSlack | None = None) -> AsyncIterator[FakeSlack]:
    """The fake (a new one, if none is given) on a free port of 127.0.0.1; ``url`` is its address, with a slash at the end."""
    fake = fake or FakeSlack(clock)
    runner = web.AppRunner(fake.application(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}/"
    try:
        yield fake
    finally:
        fake.end()
        await runner.cleanup()


