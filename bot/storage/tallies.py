"""Counts of weeks that are over: made from questions once, read by every report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, delete, func
from sqlalchemy import select as rows_of
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.report_tables import CountedWeek, GapWeek, PracticeWeek, TeamMonth, TeamWeek
from bot.storage.statements import execute, table_of, upsert
from bot.storage.tables import Escalation, Feedback, Question, QuestionPractice

NOBODYS = ""
"""Stands for the team of a question whose team nobody knows."""
NO_PRACTICE = ""
"""Stands for the practice of a question that none answered."""
EVERYBODY = "*"
ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Counts:
    """As in ``TeamWeek``."""

    helpful: int = 0
    unhelpful: int = 0
    silent: int = 0
    declined: int = 0
    routed: int = 0
    refused: int = 0
    failed: int = 0
    handed: int = 0
    human: int = 0

    @property
    def answered(self) -> int:
        return self.helpful + self.unhelpful + self.silent

    @property
    def asked(self) -> int:
        return self.answered + self.declined + self.routed + self.refused + self.failed

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in _NAMES))


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """What was counted of a week: by team, by practice that answered first, by practice nearest to a gap."""

    teams: Mapping[str, Counts]
    practices: Mapping[str, int]
    gaps: Mapping[str, int]


_NAMES = tuple(field.name for field in fields(Counts))


class Tallies:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def closed(self, tenant: str) -> frozenset[int]:
        """Weeks that are not counted again."""
        mine = select(CountedWeek.week).where(CountedWeek.tenant == tenant, col(CountedWeek.closed).is_(True))
        return frozenset(await self._session.exec(mine))

    async def first_week(self, tenant: str) -> int | None:
        """The week of the oldest question that is kept."""
        return (await self._session.exec(select(func.min(Question.week)).where(Question.tenant == tenant))).one()

    async def look(self, tenant: str, week: int) -> WeekCounts:
        """Count a week from its questions; writes nothing, so that nobody waits for it."""
        teams = await self._teams_of(tenant, week)
        return WeekCounts(teams, await self._practices_of(tenant, week), await self._gaps_of(tenant, week))

    async def keep(self, tenant: str, week: int, counts: WeekCounts, now: datetime, *, close: bool) -> None:
        """Write down what was counted of a week, in the place of what was counted before."""
        for table in (TeamWeek, PracticeWeek, GapWeek):
            await execute(self._session, delete(table_of(table)).where(*_of(table, tenant, [week])))
        for team_id, of_team in counts.teams.items():
            self._session.add(TeamWeek(tenant=tenant, week=week, team_id=team_id, **asdict(of_team)))
        for practice_id, cited in counts.practices.items():
            self._session.add(PracticeWeek(tenant=tenant, week=week, practice_id=practice_id, cited=cited))
        for nearest, questions in counts.gaps.items():
            self._session.add(GapWeek(tenant=tenant, week=week, nearest=nearest, questions=questions))
        await upsert(
            self._session, CountedWeek, {"tenant": tenant, "week": week, "closed": close, "at": now}, change="at",
            also=("closed",),
        )
        await self._session.flush()

    async def look_for_people(self, tenant: str, weeks: Collection[int]) -> dict[str, int]:
        """How many different people asked in these weeks, by team, and under ``EVERYBODY`` in all; writes nothing."""
        mine = Question.tenant == tenant, col(Question.week).in_(weeks)
        people = func.count(col(Question.person).distinct())
        by_team = select(func.coalesce(Question.team_id, NOBODYS), people).where(*mine).group_by(col(Question.team_id))
        found = dict((await self._session.exec(by_team)).all())
        found[EVERYBODY] = (await self._session.exec(select(people).where(*mine))).one()
        return found

    async def keep_people(self, tenant: str, month: int, people: Mapping[str, int]) -> None:
        """Write down how many people asked in a month, in the place of what was counted before."""
        mine_too = col(TeamMonth.tenant) == tenant, col(TeamMonth.month) == month
        await execute(self._session, delete(table_of(TeamMonth)).where(*mine_too))
        for team_id, count in people.items():
            self._session.add(TeamMonth(tenant=tenant, month=month, team_id=team_id, people=count))
        await self._session.flush()

    async def teams(self, tenant: str, weeks: Collection[int]) -> dict[str, Counts]:
        """By team over these weeks together."""
        sums = [func.sum(col(getattr(TeamWeek, name))) for name in _NAMES]
        mine = select(TeamWeek.team_id, *sums).where(*_of(TeamWeek, tenant, weeks)).group_by(col(TeamWeek.team_id))
        rows = await execute(self._session, mine)
        return {row[0]: Counts(*map(int, row[1:])) for row in rows}

    async def weeks(self, tenant: str, weeks: Collection[int]) -> dict[int, int]:
        """How many questions there were in each of these weeks that was counted; 0 where none was asked."""
        asked = sum((col(getattr(TeamWeek, name)) for name in _NAMES[1:-2]), start=col(TeamWeek.helpful))
        mine = select(TeamWeek.week, func.sum(asked)).where(*_of(TeamWeek, tenant, weeks)).group_by(col(TeamWeek.week))
        counted = select(CountedWeek.week).where(*_of(CountedWeek, tenant, weeks))
        found = {row[0]: int(row[1]) for row in await execute(self._session, mine)}
        return {week: found.get(week, 0) for week in await self._session.exec(counted)}

    async def practices(self, tenant: str, weeks: Collection[int]) -> dict[str, int]:
        """How often each practice answered first over these weeks."""
        cited = select(PracticeWeek.practice_id, func.sum(col(PracticeWeek.cited)))
        mine = cited.where(*_of(PracticeWeek, tenant, weeks))
        rows = await execute(self._session, mine.group_by(col(PracticeWeek.practice_id)))
        return {row[0]: int(row[1]) for row in rows}

    async def gaps(self, tenant: str, weeks: Collection[int]) -> dict[str, int]:
        """How many questions near each practice were not answered well over these weeks."""
        asked = select(GapWeek.nearest, func.sum(col(GapWeek.questions))).where(*_of(GapWeek, tenant, weeks))
        return {row[0]: int(row[1]) for row in await execute(self._session, asked.group_by(col(GapWeek.nearest)))}

    async def people(self, tenant: str, month: int) -> dict[str, int]:
        """How many people asked in a month, by team; under ``EVERYBODY`` in all."""
        mine = select(TeamMonth.team_id, TeamMonth.people).where(TeamMonth.tenant == tenant, TeamMonth.month == month)
        return dict((await self._session.exec(mine)).all())

    async def first_asked(self, tenant: str, weeks: Collection[int]) -> frozenset[str]:
        """Teams that asked in these weeks and in none before."""
        teams = rows_of(col(TeamWeek.team_id)).distinct()
        mine = await execute(self._session, teams.where(*_of(TeamWeek, tenant, weeks)))
        earlier = col(TeamWeek.tenant) == tenant, col(TeamWeek.week) < min(weeks)
        before = await execute(self._session, teams.where(*earlier))
        return frozenset(mine.scalars()) - frozenset(before.scalars())

    async def _teams_of(self, tenant: str, week: int) -> Mapping[str, Counts]:
        """From the questions themselves; one that several people rated helped if it helped one of them."""
        helped = func.max(cast(col(Feedback.helpful), Integer)).label("helped")
        # Of this week alone, for ratings of the whole year are many.
        asked = select(Question.id).where(Question.tenant == tenant, Question.week == week)
        rated = select(Feedback.question_id, helped).where(col(Feedback.question_id).in_(asked)).group_by(
            col(Feedback.question_id)
        ).subquery()
        handed = (col(Escalation.question_id) == col(Question.id)) & (col(Escalation.tenant) == tenant)
        grouped = (
            rows_of(
                func.coalesce(Question.team_id, NOBODYS), col(Question.outcome), rated.c.helped, col(Escalation.state),
                func.count(),
            )
            .select_from(Question)
            .join(rated, rated.c.question_id == col(Question.id), isouter=True)
            .join(Escalation, handed, isouter=True)
            .where(col(Question.tenant) == tenant, col(Question.week) == week)
            .group_by(col(Question.team_id), col(Question.outcome), rated.c.helped, col(Escalation.state))
        )
        found: dict[str, Counts] = defaultdict(Counts)
        for team_id, outcome, helpful, state, count in await execute(self._session, grouped):
            found[team_id] += _counts(outcome, helpful, state, count)
        return found

    async def _practices_of(self, tenant: str, week: int) -> Counter[str]:
        first = (col(QuestionPractice.question_id) == col(Question.id)) & (col(QuestionPractice.rank) == 1)
        name = func.coalesce(QuestionPractice.practice_id, NO_PRACTICE)
        grouped = select(name, func.count()).select_from(Question).join(QuestionPractice, first, isouter=True).where(
            Question.tenant == tenant, Question.week == week, Question.outcome == ANSWERED
        ).group_by(name)
        return Counter({row[0]: row[1] for row in await execute(self._session, grouped)})

    async def _gaps_of(self, tenant: str, week: int) -> dict[str, int]:
        """As ``Gaps.unmet`` sees them: declined near something, called unhelpful, or handed to an expert."""
        first = (col(QuestionPractice.question_id) == col(Question.id)) & (col(QuestionPractice.rank) == 1)
        nearest = func.coalesce(Question.nearest, QuestionPractice.practice_id)
        asked = select(Question.id).where(Question.tenant == tenant, Question.week == week)
        unhelpful = select(Feedback.question_id).where(
            col(Feedback.question_id).in_(asked), col(Feedback.helpful).is_(False)
        )
        handed = select(Escalation.question_id).where(col(Escalation.question_id).in_(asked))
        unmet = (col(Question.outcome) == "declined") | col(Question.id).in_(unhelpful) | col(Question.id).in_(handed)
        grouped = select(nearest, func.count()).select_from(Question).join(QuestionPractice, first, isouter=True).where(
            Question.tenant == tenant, Question.week == week, unmet, nearest.is_not(None)
        ).group_by(nearest)
        return {row[0]: row[1] for row in await execute(self._session, grouped)}



def _counts(outcome: str, helped: int | None, state: str | None, count: int) -> Counts:
    if outcome == ANSWERED:
        outcome = "silent" if helped is None else "helpful" if helped else "unhelpful"
    also = {"handed": count} if state else {}
    if state == "answered":
        also["human"] = count
    return Counts(**{outcome: count, **also})


def _of(table: Any, tenant: str, weeks: Collection[int]) -> tuple[Any, ...]:
    return col(table.tenant) == tenant, col(table.week).in_(weeks)
