"""Teams on 127.0.0.1: OpenID metadata and keys, the login service, and a connector that refuses what Teams refuses."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes import msteams_rules as rules
from tests.fakes.clock import Clock
from tests.ports import bound, port_of

APP_ID = "6f8b2c1d-3a4e-4f5a-9b6c-7d8e9f0a1b2c"
PASSWORD = "the app's password"
TENANT = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
ISSUER = "https://api.botframework.com"
BOT = f"28:{APP_ID}"
CHANNEL = "19:253b1f341670408fb6fe51050b6e5ceb@thread.tacv2"
DIRECT = "a:1directConversationWithThePerson"
EXPERTS = "19:0f1e2d3c4b5a69788796a5b4c3d2e1f0@thread.tacv2"


@cache
def private_key(kid: str) -> rsa.RSAPrivateKey:
    """One key for each id for the whole test run: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(kid: str, endorsements: tuple[str, ...]) -> dict[str, Any]:
    numbers: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private_key(kid).public_key()))
    return {**numbers, "kid": kid, "use": "sig", "endorsements": list(endorsements)}


@dataclass
class Message:
    """One activity a bot posted, as it stands now."""

    id: str
    conversation: str
    body: dict[str, Any]
    deleted: bool = False


@dataclass
class FakeTeams:
    """The log of everything sent, and switches for everything that can go wrong."""

    clock: Clock
    port: int = 0
    kids: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"k1": ("msteams",)})
    messages: list[Message] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    tokens: dict[str, datetime] = field(default_factory=dict)
    streams: dict[str, int] = field(default_factory=dict)
    streamed: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    sent_at: list[tuple[str, datetime]] = field(default_factory=list)
    key_fetches: int = 0
    keys_down: bool = False
    login_answers: tuple[int, dict[str, Any]] | None = None
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def service_url(self) -> str:
        return f"{self.root}/amer/"

    def standing(self) -> list[Message]:
        return [message for message in self.messages if not message.deleted]

    def token(self, *, kid: str = "k1", signer: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        """A token as Teams signs one; a claim given as None is left out."""
        now = int(self.clock().timestamp())
        good = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 10, "exp": now + 3600, "serviceurl": self.service_url}
        body = {name: value for name, value in {**good, **claims}.items() if value is not None}
        key = private_key(kid) if signer is None else signer
        # Signed as bytes: PyJWT's own encode refuses the claims that a forger would send.
        return jwt.api_jws.encode(json.dumps(body).encode(), key, algorithm=algorithm, headers={"kid": kid})

    def app(self) -> Starlette:
        activities = "/{region}/v3/conversations/{conversation}/activities"
        return Starlette(
            routes=[
                Route("/openid", self._openid),
                Route("/keys", self._keys),
                Route("/token", self._login, methods=["POST"]),
                Route(activities, self._post, methods=["POST"]),
                Route(activities + "/{activity}", self._change, methods=["PUT", "DELETE"]),
            ]
        )

    async def _openid(self, request: Request) -> Response:
        if self.keys_down:
            return Response(status_code=503)
        return JSONResponse({"issuer": ISSUER, "jwks_uri": f"{self.root}/keys"})

    async def _keys(self, request: Request) -> Response:
        self.key_fetches += 1
        return JSONResponse({"keys": [public_jwk(kid, endorsed) for kid, endorsed in self.kids.items()]})

    async def _login(self, request: Request) -> Response:
        self.requests.append(("POST", "/token"))
        form = dict(await request.form())
        if self.login_answers:
            return JSONResponse(self.login_answers[1], self.login_answers[0])
        expected = {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": PASSWORD,
                    "scope": "https://api.botframework.com/.default"}
        if form != expected:
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = self.clock() + timedelta(hours=1)
        return JSONResponse({"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    async def _post(self, request: Request) -> Response:
        conversation = request.path_params["conversation"]
        refusal = await self._refusal(request, conversation)
        if refusal is not None:
            return refusal
        body = await request.json()
        self.posted.append(body)
        faults = rules.broken(body)
        if "MessageSizeTooBig" in faults:
            return _error(413, "MessageSizeTooBig")
        if faults:
            return _error(400, "BadRequest", "; ".join(faults))
        return self._streamed(conversation, body) or self._stands(conversation, body)

    def _stands(self, conversation: str, body: dict[str, Any]) -> Response:
        name = f"m{len(self.posted)}"
        if body["type"] == "message":
            self.messages.append(Message(name, conversation, body))
        return JSONResponse({"id": name}, 201)

    def _streamed(self, conversation: str, body: dict[str, Any]) -> Response | None:
        info = next((entity for entity in body.get("entities") or [] if entity["type"] == "streaminfo"), None)
        if info is None:
            return None
        name, sequence, kind = info.get("streamId"), info.get("streamSequence"), info.get("streamType")
        if not conversation.startswith("a:") or name in self.ended:
            return _error(403, "ContentStreamNotAllowed")
        if not body.get("text"):
            return _error(400, "BadRequest", "Start streaming activities should include text")
        if name is None:
            return self._begun(sequence, kind, body)
        if self.streamed.get(name, "") not in body["text"]:
            # microsoft/Agents-for-net issues 251 and 313: also of the final message.
            return _error(400, "BadRequest", "Request streamed content should contain the previously streamed content")
        if kind == "final":
            return self._ended(name, sequence, conversation, body)
        if body["type"] != "typing" or sequence != self.streams.get(name, -1) + 1:
            return _error(400, "ContentStreamSequenceOrderPreConditionFailed")
        self.streams[name], self.streamed[name] = sequence, body["text"]
        return JSONResponse({}, 202)

    def _begun(self, sequence: int | None, kind: str | None, body: dict[str, Any]) -> Response:
        if sequence != 1 or body["type"] != "typing" or kind not in {"streaming", "informative"}:
            return _error(400, "BadRequest", "a stream starts with sequence 1")
        name = f"s{len(self.posted)}"
        self.streams[name], self.streamed[name] = 1, body["text"]
        return JSONResponse({"id": name}, 201)

    def _ended(self, name: str, sequence: int | None, conversation: str, body: dict[str, Any]) -> Response:
        if sequence is not None or body["type"] != "message" or name not in self.streams:
            return _error(400, "BadRequest", "a final message has no sequence")
        self.ended.add(name)
        self.messages.append(Message(name, conversation, body))
        return JSONResponse({}, 202)

    async def _change(self, request: Request) -> Response:
        refusal = await self._refusal(request, request.path_params["conversation"])
        if refusal is not None:
            return refusal
        message = next((item for item in self.standing() if item.id == request.path_params["activity"]), None)
        if message is None:
            return _error(404, "ActivityNotFoundInConversation")
        if request.method == "DELETE":
            message.deleted = True
            return Response(status_code=200)
        message.body = await request.json()
        faults = rules.broken(message.body)
        return _error(400, "BadRequest", "; ".join(faults)) if faults else JSONResponse({"id": message.id})

    async def _refusal(self, request: Request, conversation: str) -> Response | None:
        self.requests.append((request.method, request.url.path))
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or self.tokens.get(token, self.clock()) <= self.clock():
            return _error(401, "Unauthorized")
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            return await self._failed(fault)
        if conversation.split(";")[0] not in {CHANNEL, DIRECT, EXPERTS} - self.gone:
            return _error(404, "ConversationNotFound")
        return self._throttled(conversation)

    def _throttled(self, conversation: str) -> Response | None:
        recent = [at for where, at in self.sent_at if where == conversation and at > self.clock() - timedelta(seconds=1)]
        if len(recent) >= 7:
            return _error(429, "TooManyRequests", retry_after="3")
        self.sent_at.append((conversation, self.clock()))
        return None

    async def _failed(self, fault: str) -> Response:
        if fault == "time-out":
            await self.released.wait()
            return Response(status_code=503)
        answers: dict[str, Callable[[], Response]] = {
            "rate-limit": lambda: _error(429, "TooManyRequests", retry_after="3"),
            "server-error": lambda: Response("<html>Bad gateway</html>", 502, media_type="text/html"),
            "gone": lambda: _error(403, "MessageWritesBlocked"),
            "precondition": lambda: _error(412, "PreconditionFailed"),
            "unauthorized": lambda: _error(401, "Unauthorized"),
            "not-found": lambda: _error(404, "ConversationNotFound"),
            "stream-refused": lambda: _error(403, "ContentStreamNotAllowed"),
            "bad-request": lambda: _error(400, "BadRequest"),
            "odd": lambda: Response("not json", 200, media_type="text/plain"),
        }
        return answers[fault]()


def _error(status: int, code: str, message: str = "", retry_after: str | None = None) -> Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


class LoopbackOnly(httpx.AsyncHTTPTransport):
    """Fails a test that would reach a real host."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "127.0.0.1", f"a request to {request.url.host}"
        return await super().handle_async_request(request)


PATIENCE_SECONDS = 60.0


def client(timeout: float = 0.5) -> httpx.AsyncClient:
    """Waits so many seconds for an answer, which the fake may be told never to give; for all else as long as a busy
    machine takes.
    """
    return httpx.AsyncClient(transport=LoopbackOnly(), timeout=httpx.Timeout(PATIENCE_SECONDS, read=timeout))


@asynccontextmanager
async def running(clock: Clock, teams: FakeTeams | None = None) -> AsyncIterator[FakeTeams]:
    """The fake (a new one, if none is given) behind a real socket."""
    teams = teams or FakeTeams(clock)
    with bound() as listening:
        teams.port = port_of(listening)
        config = uvicorn.Config(teams.app(), lifespan="off", log_level="critical")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listening])
        try:
            yield teams
        finally:
            teams.released.set()
            server.force_exit = True
            await server.shutdown(sockets=[listening])
