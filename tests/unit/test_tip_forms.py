"""What people type when they subscribe or pause: taken as it was meant, or asked again; never guessed, never an error."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import FieldWrong
from bot.replies import Field, Form
from bot.storage.subscriptions import Wish
from bot.tip_forms import AUDIENCES, LONGEST_PAUSE, day_named, pause_form, tips_form, wish_of, zone_named
from bot.tip_times import HOURS, Rhythm, is_zone

TOPICS = ("ai", "paid-social", "policy")
BERLIN = Rhythm(2, 9, "Europe/Berlin")
GOOD = {"weekday": "5", "hour": "16", "zone": "America/New_York", "topics": "policy,ai", "audience": "legal"}
MONDAY = date(2026, 11, 23)


def fields(form: Form) -> dict[str, Field]:
    return {field.name: field for field in form.fields}


def test_the_form_is_filled_in_with_what_is_usual_then_with_what_stands_then_with_what_was_typed() -> None:
    new = fields(tips_form(TOPICS, "Asia/Tokyo"))
    assert {name: field.value for name, field in new.items()} == {
        "weekday": "2", "hour": "9", "zone": "Asia/Tokyo", "topics": "", "audience": "",
    }
    wish = Wish(Rhythm(7, 23, "Europe/Rome"), ("ai", "policy"), "HR")
    standing = fields(tips_form(TOPICS, "Asia/Tokyo", wish))
    assert {name: field.value for name, field in standing.items()} == {
        "weekday": "7", "hour": "23", "zone": "Europe/Rome", "topics": "ai,policy", "audience": "HR",
    }
    typed = fields(tips_form(TOPICS, "Asia/Tokyo", wish, {"zone": "Rom", "hour": "8"}))
    assert (typed["zone"].value, typed["hour"].value, typed["weekday"].value) == ("Rom", "8", "7")


def test_no_hour_of_the_night_is_offered() -> None:
    form = fields(tips_form(TOPICS, "UTC"))
    hours = form["hour"].options
    assert [value for value, _ in hours] == [str(hour) for hour in range(4, 24)]
    assert hours[0] == ("4", "04:00")
    assert form["topics"].several and [value for value, _ in form["topics"].options] == sorted(TOPICS)
    assert not form["topics"].required and not form["audience"].required


def test_a_topic_that_the_library_lost_is_not_filled_in() -> None:
    """No platform takes a choice that is not among its options."""
    form = fields(tips_form(TOPICS, "UTC", Wish(BERLIN, ("ai", "gone"))))
    assert form["topics"].value == "ai"


def test_what_was_filled_in_is_the_wish() -> None:
    assert wish_of(GOOD, TOPICS) == Wish(Rhythm(5, 16, "America/New_York"), ("ai", "policy"), "legal")
    assert wish_of({**GOOD, "topics": "ai, ai ,", "audience": ""}, TOPICS).topics == ("ai",)


@pytest.mark.parametrize(("wrong", "said"), [
    ({"weekday": "8"}, "choose a day of the week"), ({"weekday": "0"}, "choose a day of the week"), ({"weekday": ""}, "choose the day"),
    ({"weekday": "²"}, "choose the day"), ({"hour": "3"}, "at night nothing is sent"), ({"hour": "24"}, "at night nothing is sent"),
    ({"hour": "nine"}, "choose the hour"), ({"audience": "kings"}, "choose from the lists"), ({"topics": "ai,gold"}, "choose from the lists"),
    ({"zone": "Atlantis"}, "a region and a city"), ({"zone": ""}, "a region and a city"), ({"zone": "Europe/Berlim"}, "Did you mean Europe/Berlin"),
])
def test_what_cannot_be_is_said_and_changes_nothing(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(FieldWrong, match="Nothing was changed yet") as caught:
        wish_of({**GOOD, **wrong}, TOPICS)
    assert said in str(caught.value)


@given(st.dictionaries(st.sampled_from(list(GOOD)), st.text(max_size=80)))
def test_whatever_is_filled_in_it_is_a_wish_that_can_be_or_a_sentence(values: dict[str, str]) -> None:
    try:
        wish = wish_of({**GOOD, **values}, TOPICS)
    except FieldWrong:
        return
    assert wish.rhythm.weekday in range(1, 8) and wish.rhythm.hour in HOURS and is_zone(wish.rhythm.zone)
    assert set(wish.topics) <= set(TOPICS) and wish.audience in dict(AUDIENCES)


@pytest.mark.parametrize(("typed", "zone"), [
    ("Europe/Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"), ("  Berlin ", "Europe/Berlin"), ("new york", "America/New_York"),
    ("tokyo", "Asia/Tokyo"), ("UTC", "UTC"), ("utc", "UTC"), ("Singapore", "Singapore"), ("singapore", "Singapore"), ("ho chi minh", "Asia/Ho_Chi_Minh"),
])
def test_a_zone_is_known_however_it_is_written(typed: str, zone: str) -> None:
    assert zone_named(typed) == zone


@pytest.mark.parametrize("typed", ["Factory", "../etc/passwd", "posix/Europe/Berlin", "Europe", "localtime!", "Europe/Berlin\x00", "x" * 500])
def test_what_is_no_zone_is_none(typed: str) -> None:
    with pytest.raises(FieldWrong):
        zone_named(typed)


@pytest.mark.parametrize(("typed", "day"), [
    ("2027-01-11", date(2027, 1, 11)), ("11 January", date(2027, 1, 11)), ("11.1.2027", date(2027, 1, 11)), ("Jan 11", date(2027, 1, 11)),
    ("24 December", date(2026, 12, 24)), ("3 weeks", date(2026, 12, 14)), ("a week.", date(2026, 11, 30)), ("for two weeks", date(2026, 12, 7)),
    ("a month", date(2026, 12, 23)), ("Tuesday", date(2026, 11, 24)), ("next friday", date(2026, 11, 27)), ("Monday!", date(2026, 11, 30)),
    ("mon", date(2026, 11, 30)), ("Sun", date(2026, 11, 29)), ("tomorrow", date(2026, 11, 24)), ("the 9th", date(2026, 12, 9)), ("30", date(2026, 11, 30)),
    ("next week", date(2026, 11, 30)), ("10 days", date(2026, 12, 3)),
])
def test_until_when_is_understood(typed: str, day: date) -> None:
    assert day_named(typed, MONDAY) == day


@pytest.mark.parametrize("typed", [
    "", "soon", "2026-11-23", "2026-11-01", "2028-01-01", "99 weeks", "0 weeks", "today", "10:00", "noon", "31.12.9999", "30 February",
    "2027", "January",
])
def test_what_is_no_day_to_come_is_asked_again(typed: str) -> None:
    with pytest.raises(FieldWrong, match="Nothing was changed yet"):
        day_named(typed, MONDAY)


def test_the_leap_day_is_no_trap() -> None:
    """The next one may be years away."""
    with pytest.raises(FieldWrong):
        day_named("29 February", date(2028, 3, 1))
    assert day_named("29 February", date(2028, 2, 1)) == date(2028, 2, 29)
    assert day_named("29 Feb 2028", date(2027, 12, 1)) == date(2028, 2, 29)
    assert day_named("the 31st", date(2026, 11, 23)) == date(2026, 12, 31)


dates = st.dates(date(2020, 1, 1), date(2037, 1, 1))
parts = st.lists(st.sampled_from(["29", "feb", "31", "the", "next", "monday", "2028", "12:00", "pm", "-", ".", "1", "weeks", "0", "+3", "UTC", ":", "9999", "W53", "T"]), max_size=5).map(" ".join)


@given(st.one_of(st.text(max_size=70), parts), dates)
@example("29 feb", date(2028, 3, 1))
def test_whatever_is_typed_is_a_day_within_a_year_or_a_sentence(typed: str, today: date) -> None:
    try:
        day = day_named(typed, today)
    except FieldWrong:
        return
    assert today < day <= today + LONGEST_PAUSE


@given(dates, st.integers(1, 300))
def test_a_day_without_its_year_is_the_next(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert day_named(f"{day.day} {day:%B}", today) == day


def test_the_pause_form_keeps_what_was_typed() -> None:
    form = pause_form("sun")
    assert [(field.value, field.required) for field in form.fields] == [("sun", False)]
