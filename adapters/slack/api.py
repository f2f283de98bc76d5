"""Calls to Slack that never raise: an answer, or a failure that says what it means."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.outcomes import FAILURES, answered, error_code, outcome
from bot.ports import Rejected, Unknown

DEFAULT_API_URL = "https://slack.com/api/"
HOOKS_HOST = "hooks.slack.com"
FILES_HOSTS = ".slack.com"
TIMEOUT_SECONDS = 5.0
"""Ours: a send may take a turn's wait and two calls, and must end well before a worker gives up on it."""

SCOPES_HEADER = "x-oauth-scopes"
"""Beside every answer: what the token may do (docs.slack.dev/reference/methods/auth.test shows it)."""

Answer = Mapping[str, Any]

_sdk_log = logging.getLogger("adapters.slack.sdk")
# At debug level the SDK writes every request and event, that is people's words, into the log.
_sdk_log.setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Failure:
    """``code`` is Slack's own word, empty where it said none."""

    outcome: Rejected | Unknown
    code: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom Slack takes us for: the workspace's name, and what was permitted; None where Slack does not say."""

    workspace: str
    scopes: frozenset[str] | None


def web_client(token: str | None, api_url: str) -> AsyncWebClient:
    """A client that repeats nothing by itself: whether to repeat is the ledger's decision."""
    return AsyncWebClient(token=token, base_url=api_url, retry_handlers=[], logger=_sdk_log)


class SlackApi:
    """Slack with the bot token. One connection pool, opened with the first call."""

    def __init__(self, token: str, api_url: str = DEFAULT_API_URL, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._client = web_client(token, api_url)
        self._own_host = urlsplit(api_url).netloc
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def call(self, method: str, arguments: Mapping[str, Any]) -> Answer | Failure:
        """A method that changes something."""
        return await self._api_call(method, json=dict(arguments))

    async def read(self, method: str, arguments: Mapping[str, Any]) -> Answer | Failure:
        """A method that looks something up; Slack takes these arguments in the address only."""
        return await self._api_call(method, http_verb="GET", params=dict(arguments))

    async def known(self) -> Known | Failure:
        """Asks Slack whose token this is; changes nothing."""
        response = await self._response("auth.test")
        if isinstance(response, Failure):
            return response
        granted = next((said for name, said in response.headers.items() if name.lower() == SCOPES_HEADER), None)
        scopes = None if granted is None else frozenset(scope.strip() for scope in granted.split(",") if scope.strip())
        return Known(str(_data(response).get("team", "")), scopes)

    async def answer(self, url: str, body: Mapping[str, Any]) -> Failure | None:
        """Posts to a ``response_url``; None if Slack took it."""
        parts = urlsplit(url)
        if parts.netloc not in (HOOKS_HOST, self._own_host):
            return Failure(Rejected("This is not an address of Slack.", permanent=True), "expired_url")
        hook = AsyncWebhookClient(url, session=self._session(), retry_handlers=[], logger=_sdk_log)
        try:
            said = await hook.send_dict(dict(body))
        except FAILURES as problem:
            return Failure(outcome(problem))
        code = _hook_error(said.body)
        return None if said.status_code == 200 and not code else _failure(said.status_code, code, said.headers)

    async def upload(self, url: str, data: bytes) -> Failure | None:
        """Posts a file to the address that Slack gave for it; None if Slack took it."""
        parts = urlsplit(url)
        if not (parts.scheme == "https" and parts.netloc.endswith(FILES_HOSTS)) and parts.netloc != self._own_host:
            return Failure(Rejected("This is not an address of Slack.", permanent=True))
        try:
            # The SDK reads HTTPS_PROXY for its own calls only.
            async with self._session().post(url, data=data, proxy=self._client.proxy) as said:
                return None if said.status == 200 else _failure(said.status, "upload_refused", said.headers)
        except FAILURES as problem:
            return Failure(outcome(problem))

    async def close(self) -> None:
        """Closes the connections."""
        if self._client.session and not self._client.session.closed:
            await self._client.session.close()

    async def _api_call(self, method: str, **how: Any) -> Answer | Failure:
        response = await self._response(method, **how)
        return response if isinstance(response, Failure) else _data(response)

    async def _response(self, method: str, **how: Any) -> AsyncSlackResponse | Failure:
        self._session()
        try:
            return await self._client.api_call(method, **how)
        except SlackApiError as problem:
            return Failure(outcome(problem), error_code(problem))
        except FAILURES as problem:
            return Failure(outcome(problem))

    def _session(self) -> aiohttp.ClientSession:
        session = self._client.session
        if session is None or session.closed:
            session = self._client.session = aiohttp.ClientSession(timeout=self._timeout)
        return session


def _data(response: AsyncSlackResponse) -> Answer:
    return response.data if isinstance(response.data, dict) else {}


def _hook_error(body: str) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return "" if body.strip() == "ok" else body.strip()[:100]
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def _failure(status: int, code: str, headers: Mapping[str, str]) -> Failure:
    return Failure(answered(status, code, headers), code)
