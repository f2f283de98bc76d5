"""What came of practices, as teams state it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as rows_of
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SecretKey
from bot.storage.adoption_tables import Result
from bot.storage.statements import execute, insert_once

MONEY = ("cost", "saving", "income")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a team measured: ``metric`` was ``before`` and is ``after``, in ``unit``, over ``period``.

    ``evidence`` is a link, a file name or a note. ``cost``, ``saving`` and ``income`` are in ``currency``; None where
    nothing was said. ``credit`` are names as the champion wishes them.
    """

    metric: str
    before: float
    after: float
    unit: str
    period: str
    evidence: str
    lower_is_better: bool = False
    estimated: bool = False
    cost: float | None = None
    saving: float | None = None
    income: float | None = None
    currency: str = ""
    credit: str = ""

    @property
    def better(self) -> bool:
        """Whether it changed in the direction that was wanted."""
        return self.after < self.before if self.lower_is_better else self.after > self.before

    @property
    def money(self) -> tuple[tuple[str, float], ...]:
        """What it is called and how much, of that which was given."""
        given = (("Cost", self.cost), ("Saving", self.saving), ("Income", self.income))
        return tuple((name, value) for name, value in given if value is not None)


@dataclass(frozen=True, slots=True)
class StatedResult:
    """A result as it stands. ``pilot_id`` is the pilot in which it was measured, None if in none."""

    id: str
    tenant: str
    team_id: str
    practice_id: str
    pilot_id: str | None
    figures: Figures
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResultSums:
    """``money`` is by what it is (one of ``MONEY``) and currency."""

    count: int
    estimated: int
    money: Mapping[tuple[str, str], float]


class Results:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def state(
        self, tenant: str, team_id: str, practice_id: str, figures: Figures, person: str, now: datetime, *,
        event_key: str, replaces: str | None = None, pilot_id: str | None = None, form: str = "",
    ) -> tuple[str, bool]:
        """Keep a result, in the place of another if it corrects it; its id, and whether it is new.

        The same event again changes nothing. ``form`` names the form with which it was sent, empty for none: what
        the same form says later corrects what it said first.
        """
        mark = self._secret.mark("event", tenant, event_key)
        result_id = self._secret.mark("result", tenant, form) if form else uuid.uuid4().hex
        if await self._row(tenant, result_id):
            replaces, result_id = result_id, uuid.uuid4().hex
        row = {
            "id": result_id, "tenant": tenant, "event_key": mark, "team_id": team_id, "practice_id": practice_id,
            "pilot_id": pilot_id, "person": person, "at": now, **self._columns(figures),
        }
        if not await insert_once(self._session, Result, row):
            same = select(Result.id).where(Result.tenant == tenant, Result.event_key == mark)
            return (await self._session.exec(same)).one(), False
        if replaces and (old := await self._last(tenant, replaces)) and old.team_id == team_id:
            old.replaced_by = result_id
            await self._session.flush()
        return result_id, True

    async def corrects(self, tenant: str, result_id: str) -> bool:
        """Whether it took the place of another."""
        found = select(Result.id).where(Result.tenant == tenant, Result.replaced_by == result_id)
        return (await self._session.exec(found)).first() is not None

    async def get(self, tenant: str, result_id: str) -> StatedResult | None:
        row = await self._row(tenant, result_id)
        return self._stated(row) if row else None

    async def sums(self, tenant: str, team_id: str | None = None) -> ResultSums:
        """How many results stand, how many of them are estimated, and what they cost, saved and earned."""
        mine = [col(Result.tenant) == tenant, col(Result.replaced_by).is_(None)]
        if team_id is not None:
            mine.append(col(Result.team_id) == team_id)
        amounts = [func.sum(col(getattr(Result, name))) for name in MONEY]
        by_currency = rows_of(col(Result.currency), func.count(), *amounts).where(*mine)
        estimated = rows_of(func.count()).where(*mine, col(Result.estimated).is_(True))
        found = (await execute(self._session, by_currency.group_by(col(Result.currency)))).all()
        money = {
            (name, row[0]): float(value) for row in found for name, value in zip(MONEY, row[2:], strict=True)
            if value is not None
        }
        count = sum(int(row[1]) for row in found)
        return ResultSums(count, (await execute(self._session, estimated)).scalar_one(), dict(sorted(money.items())))

    async def standing(
        self, tenant: str, *, team_id: str | None = None, practice_id: str | None = None, pilot_id: str | None = None,
        limit: int | None = None,
    ) -> list[StatedResult]:
        """Those that no other took the place of, newest first; of a team, of a practice, of a pilot, or all."""
        found = select(Result).where(Result.tenant == tenant, col(Result.replaced_by).is_(None))
        wanted = {Result.team_id: team_id, Result.practice_id: practice_id, Result.pilot_id: pilot_id}
        for column, value in wanted.items():
            if value is not None:
                found = found.where(col(column) == value)
        rows = await self._session.exec(found.order_by(col(Result.at).desc(), col(Result.id)).limit(limit))
        return [self._stated(row) for row in rows]

    async def _last(self, tenant: str, result_id: str) -> Result | None:
        """What stands in the place of this one by now: itself, if nothing corrected it."""
        row = await self._row(tenant, result_id)
        while row and row.replaced_by and (later := await self._row(tenant, row.replaced_by)):
            row = later
        return row

    async def _row(self, tenant: str, result_id: str) -> Result | None:
        row = await self._session.get(Result, result_id)
        return row if row and row.tenant == tenant else None

    def _columns(self, figures: Figures) -> dict[str, object]:
        return {
            "metric": figures.metric, "before": figures.before, "after": figures.after, "unit": figures.unit,
            "period": figures.period, "lower_is_better": figures.lower_is_better, "estimated": figures.estimated,
            "cost": figures.cost, "saving": figures.saving, "income": figures.income, "currency": figures.currency,
            "evidence": self._secret.seal(figures.evidence),
            "credit": self._secret.seal(figures.credit) if figures.credit else None,
        }

    def _stated(self, row: Result) -> StatedResult:
        figures = Figures(
            row.metric, row.before, row.after, row.unit, row.period, self._secret.unseal(row.evidence),
            row.lower_is_better, row.estimated, row.cost, row.saving, row.income, row.currency,
            self._secret.unseal(row.credit) if row.credit else "",
        )
        return StatedResult(
            row.id, row.tenant, row.team_id, row.practice_id, row.pilot_id, figures, row.person, row.at
        )
