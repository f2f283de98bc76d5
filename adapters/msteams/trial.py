"""Tries out what Teams needs, without saying anything to anybody."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from adapters.msteams.keys import SigningKeys
from adapters.msteams.tokens import AppTokens


async def sign_in(app_id: str, password: str, url: str, seconds: float) -> None:
    """Buy a token and forget it. Raises ``CredentialsRefused`` or ``NotReached``."""
    async with httpx.AsyncClient(timeout=seconds) as http:
        await AppTokens(app_id=app_id, password=password, url=url, http=http, clock=_now).get()


async def has_keys(openid_url: str, seconds: float) -> bool:
    """Whether the keys that sign requests can be fetched."""
    async with httpx.AsyncClient(timeout=seconds) as http:
        return await SigningKeys(openid_url=openid_url, http=http, clock=_now).any()


def _now() -> datetime:
    return datetime.now(UTC)
