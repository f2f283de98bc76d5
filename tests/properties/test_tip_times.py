"""When tips are due: one a week, at the place's own hour, never at night, whatever clocks and zones do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from bot.tip_times import HOURS, Rhythm, end_of, in_zone, local_day, midnight, next_slots, slot_from, slot_of, zones
from bot.weeks import week_of

ZONES = sorted(zones())
rhythms = st.builds(Rhythm, st.integers(1, 7), st.sampled_from(list(HOURS)), st.sampled_from(ZONES))
moments = st.datetimes(datetime(1995, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
SAMOA = Rhythm(5, 9, "Pacific/Apia")  # there was no Friday, 30 December 2011


@given(rhythms, moments)
@example(SAMOA, datetime(2011, 12, 20, tzinfo=UTC))
def test_one_a_week_in_order(rhythm: Rhythm, after: datetime) -> None:
    slots = next_slots(rhythm, after, 60)
    assert all(slot.at > after for slot in slots)
    for one, other in pairwise(slots):
        assert one.at < other.at
        monday = date.fromisocalendar(*divmod(one.week, 100), 1)
        assert week_of(monday + timedelta(days=7)) == other.week  # also around New Year, in years of 53 weeks too


@given(rhythms, moments)
@example(SAMOA, datetime(2011, 12, 20, tzinfo=UTC))
def test_at_the_hour_that_was_chosen_and_never_at_night(rhythm: Rhythm, after: datetime) -> None:
    for slot in next_slots(rhythm, after, 60):
        local = in_zone(slot.at, rhythm.zone)
        assert local.hour in HOURS
        assert local.date() == slot.day
        nominal = date.fromisocalendar(*divmod(slot.week, 100), rhythm.weekday)
        if slot.day == nominal:
            assert (local.hour, local.minute) == (rhythm.hour, 0)
        else:
            # A zone left out the whole day.
            assert local_day(midnight(nominal, rhythm.zone), rhythm.zone) != nominal


def test_a_clock_change_moves_the_instant_and_not_the_hour() -> None:
    berlin = Rhythm(1, 9, "Europe/Berlin")
    before, after = next_slots(berlin, datetime(2026, 10, 18, tzinfo=UTC), 2)
    assert (before.at, after.at) == (datetime(2026, 10, 19, 7, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC))


@given(rhythms, moments, st.integers(-400, 400))
def test_the_first_on_a_day_or_later(rhythm: Rhythm, now: datetime, days: int) -> None:
    day = (now + timedelta(days=days)).date()
    slot = slot_from(rhythm, day, now)
    today = local_day(now, rhythm.zone)
    assert slot.day >= max(day, today)
    assert (slot.day - max(day, today)).days <= 7
    assert slot == slot_of(rhythm, slot.week)


@given(rhythms, moments)
def test_what_is_due_today_is_due_until_the_day_is_over(rhythm: Rhythm, after: datetime) -> None:
    slot = next_slots(rhythm, after, 1)[0]
    over = end_of(slot.day, rhythm.zone)
    assert slot.at < over <= slot.at + timedelta(hours=24)
    assert local_day(over - timedelta(seconds=1), rhythm.zone) == slot.day


@given(rhythms, moments, st.sets(st.integers(0, 12)))
def test_weeks_that_are_left_out_are_left_out(rhythm: Rhythm, after: datetime, which: set[int]) -> None:
    all_of_them = next_slots(rhythm, after, 20)
    without = {all_of_them[number].week for number in which}
    kept = [slot for slot in all_of_them if slot.week not in without]
    assert next_slots(rhythm, after, len(kept), without) == kept
