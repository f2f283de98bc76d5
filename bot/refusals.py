"""What follows where a platform refuses or says that it will: places and people that are gone are let be, and of a
refused installation the admins hear.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from bot import check_ins, pilot_reminders
from bot.erasure import OFFERED
from bot.messages import Reach
from bot.ports import Clock
from bot.replies import Heading, Paragraph, Reply
from bot.storage import subscriptions
from bot.storage.ledger import Entry, Outcome
from bot.storage.people import ADMINS
from bot.storage.unit import Unit

MIDWAY = "midway"
"""Who did it, in the audit, where nobody did."""
TO_ONE_PERSON = (check_ins.DELIVERY, pilot_reminders.DELIVERY, subscriptions.DELIVERY)
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
            where = entry.conversation
            await self.let_be(unit, Reach.of(where), outcome.reason)
            if where.kind == "direct" and entry.person and entry.key.startswith(TO_ONE_PERSON):
                await self.offer_pilots(unit, entry.tenant, entry.person, outcome.reason)

    async def let_be(self, unit: Unit, reach: Reach, reason: str) -> None:
        """Ask and remind nobody there any more, and take its task from every channel there."""
        now, tenant = self._clock(), reach.tenant
        await unit.check_ins.cancel_in(reach, now)
        await unit.pilots.forget_places(reach)
        for task in await unit.people.unassign(reach):
            await unit.audits.write(tenant, MIDWAY, "channel given up", f"task:{task}", now, reason)
            if post := await unit.people.post(tenant, ADMINS):
                card = _given_up_card(task, reach.platform, reason)
                await unit.ledger.plan(tenant, f"given-up:{task}:{now.isoformat()}", post, card, now)

    async def offer_pilots(self, unit: Unit, tenant: str, person: str, reason: str) -> None:
        """Offer the pilots that this person looked after to their team."""
        for pilot in await unit.pilots.offer(tenant, person):
            await unit.audits.write(tenant, MIDWAY, OFFERED, f"pilot:{pilot}", self._clock(), reason)

    async def _cut_off(self, unit: Unit, entry: Entry, reason: str) -> None:
        """Nothing can be said now; the admins hear of it as soon as anything can, once a day."""
        _log.error("%s refuses this installation: %s", entry.platform, reason)
        now = self._clock()
        key, over = f"cut-off:{entry.platform}:{now.date()}", now + timedelta(days=1)
        if post := await unit.people.post(entry.tenant, ADMINS):
            await unit.ledger.plan(entry.tenant, key, post, _cut_off_card(entry.platform, reason), now, expires_at=over)


def _cut_off_card(platform: str, reason: str) -> Reply:
    text = f"For a while {platform} accepted nothing from me: {reason} What was planned in the meantime goes out now."
    return Reply(text, (Heading("I was cut off"), Paragraph(text)))


def _given_up_card(task: str, platform: str, reason: str) -> Reply:
    text = f"The channel for {task} in {platform} accepts nothing any more: {reason} Say “{task} here” in another one."
    return Reply(text, (Heading("A channel was given up"), Paragraph(text)))
