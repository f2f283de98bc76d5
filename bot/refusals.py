"""What follows where a platform refuses: of the installation the admins hear, and a place that is gone is let be."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.erasure import OFFERED
from bot.ports import Clock
from bot.replies import Heading, Paragraph, Reply
from bot.storage.ledger import Entry, Outcome
from bot.storage.unit import Unit
from bot.tips import POST

MIDWAY = "midway"
"""Who did it, in the audit, where nobody did."""
TO_ONE_PERSON = ("check-in:", "pilot-review:", "tip:")
"""How the keys of those deliveries begin that in direct messages are for whoever they name."""
_log = logging.getLogger(__name__)


class Refusals:
    """Hears what came of what was said unasked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def told(self, unit: Unit, entry: Entry, outcome: Outcome) -> None:
        if outcome.everywhere:
            await self._cut_off(unit, entry, outcome.reason)
        elif outcome.permanent and outcome.final:
            await self._let_be(unit, entry, outcome.reason)

    async def _cut_off(self, unit: Unit, entry: Entry, reason: str) -> None:
        """Nothing can be said now; the admins hear of it as soon as anything can, once a day."""
        _log.error("%s refuses this installation: %s", entry.platform, reason)
        now = self._clock()
        key, over = f"cut-off:{entry.platform}:{now.date()}", now + timedelta(days=1)
        if post := await unit.people.post(entry.tenant, POST):
            await unit.ledger.plan(entry.tenant, key, post, _cut_off_card(entry.platform, reason), now, expires_at=over)

    async def _let_be(self, unit: Unit, entry: Entry, reason: str) -> None:
        """Nobody is asked or reminded there any more; what the person looked after is their team's to take up."""
        now, tenant, where = self._clock(), entry.tenant, entry.conversation
        await unit.check_ins.cancel(tenant, now, where=where)
        await unit.pilots.forget_place(where)
        if where.kind == "direct" and entry.person and entry.key.startswith(TO_ONE_PERSON):
            for pilot in await unit.pilots.offer(tenant, entry.person):
                await unit.audits.write(tenant, MIDWAY, OFFERED, f"pilot:{pilot}", now, reason)
        for task in await unit.people.unassign(where):
            await unit.audits.write(tenant, MIDWAY, "channel given up", f"task:{task}", now, reason)
            if post := await unit.people.post(tenant, POST):
                card = _given_up_card(task, entry.platform, reason)
                await unit.ledger.plan(tenant, f"given-up:{task}:{now.isoformat()}", post, card, now)


def _cut_off_card(platform: str, reason: str) -> Reply:
    text = f"For a while {platform} took nothing from me: {reason} What was planned meanwhile goes out now."
    return Reply(text, (Heading("I was cut off"), Paragraph(text)))


def _given_up_card(task: str, platform: str, reason: str) -> Reply:
    text = f"The channel for {task} in {platform} takes nothing any more: {reason} Say “{task} here” in another one."
    return Reply(text, (Heading("A channel was given up"), Paragraph(text)))
