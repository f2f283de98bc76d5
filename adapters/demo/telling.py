"""What becomes of one week of a subscription in the demo."""

from __future__ import annotations

from dataclasses import replace

from adapters.demo.happenings import Tipped
from adapters.demo.names import Names
from bot.storage.ledger import Outcome
from bot.storage.subscriptions import KeptSubscription, delivery_key, tip_name
from bot.storage.unit import Unit
from bot.subscription_keeping import next_due
from bot.tip_times import Slot, slot_of
from bot.tip_views import tip_reply
from knowledge.library import Library
from knowledge.tip import tip_of

BECAUSE = "your team asked about it"


async def tell(unit: Unit, names: Names, library: Library, tipped: Tipped) -> None:
    """Write down the week, what was sent, and when the next one is due."""
    kept = await unit.subscriptions.of_place(names.places[tipped.subscription], to_change=True)
    assert kept is not None and kept.due is not None, "it was subscribed before, and never ended"
    slot = slot_of(kept.wish.rhythm, kept.due[0])
    names.below[tipped.key] = tip_name(kept.id, slot.week)
    await _note(unit, kept, slot, tipped)
    if tipped.state == "planned":
        await _send(unit, library, kept, slot, tipped)
    if tipped.touched:
        await unit.subscriptions.touched(kept.tenant, tip_name(kept.id, slot.week), tipped.at)
    await unit.subscriptions.keep(replace(kept, due=await next_due(unit, kept, tipped.at)), tipped.at)


async def _note(unit: Unit, kept: KeptSubscription, slot: Slot, tipped: Tipped) -> None:
    assert kept.where is not None, "its address was written a moment ago"
    team = await unit.teams.of(kept.tenant, kept.person or "", kept.platform, kept.where.channel)
    practice_id = tipped.practice if tipped.state == "planned" else None
    await unit.subscriptions.note(
        kept, slot, tipped.state, tipped.at, practice_id=practice_id, team_id=team.id if team else None
    )


async def _send(unit: Unit, library: Library, kept: KeptSubscription, slot: Slot, tipped: Tipped) -> None:
    assert kept.where is not None, "its address was written a moment ago"
    text, key = tip_of(library.practices[tipped.practice], slot.day), delivery_key(kept.id, slot.week)
    card = tip_reply(text, tip_name(kept.id, slot.week), BECAUSE, ())
    await unit.ledger.plan(kept.tenant, key, kept.where, card, tipped.at, person=kept.person)
    await unit.ledger.record(kept.tenant, key, Outcome("sent", f"demo-{slot.week}"), tipped.at)
