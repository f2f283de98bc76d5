"""The bot's own token for sending, fetched without blocking and kept until shortly before it expires."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import httpx

from adapters.msteams import limits
from adapters.msteams.faults import CredentialsRefused, NotReached
from bot.ports import Clock

SCOPE = "https://api.botframework.com/.default"


def token_url(tenant: str) -> str:
    """Where a bot that belongs to this tenant gets its token (``botframework.com`` for the older multi-tenant bots)."""
    return f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"


class AppTokens:
    """Client credentials (OAuth 2.0) against ``url``."""

    def __init__(self, *, app_id: str, password: str, url: str, http: httpx.AsyncClient, clock: Clock) -> None:
        self._form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": password,
            "scope": SCOPE,
        }
        self._url, self._http, self._clock = url, http, clock
        self._held: tuple[str, datetime] | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that is good now. Raises ``CredentialsRefused`` or ``NotReached``."""
        async with self._lock:
            if self._held is None or self._clock() >= self._held[1]:
                self._held = await self._fetch()
            return self._held[0]

    def forget(self) -> None:
        """Teams refused the token: fetch a new one next time."""
        self._held = None

    async def _fetch(self) -> tuple[str, datetime]:
        try:
            response = await self._http.post(self._url, data=self._form)
        except httpx.HTTPError as error:
            raise NotReached("the login service cannot be reached") from error
        if response.status_code == 429 or response.status_code >= 500:
            raise NotReached(f"the login service answers {response.status_code}")
        return self._read(response)

    def _read(self, response: httpx.Response) -> tuple[str, datetime]:
        try:
            body = response.json()
            token, seconds = str(body["access_token"]), float(body["expires_in"])
        except (ValueError, KeyError, TypeError) as error:
            raise CredentialsRefused(f"the login service refused the app ({response.status_code})") from error
        return token, self._clock() + timedelta(seconds=max(0.0, seconds - limits.TOKEN_MARGIN_SECONDS.value))
