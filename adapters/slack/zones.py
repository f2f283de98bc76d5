"""In which time zone somebody lives, as their profile in Slack says."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from adapters.slack.api import Answer, Failure, SlackApi
from adapters.zones import known_zone
from bot.ports import Clock

KEPT = timedelta(days=1)
"""Ours: who travels is understood a day later."""

PATIENCE_SECONDS = 1.5
"""Ours: somebody waits for the reply that wants to know."""

_MOST_KEPT = 10_000
_log = logging.getLogger(__name__)


class Zones:
    """Asks Slack (docs.slack.dev/reference/methods/users.info) once a day for each person. Never raises."""

    def __init__(self, api: SlackApi, clock: Clock, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._api = api
        self._clock = clock
        self._patience = patience_seconds
        self._kept: dict[str, tuple[datetime, str | None]] = {}

    async def of(self, user: str) -> str | None:
        """The zone of the person with this id; None where it is not known or Slack does not say it in time."""
        at, zone = self._kept.get(user, (None, None))
        if at is not None and self._clock() - at < KEPT:
            return zone
        answer = await self._asked(user)
        if answer is None:
            return None
        profile = answer.get("user")
        zone = known_zone(profile.get("tz")) if isinstance(profile, dict) else None
        self._keep(user, zone)
        return zone

    async def _asked(self, user: str) -> Answer | None:
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._api.read("users.info", {"user": user})
        except TimeoutError:
            _log.warning("slack: users.info took too long")
            return None
        if isinstance(answer, Failure):
            _log.warning("slack: users.info failed: %s", answer.code or type(answer.outcome).__name__)
            return None
        return answer

    def _keep(self, user: str, zone: str | None) -> None:
        while len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[user] = self._clock(), zone
