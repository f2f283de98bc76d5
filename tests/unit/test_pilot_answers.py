"""What is typed into a pilot's form: taken as people write it, refused in a sentence that names the field."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import FieldWrong
from bot.pilot_answers import Answers, read_answers

TODAY = date(2026, 11, 23)
THREE = {"goal": "More registrations", "metric": "Registrations a quarter", "weeks": "8"}
BEFORE = Answers("More registrations", "Registrations a quarter", 8, starts_on=date(2026, 11, 2), hours=6)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("goal", " \n ", "“What the pilot is for” is empty"),
        ("metric", "", "“What the sponsor is measured on” is empty"),
        ("weeks", "", "“How long, in weeks” is empty"),
        ("weeks", "some", "“How long, in weeks” needs a whole number from 1 to 52, such as 8."),
        ("weeks", "0", "needs a whole number"), ("weeks", "53", "needs a whole number"), ("weeks", "-3", "needs a whole number"),
        ("weeks", "8.5", "needs a whole number"), ("weeks", "٨", "needs a whole number"),
        ("goal", "x" * 241, "“What the pilot is for” is longer than 240 characters"),
        ("hours", "a few", "“Hours a week, in total” needs a number"), ("hours", "nan", "needs a number"),
        ("hours", "1.000", "“Hours a week, in total”: “1.000” can be 1000 or 1. Write 1000 or 1."),
        ("hours", "4.125 ", "“4.125” can be 4125 or 4.1250. Write 4125 or 4.1250."), ("hours", "1,001", "needs a number up to 1000"),
        ("hours", "-1", "needs a number"), ("hours", "1e9", "needs a number"),
        ("blessing", "maybe", "“How strong the blessing is” must be one of: formal, spoken, vague, none"),
        ("relationship", "enemy", "“What you are to the centre” must be one of: unit, chapter"),
        ("starts_on", "next week", "“First day” needs a date written as 2027-01-18"),
        ("starts_on", "2026-11-22", "“First day” is in the past"),
        ("starts_on", "2028-11-22", "“First day” is more than a year ahead"),
        ("sponsor", "Head of Courses", "A sponsor is named only after agreeing"),
        ("sponsor_listed", "yes", "“The sponsor may be listed in the directory” needs a sponsor who agreed to be named"),
    ],
)
def test_what_cannot_be_taken_is_said(field: str, typed: str, words: str) -> None:
    with pytest.raises(FieldWrong) as raised:
        read_answers({**THREE, field: typed}, None, TODAY)
    assert words in str(raised.value)


def test_a_department_is_a_unit() -> None:
    assert read_answers({**THREE, "relationship": "Department"}, None, TODAY).relationship == "unit"


@pytest.mark.parametrize("missing", ["goal", "metric", "weeks"])
def test_a_field_that_does_not_come_at_all_is_missed(missing: str) -> None:
    with pytest.raises(FieldWrong, match="is empty"):
        read_answers({name: value for name, value in THREE.items() if name != missing}, None, TODAY)


def test_it_is_taken_as_people_write_it() -> None:
    """Weeks with their unit, a comma for a point, lines and spaces, capitals of a choice."""
    typed = {**THREE, "goal": "  More\n registrations ", "weeks": "8 Weeks", "hours": "4,5", "blessing": "Vague"}
    found = read_answers(typed, None, TODAY)
    assert (found.goal, found.weeks, found.hours, found.blessing) == ("More registrations", 8, 4.5, "vague")


@pytest.mark.parametrize(("typed", "hours", "shown"), [("6", 6, "6"), ("4.1250", 4.125, "4.1250"), ("1,000", 1000, "1000")])
def test_hours_are_shown_so_that_they_are_read_again_as_they_are(typed: str, hours: float, shown: str) -> None:
    found = read_answers({**THREE, "hours": typed}, None, TODAY)
    assert (found.hours, found.typed()["hours"]) == (hours, shown) and read_answers(found.typed(), found, TODAY) == found


def test_what_is_left_out_stays_and_what_is_emptied_goes() -> None:
    """A first day that lies in the past by now may stay, too."""
    assert read_answers({"who": "Two"}, BEFORE, TODAY).hours == 6
    changed = read_answers({**BEFORE.typed(), "hours": ""}, BEFORE, TODAY)
    assert (changed.hours, changed.starts_on) == (None, date(2026, 11, 2))


def test_a_sponsor_keeps_the_day_of_agreeing_and_another_has_their_own() -> None:
    yes = {"sponsor": "Head of Courses", "sponsor_agreed": "yes"}
    named = read_answers(yes, BEFORE, TODAY)
    later = date(2026, 12, 1)
    assert read_answers(yes, named, later).sponsor_agreed == TODAY
    assert read_answers({**yes, "sponsor": "Head of Sales"}, named, later).sponsor_agreed == later
    gone = read_answers({"sponsor": ""}, named, later)
    assert (gone.sponsor, gone.sponsor_agreed) == ("", None)


def test_to_stand_in_the_directory_is_a_word_of_its_own() -> None:
    """Not said, it is no; said, it keeps its day until it is taken back, or the sponsor goes."""
    yes = {"sponsor": "Head of Courses", "sponsor_agreed": "yes"}
    named = read_answers(yes, BEFORE, TODAY)
    assert named.sponsor_listed is None and named.typed()["sponsor_listed"] == "no"
    listed = read_answers({"sponsor_listed": "Yes"}, named, TODAY)
    assert listed.sponsor_listed == TODAY and listed.typed()["sponsor_listed"] == "yes"
    later = date(2026, 12, 1)
    for typed in ({}, {"sponsor_listed": "yes"}, {"sponsor_listed": ""}, {**yes, "sponsor_listed": "yes"}):
        assert read_answers(typed, listed, later).sponsor_listed == TODAY
    for typed in ({"sponsor_listed": "no"}, {"sponsor_listed": "perhaps"}, {"sponsor": "", "sponsor_listed": "yes"}):
        assert read_answers(typed, listed, later).sponsor_listed is None
    assert listed.without_sponsor().sponsor_listed is listed.another_round().sponsor_listed is None


def test_what_one_sponsor_agreed_to_is_not_anothers_word() -> None:
    """The form comes filled in with the first one's yes."""
    yes = {"sponsor": "Head of Courses", "sponsor_agreed": "yes", "sponsor_listed": "yes"}
    listed = read_answers(yes, BEFORE, TODAY)
    assert listed.sponsor_listed == TODAY
    other = read_answers({**yes, "sponsor": "Head of Sales"}, listed, TODAY)
    assert (other.sponsor, other.sponsor_listed) == ("Head of Sales", None)
    assert read_answers({"sponsor_listed": "yes"}, other, TODAY).sponsor_listed == TODAY
