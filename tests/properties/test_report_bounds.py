"""All that reports tell, taken together: nobody can narrow what they hold back.

Every question is a cell of week, team and outcome. What any choice of period and team tells is a sum of cells; a solver
of linear programs then looks for the least and the most that each sum held back can be.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

import highspy
import pytest

from bot.disclosure import weeks_that_count
from bot.privacy import FLOOR
from bot.report_counts import FIRST, OF_ANSWERED, OTHERS, Counted
from bot.report_periods import Period, month_period, week_period
from bot.storage.tables import Team
from bot.storage.tallies import EVERYBODY, Counts
from bot.weeks import monday_of
from tests.fakes.answering import START

OUTCOMES = ("helpful", "unhelpful", "silent", "declined", "routed", "refused", "failed")
RARE = {"refused": 0.1, "failed": 0.05}
MONTHS = (month_period(2026, 9), month_period(2026, 10))
Cell = tuple[int, str, str]
CHOICES = 10_000


@dataclass(frozen=True)
class Told:
    """One figure: the sum of these cells, None where it is held back."""

    cells: frozenset[Cell]
    value: int | None


class Organization:
    """Random counts of questions by week, team and outcome; ``scale`` is how many there are about in a cell."""

    def __init__(self, seed: int, scale: float) -> None:
        chance = random.Random(seed)
        self.teams = [
            Team(id=f"t{n}", tenant="T", name=f"Team {n}", name_key=f"team {n}", visibility="named", created_at=START)
            for n in range(chance.randint(1, 6))
        ]
        self.names = [*(team.id for team in self.teams), ""]
        weeks = [week for month in MONTHS for week in month.weeks]
        size = {name: chance.random() ** 2 for name in self.names}
        busy = {week: chance.choice((0.1, 0.5, 1.0, 1.0)) for week in weeks}
        self.cells: dict[Cell, int] = {
            (week, name, outcome): int(chance.expovariate(1) * scale * size[name] * busy[week] * RARE.get(outcome, 1.0))
            for week, name, outcome in product(weeks, self.names, OUTCOMES)
        }
        self.people = {name: chance.randint(0, 9) for name in self.names}

    def sum_of(self, cells: Iterable[Cell]) -> int:
        return sum(self.cells[cell] for cell in cells)

    def counted(self, period: Period) -> Counted:
        """What a report of the period is made of."""
        weeks = {week: self.sum_of(cell for cell in self.cells if cell[0] == week) for week in period.weeks}
        if not period.is_month:
            return Counted(period, True, weeks, teams=self.teams)
        counting = weeks_that_count(weeks)
        by_team = {name: self._counts(counting, name) for name in self.names}
        people = {name: count for name, count in self.people.items() if by_team[name].asked} | {EVERYBODY: 0}
        return Counted(period, True, weeks, by_team, people, {}, {}, self.teams)

    def told(self, period: Period, team: str) -> list[Told]:
        """All that a report of this period, narrowed to this team or not, tells of questions."""
        counted = self.counted(period)
        found = [self._of(lambda cell, week=week: cell[0] == week, self._of_week(counted, week)) for week in period.weeks]
        counting = weeks_that_count(counted.weeks)
        if not period.is_month or not counting:
            return found
        if team:
            return [self._of(lambda cell: cell[0] in counting and cell[1] == team, counted.teams_told[team])]
        found.append(self._of(lambda cell: cell[0] in counting, counted.asked))
        for name, value in counted.teams_told.items():
            mine = "" if name == OTHERS else name
            found.append(self._of(lambda cell, mine=mine: cell[0] in counting and cell[1] == mine, value))
        for name, _ in (*FIRST, *OF_ANSWERED):
            kinds = {"helpful", "unhelpful", "silent"} if name == "answered" else {name}
            found.append(self._of(lambda cell, kinds=kinds: cell[0] in counting and cell[2] in kinds, counted.outcomes[name]))
        return found

    def _of_week(self, counted: Counted, week: int) -> int | None:
        return counted.weeks[week] if counted.weeks[week] >= FLOOR else None

    def _of(self, is_mine: Callable[[Cell], bool], value: int | None) -> Told:
        return Told(frozenset(cell for cell in self.cells if is_mine(cell)), value)

    def _counts(self, weeks: Iterable[int], name: str) -> Counts:
        weeks = set(weeks)
        return Counts(**{
            outcome: self.sum_of(cell for cell in self.cells if cell[0] in weeks and cell[1:] == (name, outcome))
            for outcome in OUTCOMES
        })


def released(organization: Organization, seed: int) -> set[Told]:
    """What 10,000 random choices of period and team tell."""
    chance = random.Random(seed)
    periods = [*MONTHS, *(week_period(monday_of(week)) for month in MONTHS for week in month.weeks)]
    choices = {(chance.randrange(len(periods)), chance.choice(["", *(team.id for team in organization.teams)])) for _ in range(CHOICES)}
    return {told for place, team in sorted(choices) for told in organization.told(periods[place], team)}


def bounds(organization: Organization, told: set[Told], wanted: frozenset[Cell]) -> tuple[float, float]:
    """The least and the most that this sum can be, as far as all that is told determines it."""
    solver = highspy.Highs()
    solver.silent()
    cells = sorted(organization.cells)
    variables = dict(zip(cells, solver.addVariables(len(cells), lb=0), strict=True))
    for one in told:
        if one.value is not None:
            solver.addConstr(solver.qsum(variables[cell] for cell in one.cells) == one.value)
    aim = solver.qsum(variables[cell] for cell in wanted)
    ends = []
    for seek in (solver.minimize, solver.maximize):
        seek(aim)
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kUnbounded or status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            ends.append(float("inf"))
        else:
            assert status == highspy.HighsModelStatus.kOptimal, status
            ends.append(solver.getObjectiveValue())
    return ends[0], ends[1]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_held_back_could_be_anything_below_the_floor(seed: int) -> None:
    organization = Organization(seed, scale=(0.5, 2.0, 5.0, 20.0)[seed % 4])
    told = released(organization, seed)
    hidden = sorted((one for one in told if one.value is None), key=lambda one: sorted(one.cells))
    for one in random.Random(seed).sample(hidden, min(len(hidden), 30)):
        least, most = bounds(organization, told, one.cells)
        assert least <= 1e-6 and most >= FLOOR - 1 - 1e-6, (least, most, len(one.cells))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_told_is_true(seed: int) -> None:
    """Totals equal the sums of their cells before anything is held back, and no small figure is told."""
    organization = Organization(seed, scale=(0.5, 2.0, 5.0, 20.0)[seed % 4])
    for one in released(organization, seed):
        if one.value is not None:
            assert one.value == organization.sum_of(one.cells) >= FLOOR


def test_the_check_can_fail() -> None:
    """Told one figure too many, the solver narrows another."""
    organization = Organization(2, scale=5.0)
    told = released(organization, 2)
    hidden = min((one for one in told if one.value is None), key=lambda one: (len(one.cells), sorted(one.cells)))
    least, most = bounds(organization, {*told, Told(hidden.cells, organization.sum_of(hidden.cells))}, hidden.cells)
    assert least == pytest.approx(most)
