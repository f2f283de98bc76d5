"""A strict stand-in for model servers on 127.0.0.1: it refuses what they refuse, and says what the test wrote down.

It speaks OpenAI's chat completions and embeddings, Anthropic's messages and Ollama's chat and embeddings.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from tests.fakes.reader import FakeReader

KEY, MODEL = "key-of-the-test", "model-of-the-test"
Body = dict[str, Any]
How = Literal["whole", "cut", "dropped", "malformed", "hanging", "hanging midway", "unfiltered"]
_MAY_SEND = {"model", "messages", "stream", "max_tokens", "max_completion_tokens", "stream_options"}
_END = {"whole": "stop", "cut": "length", "unfiltered": "content_filter"}


@dataclass(frozen=True)
class Said:
    """What the model says next: ``text`` streamed in pieces, or a ``status`` with an error body.

    ``cut`` ends for length, ``dropped`` without any end, ``malformed`` with half a line of JSON, ``hanging`` never begins.
    """

    text: str = ""
    how: How = "whole"
    status: int = 200


class FakeModels:
    """``script`` is said in order; ``requests`` are the bodies that came; ``complaints`` are breaches of a protocol.

    ``vectorless`` makes it answer as a model that embeds nothing.
    """

    def __init__(self) -> None:
        self.url = ""
        self.script: list[Said] = []
        self.requests: list[Body] = []
        self.complaints: list[str] = []
        self.strays: list[str] = []
        self.vectorless = False
        self.left_early = asyncio.Event()
        self._over = asyncio.Event()

    @property
    def v1(self) -> str:
        """The base address for OpenAI's protocol."""
        return f"{self.url}/v1"

    def data(self, place: int = -1) -> Body:
        """What the model was given as data in one request."""
        found: Body = json.loads(self.requests[place]["messages"][-1]["content"])
        return found

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/v1/chat/completions", self._completions)
        application.router.add_post("/v1/embeddings", self._embeddings)
        application.router.add_post("/v1/messages", self._messages)
        application.router.add_post("/api/chat", self._ollama_chat)
        application.router.add_post("/api/embed", self._ollama_embed)
        application.router.add_route("*", "/{rest:.*}", self._stray)
        return application

    def end(self) -> None:
        """Lets go of requests that are kept waiting."""
        self._over.set()

    async def _stray(self, request: web.Request) -> web.Response:
        self.strays.append(request.path)
        return web.json_response({"error": {"message": "no such path"}}, status=404)

    async def _completions(self, request: web.Request) -> web.StreamResponse:
        if refused := await self._refusal(request, request.headers.get("Authorization") == f"Bearer {KEY}"):
            return refused
        body = self.requests[-1]
        if wrong := _wrong_with(body, _MAY_SEND, ["system", "user"]):
            return self._complain(wrong)

        def piece(text: str, finish: str | None = None) -> Body:
            choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
            return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}

        return await self._streamed(request, [_event(piece(part)) for part in _parts(self.script[0].text)],
                                    lambda end: _event(piece("", end)) + "data: [DONE]\n\n")

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        # Releases of Anthropic's SDK differ in the header that carries the key.
        key = request.headers.get("x-api-key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        if refused := await self._refusal(request, key == KEY and "anthropic-version" in request.headers):
            return refused
        body = self.requests[-1]
        wrong = _wrong_with(body, {"model", "messages", "stream", "max_tokens", "system"}, ["user"])
        if wrong or not body.get("system") or not body.get("max_tokens"):
            return self._complain(wrong or "system and max_tokens are required")
        start: Body = {"id": "m1", "type": "message", "role": "assistant", "content": [], "model": MODEL, "stop_reason": None,
                 "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}
        before = _named({"type": "message_start", "message": start}) + _named(
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
        pieces = [_named({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": part}})
                  for part in _parts(self.script[0].text)]

        def ending(end: str) -> str:
            reason = {"stop": "end_turn", "length": "max_tokens"}[end]
            return _named({"type": "content_block_stop", "index": 0}) + _named(
                {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": 9}}
            ) + _named({"type": "message_stop"})

        return await self._streamed(request, [before, *pieces], ending)

    async def _ollama_chat(self, request: web.Request) -> web.StreamResponse:
        if refused := await self._refusal(request, good=True):
            return refused
        body = self.requests[-1]
        may = {"model", "messages", "stream", "options", "tools", "keep_alive", "format", "think"}
        if wrong := _wrong_with(body, may, ["system", "user"]) or (body.get("tools") and "tools are not allowed"):
            return self._complain(str(wrong))

        def line(text: str, **more: object) -> str:
            message = {"role": "assistant", "content": text}
            return json.dumps({"model": MODEL, "created_at": "2026-10-07T00:00:00Z", "message": message, "done": False, **more}) + "\n"

        return await self._streamed(request, [line(part) for part in _parts(self.script[0].text)],
                                    lambda end: line("", done=True, done_reason=end))

    async def _embeddings(self, request: web.Request) -> web.StreamResponse:
        if refused := await self._refusal(request, request.headers.get("Authorization") == f"Bearer {KEY}", scripted=False):
            return refused
        body = self.requests[-1]
        if not isinstance(body.get("input"), list) or not all(isinstance(text, str) for text in body["input"]):
            return self._complain("input must be texts")
        vectors = [] if self.vectorless else FakeReader().embed_documents(body["input"])
        data = [{"object": "embedding", "index": place, "embedding": vector} for place, vector in enumerate(vectors)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return web.json_response({"object": "list", "data": data, "model": MODEL, "usage": usage})

    async def _ollama_embed(self, request: web.Request) -> web.StreamResponse:
        if refused := await self._refusal(request, good=True, scripted=False):
            return refused
        return web.json_response({"model": MODEL, "embeddings": FakeReader().embed_documents(self.requests[-1]["input"])})

    async def _refusal(self, request: web.Request, good: bool, *, scripted: bool = True) -> web.StreamResponse | None:
        if request.content_type != "application/json" or not good:
            self.complaints.append("wrong key or content type")
            return web.json_response({"error": {"message": "invalid key", "type": "authentication_error"}}, status=401)
        body: Body = await request.json()
        self.requests.append(body)
        if body.get("model") != MODEL:
            self.complaints.append(f"no model {body.get('model')}")
            return web.json_response({"error": {"message": "no such model"}}, status=404)
        if scripted and self.script[0].status != 200:
            status = self.script.pop(0).status
            wait = {"Retry-After": "30"} if status == 429 else None
            return web.json_response({"error": {"message": "no", "type": "error"}}, status=status, headers=wait)
        return None

    def _complain(self, wrong: str) -> web.Response:
        self.complaints.append(wrong)
        return web.json_response({"error": {"message": wrong, "type": "invalid_request_error"}}, status=400)

    async def _streamed(self, request: web.Request, pieces: list[str], ending: Any) -> web.StreamResponse:
        said = self.script.pop(0)
        if said.how == "hanging":
            await self._over.wait()
            raise web.HTTPServiceUnavailable
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for piece in pieces:
                await response.write(piece.encode())
                await asyncio.sleep(0)
            if said.how == "hanging midway":
                await self._over.wait()
            if said.how == "malformed":
                await response.write(pieces[0].encode()[:-20] + b"\n\n")
            if said.how in _END:
                await response.write(ending(_END[said.how]).encode())
        except ConnectionError:
            self.left_early.set()
        return response


@asynccontextmanager
async def fake_models() -> AsyncIterator[FakeModels]:
    """Runs on a free port of this machine."""
    fake = FakeModels()
    runner = web.AppRunner(fake.application(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}"
    try:
        yield fake
    finally:
        fake.end()
        await runner.cleanup()


def _wrong_with(body: Body, may: set[str], roles: list[str]) -> str:
    """What breaks the protocol, or what Midway must never send (tools); empty if nothing."""
    if extra := set(body) - may:
        return f"not expected: {sorted(extra)}"
    if body.get("stream") is not True:
        return "stream must be true"
    messages = body.get("messages")
    if not isinstance(messages, list) or [message.get("role") for message in messages] != roles:
        return f"roles must be {roles}"
    return "" if all(isinstance(message["content"], str) and message["content"] for message in messages) else "empty message"


def _parts(text: str) -> list[str]:
    """Pieces as models cut them: not at words."""
    size = max(7, len(text) // 400)
    return [text[start : start + size] for start in range(0, len(text), size)]


def _event(data: Body) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _named(data: Body) -> str:
    return f"event: {data['type']}\n{_event(data)}"
