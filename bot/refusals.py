"""What follows where a platform refuses the installation: the admins hear of it."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.ports import Clock
from bot.replies import Heading, Paragraph, Reply
from bot.storage.ledger import Entry, Outcome
from bot.storage.unit import Unit
from bot.tips import POST

_log = logging.getLogger(__name__)


class Refusals:
    """Hears what came of what was said unasked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def told(self, unit: Unit, entry: Entry, outcome: Outcome) -> None:
        if outcome.everywhere:
            await self._cut_off(unit, entry, outcome.reason)

    async def _cut_off(self, unit: Unit, entry: Entry, reason: str) -> None:
        """Nothing can be said now; the admins hear of it as soon as anything can, once a day."""
        _log.error("%s refuses this installation: %s", entry.platform, reason)
        now = self._clock()
        key, over = f"cut-off:{entry.platform}:{now.date()}", now + timedelta(days=1)
        if post := await unit.people.post(entry.tenant, POST):
            await unit.ledger.plan(entry.tenant, key, post, _cut_off_card(entry.platform, reason), now, expires_at=over)


def _cut_off_card(platform: str, reason: str) -> Reply:
    text = f"For a while {platform} took nothing from me: {reason} What was planned meanwhile goes out now."
    return Reply(text, (Heading("I was cut off"), Paragraph(text)))
