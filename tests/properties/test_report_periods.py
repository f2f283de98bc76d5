"""Periods of reports: weeks are whole, months are whole weeks, no week is in two months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report_periods import PeriodUnknown, last_full_month, month_of, month_period, period_named, week_period

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(days)
def test_every_week_is_in_one_month(day: date) -> None:
    [week] = week_period(day).weeks
    month = month_of(day)
    assert week in month.weeks
    assert len(month.weeks) in {4, 5}
    assert month.before().ends == month.begins
    assert not set(month.weeks) & set(month.before().weeks)


@given(days)
def test_a_period_has_a_name_that_leads_back_to_it(day: date) -> None:
    for period in (month_of(day), week_period(day)):
        assert period_named(period.name, NOW) == period


@given(days)
def test_the_last_full_month_is_over_and_the_next_is_not(day: date) -> None:
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    last = last_full_month(now)
    assert last.complete(now)
    assert not month_of(last.ends).complete(now)
    assert len(last.over(now)) == len(last.weeks)


@pytest.mark.parametrize("said", ["1000-01", "1000-W01", "2999-12", "2999-W52"])
def test_the_first_and_the_last_have_a_before_and_an_end(said: str) -> None:
    period = period_named(said, NOW)
    assert period.before().before().ends < period.begins < period.ends and not period_named("2999-12", NOW).complete(NOW)


@pytest.mark.parametrize(("said", "name"), [
    ("", "2026-10"), ("October", "2026-10"), ("october 2025", "2025-10"), ("Dec", "2025-12"), ("last month", "2026-10"),
    ("this month", "2026-11"), ("last week", "2026-W47"), ("2026-W47", "2026-W47"), ("2026w47", "2026-W47"),
])  # fmt: skip
def test_periods_as_people_say_them(said: str, name: str) -> None:
    assert period_named(said, NOW).name == name


@pytest.mark.parametrize("said", ["ju", "2026-13", "2026-W60", "soon", "0000-01", "October soon", "ma",
                                  "0001-01", "9999-12", "9999-W52", "0001-W01", "October 0001", "December 9999"])
def test_what_names_no_period(said: str) -> None:
    with pytest.raises(PeriodUnknown):
        period_named(said, NOW)


def test_a_month_around_new_year() -> None:
    december = month_period(2026, 12)
    assert december.weeks[-1] == 202653
    assert (december.begins, december.ends) == (date(2026, 11, 30), date(2027, 1, 4))
    assert december.ends - december.begins == timedelta(weeks=5)
