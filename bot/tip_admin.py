"""Weekly tips as admins see them: every subscription, what came of its last week, what has to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.access import Role, Who
from bot.errors import BotError
from bot.ports import Clock
from bot.storage.ledger import Case, Outcome
from bot.storage.subscriptions import DELIVERY, KeptSubscription, KeptTip, delivery_key, of_delivery
from bot.storage.teams import ANY_PLATFORM
from bot.storage.unit import Storage, Unit
from bot.subscription_keeping import SubscriptionKeeping

EVERYWHERE = ""
"""Stands for all tenants; for the local shell."""
UNKNOWN = "There is no such subscription: `midway tips list` shows them all."


class SubscriptionUnknown(BotError):
    """No subscription has this id, or it belongs to another tenant."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A subscription with the name of its team (empty if unknown), its last week, and what came of that delivery: one
    of the states of the ledger and its reason, empty if there was none.
    """

    kept: KeptSubscription
    team: str
    last: KeptTip | None
    delivery: str
    reason: str


class TipAdmin:
    def __init__(self, storage: Storage, clock: Clock, keeping: SubscriptionKeeping) -> None:
        self._storage = storage
        self._clock = clock
        self._keeping = keeping

    async def listed(self, by: Who, tenant: str = EVERYWHERE) -> list[Listed]:
        """Subscriptions, the next one due first; of one tenant, or of all at the local shell. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        wanted = tenant or None
        async with self._storage.view() as unit:
            last = await unit.subscriptions.latest(self._clock(), tenant=wanted)
            found = await unit.subscriptions.listed(wanted)
            about = {name: await _about(unit, name, found, last) for name in {kept.tenant for kept in found}}
        return [_listed(kept, last.get(kept.id), about[kept.tenant]) for kept in found]

    async def one(self, by: Who, subscription_id: str, tenant: str = EVERYWHERE) -> Listed:
        """One subscription. Raises NotAllowed, and SubscriptionUnknown also for one of another tenant."""
        by.needs(Role.ADMIN)
        async with self._storage.view() as unit:
            kept = await unit.subscriptions.get(subscription_id)
            if kept is None or tenant not in {EVERYWHERE, kept.tenant}:
                raise SubscriptionUnknown(UNKNOWN)
            last = await unit.subscriptions.latest(self._clock(), of=kept.id)
            return _listed(kept, last.get(kept.id), await _about(unit, kept.tenant, [kept], last))

    async def cases(self, by: Who, tenant: str = EVERYWHERE) -> list[Case]:
        """Tips of which nobody knows whether they were shown, and those that were given up. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        async with self._storage.view() as unit:
            return [case for case in await unit.ledger.cases(tenant or None) if case.key.startswith(DELIVERY)]

    async def send_again(self, by: Who, key: str) -> bool:
        """Have exactly this tip sent once more; False if there is nothing to send again. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        named = of_delivery(key)
        if named is None:
            return False
        async with self._storage.unit() as unit:
            again = await unit.ledger.send_again(by.tenant, key, self._clock())
            if again:
                await unit.subscriptions.turned(*named, "planned")
                await self._audit(unit, by, "tip sent again", named[0])
        return again

    async def recall(self, by: Who, subscription_id: str, week: int) -> bool:
        """Have a tip taken back where the platform can; False if it was not sent. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        async with self._storage.unit() as unit:
            recalled = await unit.ledger.recall(by.tenant, delivery_key(subscription_id, week), self._clock())
            if recalled:
                await self._audit(unit, by, "tip recalled", subscription_id)
        return recalled

    async def end(self, by: Who, subscription_id: str) -> bool:
        """End a subscription; False if there is none. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        return await self._keeping.end(subscription_id, by.tenant, by.person)

    async def _audit(self, unit: Unit, by: Who, what: str, subscription_id: str) -> None:
        await unit.audits.write(by.tenant, by.person, what, f"subscription:{subscription_id}", self._clock())


@dataclass(frozen=True, slots=True)
class _About:
    """Of one tenant: names of teams by platform and channel, what came of deliveries by key."""

    teams: Mapping[tuple[str, str], str]
    outcomes: Mapping[str, Outcome]


async def _about(
    unit: Unit, tenant: str, found: Iterable[KeptSubscription], last: Mapping[str, KeptTip]
) -> _About:
    keys = [delivery_key(kept.id, last[kept.id].week) for kept in found if kept.tenant == tenant and kept.id in last]
    return _About(await unit.teams.names_of_channels(tenant), await unit.ledger.outcomes(tenant, keys))


def _listed(kept: KeptSubscription, last: KeptTip | None, about: _About) -> Listed:
    outcome = about.outcomes.get(delivery_key(kept.id, last.week)) if last else None
    return Listed(
        kept, _team(kept, about.teams), last, outcome.state if outcome else "", outcome.reason if outcome else ""
    )


def _team(kept: KeptSubscription, teams: Mapping[tuple[str, str], str]) -> str:
    """Whose direct messages they are is theirs: of them not even the team is shown."""
    if kept.person or kept.where is None:
        return ""
    channel = kept.where.channel
    return teams.get((kept.platform, channel)) or teams.get((ANY_PLATFORM, channel), "")
