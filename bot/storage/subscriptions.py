"""Which places want tips and when, and what became of each week."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation, Reach
from bot.privacy import SecretKey
from bot.storage.addresses import sealed, unsealed
from bot.storage.statements import execute, insert_once, table_of
from bot.storage.tip_tables import Subscription, Tip
from bot.tip_times import Rhythm, Slot

State = Literal["active", "paused", "ended"]
TipState = Literal["planned", "skipped", "late", "empty", "failed"]
DELIVERY = "tip:"
"""How the keys of the deliveries of tips begin."""
NAME = "tip-"
"""How the names of tips begin, which stand in their buttons."""
_WEEK = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a place wants: ``topics`` are ids of topics (none: any), ``audience`` is one of a practice (empty: any)."""

    rhythm: Rhythm
    topics: tuple[str, ...] = ()
    audience: str = ""


@dataclass(frozen=True, slots=True)
class KeptSubscription:
    """A subscription as it stands. ``where`` is None where its address cannot be read any more.

    ``due`` is the week and moment of the next tip. ``person`` is whose direct messages these are.
    """

    id: str
    tenant: str
    platform: str
    kind: str
    where: Conversation | None
    person: str | None
    wish: Wish
    state: State
    created_at: datetime
    paused_until: date | None = None
    due: tuple[int, datetime] | None = None
    emptied: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeptTip:
    """What became of one week, and when that was decided."""

    subscription_id: str
    week: int
    state: TipState
    practice_id: str | None
    due_at: datetime
    at: datetime


def delivery_key(subscription_id: str, week: int) -> str:
    """Names the delivery of a tip: one for each subscription and week, whatever happens."""
    return f"{DELIVERY}{subscription_id}:{week}"


def of_delivery(key: str) -> tuple[str, int] | None:
    """The reverse of ``delivery_key``; None for any other delivery."""
    return _named(key, DELIVERY, ":")


def tip_name(subscription_id: str, week: int) -> str:
    """Stands in a tip's buttons where an answer's id stands in an answer's."""
    return f"{NAME}{subscription_id}-{week}"


def of_name(name: str) -> tuple[str, int] | None:
    """The reverse of ``tip_name``; None for anything else."""
    return _named(name, NAME, "-")


class Subscriptions:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def of_place(self, where: Conversation, *, to_change: bool = False) -> KeptSubscription | None:
        """The subscription of this place, also one that ended. With ``to_change`` it is ours until the unit ends."""
        mine = select(Subscription).where(
            Subscription.tenant == where.tenant, Subscription.platform == where.platform,
            Subscription.place == self._place(where),
        )
        found = await self._session.exec(_locked(mine) if to_change else mine)
        row = found.first()
        return self._kept(row) if row else None

    async def get(self, subscription_id: str, *, to_change: bool = False) -> KeptSubscription | None:
        row = await self._session.get(
            Subscription, subscription_id, with_for_update=to_change or None, populate_existing=to_change
        )
        return self._kept(row) if row else None

    async def make(self, where: Conversation, person: str | None, wish: Wish, slot: Slot, now: datetime) -> bool:
        """Subscribe this place, which had no subscription; False if somebody was faster."""
        rhythm = wish.rhythm
        return await insert_once(self._session, Subscription, {
            "id": uuid.uuid4().hex, "tenant": where.tenant, "platform": where.platform, "place": self._place(where),
            "kind": where.kind, "address": sealed(self._secret, where), "person": person,
            "topics": list(wish.topics), "audience": wish.audience, "weekday": rhythm.weekday, "hour": rhythm.hour,
            "zone": rhythm.zone, "state": "active", "due_at": slot.at, "due_week": slot.week, "emptied": False,
            "reason": "", "created_at": now, "changed_at": now,
        })

    async def keep(self, kept: KeptSubscription, now: datetime) -> None:
        """Write down what changed of a subscription that was read ``to_change``."""
        row = await self._session.get(Subscription, kept.id)
        assert row is not None, "nobody deletes it in between"
        rhythm = kept.wish.rhythm
        row.topics, row.audience = list(kept.wish.topics), kept.wish.audience
        row.weekday, row.hour, row.zone = rhythm.weekday, rhythm.hour, rhythm.zone
        row.state, row.paused_until, row.emptied, row.reason = kept.state, kept.paused_until, kept.emptied, kept.reason
        row.due_week, row.due_at = kept.due or (None, None)
        if kept.where is not None:
            row.address = sealed(self._secret, kept.where)
        row.created_at, row.changed_at = kept.created_at, now
        await self._session.flush()

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Ids of the longest due, of every tenant."""
        mine = select(Subscription.id).where(col(Subscription.due_at) <= now).order_by(col(Subscription.due_at))
        return list(await self._session.exec(mine.limit(limit)))

    async def take(self, subscription_id: str, now: datetime) -> KeptSubscription | None:
        """This one for us alone until the unit of work ends; None if it is not due, or somebody else has it."""
        mine = select(Subscription).where(Subscription.id == subscription_id, col(Subscription.due_at) <= now)
        row = (await self._session.exec(_locked(mine, wait=False))).first()
        return self._kept(row) if row else None

    async def listed(self, tenant: str | None = None) -> list[KeptSubscription]:
        """Of one tenant or of all, the next one due first."""
        found = select(Subscription).order_by(col(Subscription.due_at).is_(None), col(Subscription.due_at))
        if tenant is not None:
            found = found.where(Subscription.tenant == tenant)
        return [self._kept(row) for row in await self._session.exec(found)]

    async def within(self, reach: Reach, before: datetime) -> list[str]:
        """Ids of those in these places that were wished by then and did not end."""
        open_ = select(Subscription).where(
            Subscription.tenant == reach.tenant, Subscription.platform == reach.platform, Subscription.state != "ended",
            col(Subscription.created_at) <= before,
        )
        rows = await self._session.exec(open_.order_by(col(Subscription.id)))
        return [row.id for row in rows if (where := unsealed(self._secret, row.address)) and reach.covers(where)]

    async def of_person(self, tenant: str, person: str) -> list[str]:
        """Ids of those in this person's direct messages that did not end."""
        mine = Subscription.tenant == tenant, Subscription.person == person, Subscription.state != "ended"
        return list(await self._session.exec(select(Subscription.id).where(*mine)))

    async def tenants(self) -> list[str]:
        """Those that have a subscription."""
        return list(await self._session.exec(select(Subscription.tenant).distinct()))

    async def note(
        self, kept: KeptSubscription, slot: Slot, state: TipState, now: datetime, *, practice_id: str | None = None,
        team_id: str | None = None,
    ) -> bool:
        """Write down what becomes of a week; False if that is settled."""
        return await insert_once(self._session, Tip, {
            "subscription_id": kept.id, "week": slot.week, "tenant": kept.tenant, "team_id": team_id,
            "practice_id": practice_id, "state": state, "due_at": slot.at, "at": now,
        })

    async def turned(self, subscription_id: str, week: int, state: TipState) -> None:
        """What was planned for that week became something else."""
        await self._change(subscription_id, week, state=state)

    async def unsettle(self, subscription_id: str, week: int) -> None:
        """Nothing was decided about that week after all."""
        mine = col(Tip.subscription_id) == subscription_id, col(Tip.week) == week
        await execute(self._session, delete(table_of(Tip)).where(*mine))

    async def weeks(self, subscription_id: str, since: int) -> frozenset[int]:
        """Weeks from this one on of which something became already."""
        mine = select(Tip.week).where(Tip.subscription_id == subscription_id, col(Tip.week) >= since)
        return frozenset(await self._session.exec(mine))

    async def tips(self, subscription_id: str, limit: int) -> list[KeptTip]:
        """The last weeks, newest first."""
        mine = select(Tip).where(Tip.subscription_id == subscription_id).order_by(col(Tip.week).desc()).limit(limit)
        return [_tip(row) for row in await self._session.exec(mine)]

    async def latest(self, now: datetime, *, tenant: str | None = None, of: str | None = None) -> dict[str, KeptTip]:
        """The last week that came, of each subscription or of one; a week that is skipped ahead did not come yet."""
        came = select(Tip.subscription_id, func.max(Tip.week)).where(col(Tip.due_at) <= now)
        last = came.group_by(col(Tip.subscription_id))
        if tenant is not None:
            last = last.where(Tip.tenant == tenant)
        if of is not None:
            last = last.where(Tip.subscription_id == of)
        newest = last.subquery()
        both = (col(Tip.subscription_id) == newest.c[0]) & (col(Tip.week) == newest.c[1])
        rows = await self._session.exec(select(Tip).join(newest, both))
        return {row.subscription_id: _tip(row) for row in rows}

    async def began(self, subscription_id: str, week: int, thread: str) -> None:
        """The tip stands there, and what is said in reply to it is in this thread."""
        row = await self._session.get(Tip, (subscription_id, week))
        if row:
            row.thread = self._thread(row.tenant, thread)
            await self._session.flush()

    async def in_thread(self, tenant: str, thread: str) -> KeptTip | None:
        """The tip that began this thread."""
        row = await self._beginning(tenant, thread)
        return _tip(row) if row else None

    async def first_reply(self, tenant: str, thread: str, event_id: str, at: datetime) -> bool:
        """Whether this event is the first that anybody said in the thread of a tip; the same event again is it, too."""
        row = await self._beginning(tenant, thread)
        if row is None:
            return False
        mark = self._secret.mark("event", tenant, event_id)
        if row.first_reply is None:
            mine = col(Tip.subscription_id) == row.subscription_id, col(Tip.week) == row.week
            unsaid = update(table_of(Tip)).where(*mine, col(Tip.first_reply).is_(None))
            first = unsaid.values(first_reply=mark, touched_at=func.coalesce(col(Tip.touched_at), at))
            return (await execute(self._session, first)).rowcount == 1
        return row.first_reply == mark

    async def touched(self, tenant: str, name: str, now: datetime) -> None:
        """Somebody did something with the tip of this name (see ``tip_name``)."""
        if named := of_name(name):
            row = await self._session.get(Tip, named)
            if row and row.tenant == tenant and row.touched_at is None:
                row.touched_at = now
                await self._session.flush()

    async def _beginning(self, tenant: str, thread: str) -> Tip | None:
        mine = select(Tip).where(Tip.tenant == tenant, Tip.thread == self._thread(tenant, thread))
        return (await self._session.exec(mine.execution_options(populate_existing=True))).first()

    async def _change(self, subscription_id: str, week: int, **values: Any) -> None:
        mine = col(Tip.subscription_id) == subscription_id, col(Tip.week) == week
        await self._session.exec(update(Tip).where(*mine).values(**values))

    def _place(self, where: Conversation) -> str:
        return self._secret.place_key(where.tenant, where.platform, where.channel)

    def _thread(self, tenant: str, thread: str) -> str:
        return self._secret.mark("thread", tenant, thread)

    def _kept(self, row: Subscription) -> KeptSubscription:
        wish = Wish(Rhythm(row.weekday, row.hour, row.zone), tuple(row.topics), row.audience)
        due = (row.due_week, row.due_at) if row.due_week is not None and row.due_at is not None else None
        state: State = row.state  # type: ignore[assignment]  # only this class writes it
        return KeptSubscription(
            row.id, row.tenant, row.platform, row.kind, unsealed(self._secret, row.address), row.person, wish, state,
            row.created_at, row.paused_until, due, row.emptied, row.reason,
        )


def _named(text: str, begins: str, parted_by: str) -> tuple[str, int] | None:
    """Buttons come back from outside: a number that no week can have must not reach the database."""
    if not text.startswith(begins):
        return None
    subscription_id, _, week = text.removeprefix(begins).rpartition(parted_by)
    return (subscription_id, int(week)) if subscription_id and _WEEK.fullmatch(week) else None


def _tip(row: Tip) -> KeptTip:
    state: TipState = row.state  # type: ignore[assignment]  # only this module writes it
    return KeptTip(row.subscription_id, row.week, state, row.practice_id, row.due_at, row.at)


def _locked(mine: Any, *, wait: bool = True) -> Any:
    return mine.with_for_update(skip_locked=not wait).execution_options(populate_existing=True)
