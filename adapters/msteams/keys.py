"""The public keys that Teams signs its requests with, fetched without blocking, with a time-out, and kept."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import jwt

from adapters.msteams import limits
from bot.ports import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """``endorsements`` names the channels this key may sign for."""

    key: Any
    endorsements: frozenset[str]


class SigningKeys:
    """Keys by id from the OpenID metadata. An unknown id refreshes once; while they are fetched, and when that fails,
    the known ones serve on.
    """

    def __init__(self, *, openid_url: str, http: httpx.AsyncClient, clock: Clock) -> None:
        self._url, self._http, self._clock = openid_url, http, clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched: datetime | None = None
        self._searched: datetime | None = None
        self._failed: datetime | None = None
        self._lock = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None

    async def get(self, key_id: str) -> SigningKey | None:
        """The key, or None where Teams has no such key or its keys cannot be fetched. A known key is given at once: a
        key server that is slow to answer must hold up nobody.
        """
        known = self._usable().get(key_id)
        if known is None:
            return await self._looked_for(key_id)
        if self._older(self._fetched, limits.KEYS_FRESH_SECONDS.value) and self._refreshing is None:
            self._refreshing = asyncio.create_task(self._refresh_meanwhile())
        return known

    async def any(self) -> bool:
        """Whether there is a key to check requests with; they are fetched if there was none."""
        await self._looked_for("")
        return bool(self._usable())

    async def settled(self) -> None:
        """Returns when nothing is fetched in the background."""
        if self._refreshing:
            await self._refreshing

    async def _refresh_meanwhile(self) -> None:
        try:
            async with self._lock:
                if self._older(self._fetched, limits.KEYS_FRESH_SECONDS.value):
                    await self._refresh()
        finally:
            self._refreshing = None

    async def _looked_for(self, key_id: str) -> SigningKey | None:
        async with self._lock:
            if self._older(self._fetched, limits.KEYS_FRESH_SECONDS.value):
                await self._refresh()
            elif key_id not in self._keys and self._older(self._searched, limits.KEYS_RETRY_SECONDS.value):
                self._searched = self._clock()
                await self._refresh()
            return self._usable().get(key_id)

    def _usable(self) -> dict[str, SigningKey]:
        return {} if self._older(self._fetched, limits.KEYS_STALE_SECONDS.value) else self._keys

    def _older(self, moment: datetime | None, seconds: int) -> bool:
        return moment is None or (self._clock() - moment).total_seconds() >= seconds

    async def _refresh(self) -> None:
        if not self._older(self._failed, limits.KEYS_RETRY_SECONDS.value):
            return
        try:
            self._keys, self._fetched, self._failed = await self._fetch(), self._clock(), None
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._failed = self._clock()
            log.error("msteams signing keys cannot be fetched: %s", type(error).__name__)

    async def _fetch(self) -> dict[str, SigningKey]:
        metadata = await self._json(self._url)
        document = await self._json(str(metadata["jwks_uri"]))
        return dict(filter(None, map(_signing_key, document["keys"])))

    async def _json(self, url: str) -> Any:
        response = await self._http.get(url)
        response.raise_for_status()
        return response.json()


def _signing_key(entry: dict[str, Any]) -> tuple[str, SigningKey] | None:
    """One entry of the key list; None for what cannot verify an RS256 signature."""
    endorsements = entry.get("endorsements") or []
    if entry.get("kty") != "RSA" or not isinstance(endorsements, list):
        return None
    try:
        key = jwt.PyJWK(entry, algorithm="RS256").key
    except jwt.PyJWTError:
        return None
    return str(entry["kid"]), SigningKey(key, frozenset(item for item in endorsements if isinstance(item, str)))
