"""Puts a report together from what was counted and what teams stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import report_counts as counts
from bot.adoption_views import change_in_words
from bot.amounts import counted as words
from bot.disclosure import weeks_that_count
from bot.errors import TeamUnknown
from bot.ports import Clock
from bot.privacy import FLOOR
from bot.report import Lead, Report, Row, Spreading, Standing
from bot.report_actions import Hand, LatePilot, actions
from bot.report_counting import month_number
from bot.report_counts import Counted
from bot.report_periods import Period, PeriodUnknown, moment
from bot.report_rows import is_overdue, name_of, pilot_rows, tip_rows
from bot.storage.adoptions import PROVEN, TAKEN_UP
from bot.storage.pilots import PilotOutline
from bot.storage.results import ResultSums, StatedResult
from bot.storage.spread import TakenUp, TipCounts
from bot.storage.tables import Team
from bot.storage.tallies import NOBODYS
from bot.storage.unit import Storage, Unit
from bot.titles import practice_told, title_told
from bot.weeks import monday_of, week_of
from bot.who_else import is_named
from knowledge.library import Library

OUTSIDE = frozenset({"chapter", "dealer", "agent", "franchise"})
"""Teams that nobody can order to take something up."""
TREND_WEEKS = 26
"""Half a year: what is older tells little of what is done now."""
MOST_SPREAD = 20
"""Practices whose spread is told: those that most teams took up."""
MOST_RESULTS = 50
"""Results that are told one by one, the newest."""
ONE_WEEK = timedelta(weeks=1)
SAID = (("trying", "tried"), ("adopted", "adopted"), (PROVEN, "proven"))
_WORDS = {"tried": "began to try something", "adopted": "adopted something", "proven": "proved something"}


@dataclass(frozen=True)
class Stated:
    """What teams said themselves; shown as each chose to be."""

    teams: Mapping[str, Team]
    said: Counter[str]
    said_before: Counter[str]
    by_practice: Mapping[str, Counter[str]]
    standing: Mapping[str, Counter[str]]
    taken_up: Mapping[str, Sequence[TakenUp]]
    results: Sequence[StatedResult]
    sums: ResultSums
    pilots: Sequence[PilotOutline]
    tips: TipCounts


class Reports:
    """``library`` gives the one in force; ``made_up`` is whether the organization is."""

    def __init__(
        self, storage: Storage, clock: Clock, library: Callable[[], Library], *, made_up: bool = False
    ) -> None:
        self._made_up = made_up
        self._storage = storage
        self._clock = clock
        self._library = library

    async def of(self, tenant: str, period: Period, team_id: str | None = None) -> Report:
        """The report of a period, of all teams or of one that is named. An empty database is a valid report; a period
        that has not begun raises PeriodUnknown.
        """
        now = self._clock()
        if period.begins > now.date():
            raise PeriodUnknown(f"There is no report of {period.label}: it has not begun.")
        async with self._storage.view() as unit:
            topics = {name: practice.topic for name, practice in self._library().practices.items()}
            counted = await _counted(unit, tenant, period, now, topics)
            before = await _counted(unit, tenant, period.before(), now, topics)
            stated = await self._stated(unit, tenant, period, team_id)
            trend = () if team_id else await self._trend(unit, tenant, period)
        team = stated.teams.get(team_id or "")
        spread = self._spread(stated)
        whole = Report(
            tenant, period, period.complete(now), _counted_to(counted), now, team.name if team else "",
            self._sections(counted, before, stated, team, now), trend, spread, self._made_up,
        )
        hand = self._hand(counted, stated, spread, team, now)
        return replace(whole, sections={**whole.sections, "actions": actions(whole, hand)})

    async def team_named(self, tenant: str, name: str) -> str:
        """The id of the team to narrow a report to. Raises TeamUnknown, also for one that does not want to be named."""
        async with self._storage.view() as unit:
            team = await unit.teams.named(tenant, name)
        if team is None or name_of(team) != team.name:
            raise TeamUnknown(f"No team that is named in reports is called “{name[:80]}”.")
        return team.id

    def _sections(
        self, counted: Counted, before: Counted, stated: Stated, team: Team | None, now: datetime
    ) -> Mapping[str, tuple[Row, ...]]:
        period = counted.period
        if team:
            return {
                "funnel": tuple([*_team_asked(counted, team), *_said_rows(stated, period, "practices")]),
                "tips": tuple(tip_rows(stated.tips, period)), "practices": tuple(self._practice_rows(stated, period)),
                "results": tuple([*self._result_rows(stated), *pilot_rows(stated.pilots, now)]),
            }
        return {
            "funnel": tuple(_funnel(counted, before, stated)),
            "outcomes": tuple(counts.outcome_rows(counted, before)),
            "tips": tuple(tip_rows(stated.tips, period)),
            "teams": tuple([*counts.team_rows(counted), *counts.topic_rows(counted, before)]),
            "practices": tuple([*counts.practice_rows(counted, self._title), *self._practice_rows(stated, period)]),
            "results": tuple([*self._result_rows(stated), *pilot_rows(stated.pilots, now)]),
            "gaps": tuple([*counts.gap_rows(counted, self._title), *self._library_gaps(counted, stated, now)]),
        }

    def _practice_rows(self, stated: Stated, period: Period) -> Iterable[Row]:
        """Which teams said what of each practice in the period, those that most teams took up first."""
        most = sorted(stated.by_practice, key=lambda name: (-sum(stated.by_practice[name].values()), name))
        for name in most:
            title = self._title(name)
            for state, word in SAID:
                if title and (count := stated.by_practice[name][state]):
                    basis = f"teams that said so in {period.label}"
                    yield Row(f"practice.{name}.{word}", f"{title}: {word}", count, basis)

    def _result_rows(self, stated: Stated) -> Iterable[Row]:
        """The newest results that stand, each with its basis, and money in each currency."""
        sums = stated.sums
        yield Row("results", "Results stated", sums.count, "results that stand, of all time")
        basis = f"of {words(sums.count, 'result')}"
        yield Row("results.estimated", "Of these estimated, not measured", sums.estimated, basis)
        for one in stated.results:
            team, figures = stated.teams.get(one.team_id), one.figures
            if who := name_of(team):
                basis, leads = f"stated by {who}", tuple[Lead, ...]()
                if team and is_named(team):
                    basis, leads = f"{basis}; to be seen in: {figures.evidence}", (Lead("brief", "Brief", one.id),)
                label = f"{title_told(self._library(), one.practice_id)}, {who}: {change_in_words(figures)}"
                yield Row(f"result.{one.id}", label, figures.after, basis, before=figures.before, leads=leads)
        for (what, currency), amount in sums.money.items():
            label = f"{what.capitalize()} in {currency}"
            yield Row(f"results.{what}.{currency}", label, amount, "sum of what teams stated")

    def _library_gaps(self, counted: Counted, stated: Stated, now: datetime) -> Iterable[Row]:
        practices = self._library().practices.values()
        overdue = sum(one.review_by < now.date() for one in practices)
        basis = f"of {words(len(practices), 'practice')}"
        yield Row("practices.overdue", "Practices past their review date", overdue, basis)
        for name, title, cited in self._untried(counted, stated):
            yield Row(f"untried.{name}", f"{title}: answered with it, tried by nobody", cited, "questions, all teams")

    def _untried(self, counted: Counted, stated: Stated) -> tuple[tuple[str, str, int], ...]:
        """Practices that answer questions and that no team has said anything of: id, title, how many questions."""
        told = [(name, value) for name, value in counted.cited_told.items() if value is not None]
        known = [
            (name, title, value) for name, value in told
            if (title := self._title(name)) and name in self._library().practices and not stated.standing.get(name)
        ]
        return tuple(sorted(known, key=lambda one: (-one[2], one[0])))

    def _spread(self, stated: Stated) -> tuple[Spreading, ...]:
        """Practices by how many teams took them up."""
        taken = stated.taken_up
        most = sorted(taken, key=lambda name: (-len(taken[name]), name))
        return tuple(
            _spreading(name, title, taken[name], stated.teams) for name in most if (title := self._title(name))
        )

    def _hand(
        self, counted: Counted, stated: Stated, spread: Sequence[Spreading], team: Team | None, now: datetime
    ) -> Hand:
        overdue = tuple(_late(one, stated.teams) for one in stated.pilots if is_overdue(one, now))
        if team:  # what nobody else does is not to be seen from one team
            return Hand(overdue)
        reviews = sum(one.review_by < now.date() for one in self._library().practices.values())
        alone = tuple(
            one for one in spread
            if len(one.teams) == 1 and not one.counted and one.teams[0].state == PROVEN
            and one.practice_id in self._library().practices
        )
        brief = next((one.id for one in stated.results for it in alone[:1] if _is_of(one, it, stated.teams)), "")
        return Hand(overdue, reviews, self._untried(counted, stated), alone, brief)

    async def _stated(self, unit: Unit, tenant: str, period: Period, team_id: str | None) -> Stated:
        since, before = moment(period.begins), moment(period.ends)
        then = period.before()
        standing = await unit.spread.standing(tenant, team_id)
        most = sorted(standing, key=lambda name: -sum(standing[name][state] for state in TAKEN_UP))[:MOST_SPREAD]
        return Stated(
            teams={team.id: team for team in await unit.teams.all(tenant)},
            said=await unit.spread.teams_that_said(tenant, since, before, team_id),
            said_before=await unit.spread.teams_that_said(tenant, moment(then.begins), moment(then.ends), team_id),
            by_practice=await unit.spread.stated(tenant, since, before, team_id), standing=standing,
            taken_up=await unit.spread.taken_up(tenant, most, team_id),
            results=await unit.results.standing(tenant, team_id=team_id, limit=MOST_RESULTS),
            sums=await unit.results.sums(tenant, team_id), pilots=await unit.pilots.outlines(tenant, team_id),
            tips=await unit.spread.tips(tenant, period.weeks, team_id),
        )

    async def _trend(self, unit: Unit, tenant: str, period: Period) -> tuple[tuple[int, int | None], ...]:
        """Questions by week up to the period's end; a week that may not be told of is None."""
        last = monday_of(period.weeks[-1])
        weeks = [week_of(last - step * ONE_WEEK) for step in range(TREND_WEEKS - 1, -1, -1)]
        asked = await unit.tallies.weeks(tenant, weeks)
        return tuple((week, asked[week] if asked[week] >= FLOOR else None) for week in weeks if week in asked)

    def _title(self, practice_id: str) -> str | None:
        practice = practice_told(self._library(), practice_id)
        return practice.title if practice else None


async def _counted(
    unit: Unit, tenant: str, period: Period, now: datetime, topics: Mapping[str, str]
) -> Counted:
    weeks, teams = period.over(now), [team for team in await unit.teams.all(tenant) if team.left_at is None]
    by_week = await unit.tallies.weeks(tenant, weeks)
    if not (period.is_month and period.complete(now)):
        return Counted(period, period.complete(now), by_week, teams=teams)
    weeks = tuple(weeks_that_count(by_week)) or weeks
    return Counted(
        period, True, by_week, await unit.tallies.teams(tenant, weeks),
        await unit.tallies.people(tenant, month_number(period)), await unit.tallies.practices(tenant, weeks),
        await unit.tallies.gaps(tenant, weeks), teams, len(await unit.tallies.first_asked(tenant, weeks) - {NOBODYS}),
        topics,
    )


def _counted_to(counted: Counted) -> date | None:
    return monday_of(max(counted.weeks)) + ONE_WEEK if counted.weeks else None


def _funnel(counted: Counted, before: Counted, stated: Stated) -> Iterable[Row]:
    period = counted.period
    yield counts.asked_row(counted, before)
    yield counts.people_row(counted)
    basis = f"questions in {period.label} that got an answer"
    answered, answered_before = counted.outcomes["answered"], before.outcomes.get("answered")
    yield counts.row("answered", "Got a usable answer", answered, counted, basis, answered_before)
    teams = f"of {words(len(counted.teams), 'team')}"
    yield counts.row("teams.asked", "Teams that asked", counts.active_teams(counted), counted, teams)
    for state, word in SAID:
        basis = f"{teams}, said in {period.label}"
        label, earlier = f"Teams that {_WORDS[word]}", stated.said_before[state]
        yield Row(f"teams.{word}", label, stated.said[state], basis, before=earlier)


def _team_asked(counted: Counted, team: Team) -> Iterable[Row]:
    told = counted.teams_told.get(team.id)
    yield counts.row(f"team.{team.id}.asked", "Questions asked", told, counted, f"questions in {counted.period.label}")


def _said_rows(stated: Stated, period: Period, what: str) -> Iterable[Row]:
    for state, word in SAID:
        count = sum(1 for said in stated.by_practice.values() if said[state])
        yield Row(f"{what}.{word}", f"Practices {word}", count, f"said in {period.label}")


def _late(pilot: PilotOutline, teams: Mapping[str, Team]) -> LatePilot:
    team = teams.get(pilot.team_id or "")
    if team and is_named(team):
        return LatePilot(pilot.id, team.name, team.id)
    called = name_of(team)
    return LatePilot(pilot.id, called and called[0].lower() + called[1:])


def _is_of(result: StatedResult, alone: Spreading, teams: Mapping[str, Team]) -> bool:
    """Whether it is what proves a practice in the one team that took it up, and that team is named."""
    team = teams.get(result.team_id)
    return bool(team and is_named(team) and (result.practice_id, team.name) == (alone.practice_id, alone.teams[0].team))


def _spreading(name: str, title: str, taken: Sequence[TakenUp], teams: Mapping[str, Team]) -> Spreading:
    known = [(teams.get(one.team_id), one) for one in taken]
    shown = [(who, team, one) for team, one in known if (who := name_of(team))]
    told = tuple(Standing(who, one.state, one.since.date()) for who, _, one in shown)
    by_itself = any(team.relationship in OUTSIDE for _, team, _ in shown if team)
    return Spreading(name, title, told, len(known) - len(told), by_itself)
