"""What a report says is to be done, for whom it names and leads there; and its map of practices by teams."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.pilot_answers import Answers
from bot.report import Lead, Report, Row, Spreading, Standing
from bot.report_actions import Hand, LatePilot, actions
from bot.report_map import spread_map
from bot.report_periods import month_period
from bot.report_views import lines
from bot.reports import Reports
from bot.storage.pilots import KeptPilot
from bot.storage.unit import Storage
from tests.fakes.answering import shipped

DAY = date(2026, 10, 5)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
EMPTY = Report("W1", month_period(2026, 10), True, None, NOW)
NORTH = LatePilot("p1", "Chapter North", "t1")


@pytest.mark.parametrize(("late", "said"), [
    ((NORTH,), "1 pilot is past the review, of Chapter North."),
    ((NORTH, LatePilot("p2", "a dealer")), "2 pilots are past the review, of Chapter North and a dealer."),
    ((NORTH, LatePilot("p2", None)), "2 pilots are past the review, of Chapter North and 1 more."),
    ((LatePilot("p2", None),), "1 pilot is past the review."),
    ((NORTH, NORTH), "2 pilots are past the review, of Chapter North."),
    (tuple(LatePilot(str(n), f"T{n}", str(n)) for n in range(5)), "5 pilots are past the review, of T0, T1, T2 and 2 more."),
])
def test_pilots_past_their_review_are_named_as_their_teams_chose(late: tuple[LatePilot, ...], said: str) -> None:
    [action] = actions(EMPTY, Hand(late))
    assert action.label == f"So I will ask for a decision, go, adapt or stop: {said}" and action.value == len(late)


def test_actions_lead_to_what_they_are_about() -> None:
    """To each pilot, also of a team that is only counted; to the report of a team that is named; to a brief."""
    alone = Spreading("charter", "Write a charter", (Standing("Chapter North", "proven", DAY),), 0, True)
    pilots, spread, reviews = actions(EMPTY, Hand((NORTH, LatePilot("p2", None)), 1, alone=(alone,), brief="r1"))
    assert pilots.leads == (
        Lead("pilot", "The pilot of Chapter North", "p1"), Lead("pilot", "Pilot 2", "p2"), Lead("team", "The report of Chapter North", "t1"),
    )
    assert spread.leads == (Lead("brief", "The brief of Chapter North", "r1"),)
    assert reviews.label.endswith(": 1 practice is past the review date.") and reviews.leads == (Lead("library", "Library"),)


def test_the_map_has_a_column_for_each_name() -> None:
    """Teams that want to be called the same share one; where nothing was said the field is empty."""
    north, dealer, other = (Standing(name, "trying", DAY) for name in ("Chapter North", "A dealer", "A dealer"))
    first, second = Spreading("a", "A", (north, dealer, other), 0, False), Spreading("b", "B", (dealer,), 2, False)
    drawn = spread_map((first, second))
    assert drawn.teams == ("Chapter North", "A dealer") and drawn.counts
    assert [row.cells for row in drawn.rows] == [((north,), (dealer, other)), ((), (dealer,))]
    assert not spread_map((first,)).counts and spread_map(()).teams == ()


def test_one_is_told_as_one() -> None:
    sections = {
        "funnel": (Row("asked", "Questions asked", None, "", True), Row("teams.asked", "Teams that asked", None, "of 1 team; shown later", True)),
        "results": (Row("results", "Results stated", 1, ""), Row("pilots.running", "Pilots under way", 1, "")),
    }
    told = dict(lines(Report("W1", month_period(2026, 10), True, None, NOW, sections=sections)))
    assert told["Teams:"] == "How many asked, of 1 team, is held back." and told["Results:"] == "1 stated to date; 1 pilot under way."


@pytest.mark.parametrize(("visibility", "told"), [("named", ", of Chapter North."), ("anonymous", ", of a chapter."), ("counted", "past the review.")])
async def test_a_report_finds_the_pilots_that_are_late(storage: Storage, visibility: str, told: str) -> None:
    async with storage.unit() as unit:
        team = (await unit.teams.get_or_make("W1", "Chapter North", "chapter"))[0]
        team.visibility = visibility
        planned = KeptPilot("", "W1", team.id, "p1", Answers("More replies", "", 6, starts_on=DAY), ("pilot-charter",), DAY, NOW, NOW, state="running")
        pilot, _ = await unit.pilots.make(planned, "made")
    report = await Reports(storage, lambda: NOW, shipped).of("W1", month_period(2026, 10))
    [action, *_] = report.sections["actions"]
    assert action.key == "action.pilots" and action.label.endswith(told)
    assert action.leads[0].id == pilot.id and len(action.leads) == (2 if visibility == "named" else 1)
    assert {row.basis for _, row in report.rows() if row.key == "teams.tried"} == {"of 1 team, said in October 2026"}
