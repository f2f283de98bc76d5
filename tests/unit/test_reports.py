"""Reports: what is counted, what is told of it, and what an empty database says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.report import Report
from bot.report_counting import Counting
from bot.report_periods import period_named
from bot.report_views import funnel_chart, lines
from bot.reports import Reports
from bot.storage.records import QuestionRecord
from bot.storage.unit import Storage
from tests.fakes.answering import PRACTICES, shipped
from tests.fakes.reports import report_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
IN_OCTOBER = datetime(2026, 10, 7, 9, tzinfo=UTC)
TENANT = "W1"


class Office:
    """Asks questions in a month and makes the report of it."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.asked = 0

    async def asks(
        self, count: int, team: str | None = None, *, people: int = 6, outcome: str = "answered", at: datetime = IN_OCTOBER,
        tenant: str = TENANT,
    ) -> list[str]:
        """So many questions of a team, one a day in turn by so many people; their ids."""
        found = []
        async with self.storage.unit() as unit:
            named = (await unit.teams.get_or_make(tenant, team))[0].id if team else None
            for number in range(count):
                self.asked += 1
                found.append(await unit.questions.record(QuestionRecord(
                    tenant, f"e{self.asked}", "slack", "T1", f"{team} {number % people}", at + timedelta(days=number % 19), "words", "en",
                    outcome, 0.9, named, practices=(PRACTICES[0],) if outcome == "answered" else (), nearest=None,
                )))
        return found

    async def report(self, period: str = "2026-10", tenant: str = TENANT) -> Report:
        await Counting(self.storage, lambda: NOW).count()
        return await Reports(self.storage, lambda: NOW, shipped).of(tenant, period_named(period, NOW))


@pytest.fixture
def office(storage: Storage) -> Office:
    return Office(storage)


async def test_an_empty_database_is_a_valid_report(office: Office) -> None:
    report = await office.report()
    assert report.complete
    assert report.value("teams.tried") == 0
    assert report.value("asked") is None
    assert all(row.basis for _, row in report.rows())


async def test_what_was_asked_is_counted_once(office: Office) -> None:
    ids = [*await office.asks(30, "Chapter North"), *await office.asks(12, "Dealer South"), *await office.asks(9, outcome="declined")]
    async with office.storage.unit() as unit:
        for one in ids[:8]:
            await unit.feedback.rate(TENANT, one, "somebody", True, NOW)
        for one in ids[8:15]:
            await unit.feedback.rate(TENANT, one, "somebody", False, NOW)
    report = await office.report()
    assert report.value("asked") == 51
    assert [report.value(name) for name in ("helpful", "unhelpful", "silent")] == [8, 7, 27]
    names = {row.label: row.value for row in report.sections["teams"]}
    assert (names["Chapter North"], names["Dealer South"]) == (30, 12)
    assert {row.label: row.value for row in report.sections["practices"]}


async def test_few_questions_are_not_told_nor_to_be_worked_out(office: Office) -> None:
    """With the total and what is told of the others a small team must not be known."""
    await office.asks(20, "Chapter North")
    await office.asks(10, "Dealer South")
    await office.asks(3, "Agent West", people=3)
    report = await office.report()
    names = {row.label: (row.value, row.suppressed) for row in report.sections["teams"]}
    assert report.value("asked") == 33
    assert names["Agent West"] == (None, True)
    told = [value for label, (value, _) in names.items() if label in {"Chapter North", "Dealer South"}]
    others = names["Teams that are not named, and people without a team"]
    # Two teams and nobody's questions make a pool of three.
    assert others == (None, True)
    assert told in ([20, None], [None, 10])


async def test_many_questions_of_few_people_are_not_told(office: Office) -> None:
    await office.asks(20, "Chapter North")
    await office.asks(20, "Dealer South", people=2)
    await office.asks(20, "Agent West")
    report = await office.report()
    names = {row.label: row.value for row in report.sections["teams"]}
    assert names["Dealer South"] is None


@pytest.mark.parametrize(("visibility", "by_itself"), [("named", True), ("anonymous", True), ("counted", False)])
async def test_what_took_hold_by_itself_is_told_of_teams_that_are_told_of(office: Office, visibility: str, by_itself: bool) -> None:
    """That one which is only counted stands outside the hierarchy is nobody's to know."""
    async with office.storage.unit() as unit:
        for name, relationship in (("Central", "unit"), ("Dealer South", "dealer")):
            team, _ = await unit.teams.get_or_make(TENANT, name, relationship)
            team.visibility = visibility if relationship == "dealer" else "named"
            await unit.adoptions.press(TENANT, PRACTICES[0], "adopted", name, team.id, None, NOW)
    [spread] = (await office.report()).spread
    assert (spread.by_itself, spread.counted) == (by_itself, int(visibility == "counted"))


async def test_a_report_of_one_team_claims_nothing_of_the_others(office: Office) -> None:
    """Neither that nobody else tries what it proved, nor how much all asked in a week."""
    await office.asks(40, "Chapter North")
    await office.asks(30, "Dealer South")
    async with office.storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(TENANT, "Chapter North")
        await unit.adoptions.press(TENANT, PRACTICES[0], "proven", "p", team.id, None, NOW)
    assert "action.spread" in {row.key for row in (await office.report()).sections["actions"]}
    reports = Reports(office.storage, lambda: NOW, shipped)
    mine = await reports.of(TENANT, period_named("2026-10", NOW), await reports.team_named(TENANT, "chapter north"))
    assert (mine.team, mine.sections["actions"], mine.trend) == ("Chapter North", (), ())
    assert dict(lines(mine))["Questions:"] == "40 asked."
    assert funnel_chart(mine).categories == ("Tried", "Adopted", "Proved")


async def test_what_is_to_be_done_keeps_its_names() -> None:
    report = report_of(3, 3)
    assert dict(lines(report))["So I will:"].startswith("have a practice written near “Practice 0”")


async def test_a_month_that_is_not_over_tells_of_weeks_alone(office: Office) -> None:
    await office.asks(30, "Chapter North", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    report = await office.report("2026-11")
    assert not report.complete
    told = [value for _, value in report.trend if value is not None]
    assert told and min(told) >= 5
    assert report.value("asked") == sum(told)
    assert [report.value(key) for key in ("answered", "teams.asked", "helpful", "people")] == [None] * 4


async def test_tenants_see_nothing_of_each_other(office: Office) -> None:
    await office.asks(30, "Chapter North")
    await office.asks(30, "Dealer South", tenant="W2")
    one, other = await office.report(), await office.report(tenant="W2")
    assert {row.label for row in one.sections["teams"]}.isdisjoint({"Dealer South"})
    assert {row.label for row in other.sections["teams"]}.isdisjoint({"Chapter North"})


async def test_a_closed_week_stays_as_it_was_counted(office: Office) -> None:
    """Whoever is forgotten later does not show in the figures."""
    old = datetime(2026, 9, 2, 9, tzinfo=UTC)
    await office.asks(30, "Chapter North", at=old)
    before = await office.report("2026-09")
    async with office.storage.unit() as unit:
        await unit.personal.forget(TENANT, "Chapter North 0")
    after = await office.report("2026-09")
    assert before.value("asked") == after.value("asked") == 30


async def test_a_quiet_week_is_left_out_and_said_so(office: Office) -> None:
    """Else what its month and the other weeks tell would tell of it."""
    await office.asks(30, "Chapter North")
    await office.asks(1, "Chapter North", at=datetime(2026, 10, 27, 9, tzinfo=UTC))
    report = await office.report()
    assert report.value("asked") == 30
    [basis] = [row.basis for _, row in report.rows() if row.key == "asked"]
    assert "left out" in basis


async def test_topics_and_practices_add_up_and_give_nothing_away(office: Office) -> None:
    """A practice is told only within a topic that is told."""
    await office.asks(40, "Chapter North")
    await office.asks(9, "Chapter North", outcome="declined")
    report = await office.report()
    topics = {row.key: row.value for row in report.sections["teams"] if row.key.startswith("topic.")}
    cited = {row.key: row.value for row in report.sections["practices"] if row.key.endswith(".cited")}
    assert list(topics.values()) == list(cited.values()) == [40]
