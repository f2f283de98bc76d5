"""How practices spread over teams: how many stand where, who said what when, and what tips led to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func
from sqlalchemy import select as rows_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.adoptions import TAKEN_UP
from bot.storage.statements import execute
from bot.storage.subscriptions import DELIVERY, NAME
from bot.storage.tables import Adoption, AdoptionEvent, Delivery
from bot.storage.tip_tables import Tip


@dataclass(frozen=True, slots=True)
class TipCounts:
    """Tips of some weeks: shown, those that somebody did something with, those that led to a try."""

    delivered: int
    touched: int
    tried: int


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Where a team stands with a practice that it took up."""

    team_id: str
    state: str
    since: datetime


class Spread:
    """Reads; changes nothing. Whoever has no team is not counted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def standing(self, tenant: str, team_id: str | None = None) -> dict[str, Counter[str]]:
        """How many teams stand where with each practice, or where this one stands."""
        mine = [col(Adoption.tenant) == tenant, col(Adoption.team_id).is_not(None)]
        if team_id is not None:
            mine.append(col(Adoption.team_id) == team_id)
        grouped = rows_of(col(Adoption.practice_id), col(Adoption.state), func.count()).where(*mine)
        by = col(Adoption.practice_id), col(Adoption.state)
        return _by_practice(await execute(self._session, grouped.group_by(*by)))

    async def stated(
        self, tenant: str, since: datetime, before: datetime, team_id: str | None = None
    ) -> dict[str, Counter[str]]:
        """How many teams said so of each practice in this time."""
        teams = func.count(col(AdoptionEvent.team_id).distinct())
        grouped = rows_of(col(AdoptionEvent.practice_id), col(AdoptionEvent.state), teams)
        mine = _in_time(tenant, since, before, team_id)
        by = col(AdoptionEvent.practice_id), col(AdoptionEvent.state)
        return _by_practice(await execute(self._session, grouped.where(*mine).group_by(*by)))

    async def teams_that_said(
        self, tenant: str, since: datetime, before: datetime, team_id: str | None = None
    ) -> Counter[str]:
        """How many teams said each state of at least one practice in this time."""
        grouped = rows_of(col(AdoptionEvent.state), func.count(col(AdoptionEvent.team_id).distinct()))
        mine = _in_time(tenant, since, before, team_id)
        rows = await execute(self._session, grouped.where(*mine).group_by(col(AdoptionEvent.state)))
        return Counter({state: count for state, count in rows})

    async def taken_up(
        self, tenant: str, practices: Collection[str], team_id: str | None = None
    ) -> dict[str, list[TakenUp]]:
        """Which teams took these practices up, the first first."""
        mine = [
            col(Adoption.tenant) == tenant, col(Adoption.practice_id).in_(practices),
            col(Adoption.state).in_(TAKEN_UP), col(Adoption.team_id).is_not(None),
        ]
        if team_id is not None:
            mine.append(col(Adoption.team_id) == team_id)
        rows = rows_of(col(Adoption.practice_id), col(Adoption.team_id), col(Adoption.state), col(Adoption.since))
        found: dict[str, list[TakenUp]] = {}
        for practice_id, team, state, since in await execute(self._session, rows.where(*mine)):
            found.setdefault(practice_id, []).append(TakenUp(team, state, since))
        for taken in found.values():
            taken.sort(key=lambda one: (one.since, one.team_id))
        return found

    async def tips(self, tenant: str, weeks: Collection[int], team_id: str | None = None) -> TipCounts:
        """Of these weeks. What was shown is what the platform took; nobody knows who read it."""
        key = DELIVERY + col(Tip.subscription_id) + ":" + cast(col(Tip.week), String)
        shown = (col(Delivery.tenant) == tenant) & (col(Delivery.key) == key) & (col(Delivery.state) == "sent")
        name = NAME + col(Tip.subscription_id) + "-" + cast(col(Tip.week), String)
        tried = rows_of(col(AdoptionEvent.id)).where(
            col(AdoptionEvent.tenant) == tenant, col(AdoptionEvent.tip) == name, col(AdoptionEvent.state) == "trying"
        ).exists()
        mine = [col(Tip.tenant) == tenant, col(Tip.week).in_(weeks), col(Tip.state) == "planned"]
        if team_id is not None:
            mine.append(col(Tip.team_id) == team_id)
        every = rows_of(
            func.count(), func.count(col(Tip.touched_at)), func.count().filter(tried)
        ).select_from(Tip).join(Delivery, shown).where(*mine)
        delivered, touched, led = (await execute(self._session, every)).one()
        return TipCounts(delivered, touched, led)



def _by_practice(rows: Any) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for practice_id, state, count in rows:
        found.setdefault(practice_id, Counter())[state] = count
    return found


def _in_time(tenant: str, since: datetime, before: datetime, team_id: str | None) -> list[Any]:
    mine = [
        col(AdoptionEvent.tenant) == tenant, col(AdoptionEvent.at) >= since, col(AdoptionEvent.at) < before,
        col(AdoptionEvent.team_id).is_not(None),
    ]
    return mine if team_id is None else [*mine, col(AdoptionEvent.team_id) == team_id]
