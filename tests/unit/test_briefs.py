"""A brief says what the figures bear out and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adoption_views import change_in_words
from bot.briefs import Brief, brief_of, reworded
from bot.storage.brief_words import BriefWords
from bot.storage.results import Figures, StatedResult

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FIGURES = Figures("Response time", 48, 12, "hours", "October 2026", "https://intranet.example/17", lower_is_better=True, credit="The service desk")
MONEY = st.none() | st.floats(0, 1e9).map(lambda value: round(value, 2))
NUMBER = st.just(0.0) | st.floats(-1e9, 1e9).map(lambda value: round(value, 3))
ANY_FIGURES = st.builds(
    Figures, metric=st.just("Replies"), before=NUMBER, after=NUMBER, unit=st.sampled_from(["", "hours", "%"]), period=st.just("a month"),
    evidence=st.just("sheet"), lower_is_better=st.booleans(), estimated=st.booleans(), cost=MONEY, saving=MONEY, income=MONEY,
    currency=st.just("EUR"), credit=st.sampled_from(["", "North"]),
)


def brief(figures: Figures = FIGURES, sponsor_metric: str | None = None) -> Brief:
    stated = StatedResult("r1", "W1", "t1", "pilot-charter", None, figures, "p1", AT)
    return brief_of(stated, "Chapter North", "A pilot charter", sponsor_metric)


def whole(made: Brief) -> str:
    facts = " ".join(f"{label} {value}" for label, value in made.facts)
    return " ".join([made.title, *made.sentences, made.decision, facts, made.chart.summary])


@given(ANY_FIGURES)
def test_what_is_not_better_is_never_called_better(figures: Figures) -> None:
    """Said to be worse where it got worse; then the decision asked for is to stop or to change."""
    made = brief(figures)
    assert ("better" in whole(made)) is figures.better
    worse = not figures.better and figures.before != figures.after
    assert ("worse" in made.sentences[1] and "worse" in dict(made.facts)["Change"]) is worse
    assert ("stop" in made.decision and "change" in made.decision) is not figures.better


@given(ANY_FIGURES)
def test_there_is_no_percentage_from_nothing(figures: Figures) -> None:
    made = brief(replace(figures, before=0.0, unit="hours"))
    assert "%" not in whole(made)


@given(ANY_FIGURES)
def test_estimated_is_said_where_it_is_so_and_nowhere_else(figures: Figures) -> None:
    """In a sentence, among the facts, in the picture and in its summary."""
    made = brief(figures)
    places = (" ".join(made.sentences), dict(made.facts)["Figures"], made.chart.summary)
    assert {"estimated" in place for place in places} == {figures.estimated}
    assert {series.estimated for series in made.chart.series} == {figures.estimated}
    assert ("estimated" in whole(made)) is figures.estimated


@given(ANY_FIGURES)
def test_money_stands_there_exactly_when_it_was_given(figures: Figures) -> None:
    """Nothing is not the same as not said."""
    facts = dict(brief(figures).facts)
    for label, value in (("Cost", figures.cost), ("Saving", figures.saving), ("Income", figures.income)):
        assert (label in facts) is (value is not None)
        assert value is None or facts[label].endswith(" EUR")


@given(ANY_FIGURES)
def test_the_picture_shows_the_figures_as_stated(figures: Figures) -> None:
    [series] = brief(figures).chart.series
    assert series.values == (figures.before, figures.after)


def test_all_of_a_brief() -> None:
    """Read as a sponsor reads it."""
    made = brief()
    assert made.title == "Response time: 48 → 12 hours"
    assert made.sentences == (
        "Chapter North tried “A pilot charter”: Response time went from 48 to 12 hours (October 2026).",
        "That is 75 % lower, and lower is what was wanted.",
    )
    assert made.decision == "Shall we go on with “A pilot charter” and bring in one more team?"
    assert made.facts == (
        ("Change", "75 % lower, which is better"), ("Period", "October 2026"), ("Figures", "measured"),
        ("Evidence", "https://intranet.example/17"), ("Stated by", "Chapter North, 25 November 2026"),
    )
    assert made.credit == "The service desk"
    assert made.chart.summary == "Response time of Chapter North (October 2026): 48 → 12 hours, 75 % lower, which is better."


def test_what_was_measured_begins_a_sentence_with_a_capital() -> None:
    """However it was typed; in the middle of one it stays as it was."""
    made = brief(replace(FIGURES, metric="time to first answer"))
    assert made.title.startswith("Time to first answer: ") and made.chart.title == "Time to first answer"
    assert made.chart.summary.startswith("Time to first answer of Chapter North (")
    assert change_in_words(made.figures).startswith("Time to first answer: ") and ": time to first answer went" in made.sentences[0]


def test_an_estimate_that_is_better_asks_to_be_measured() -> None:
    assert "measure it this time" in brief(replace(FIGURES, estimated=True)).decision


@pytest.mark.parametrize(
    ("metric", "said"),
    [("response  TIME", "response  TIME"), ("Orders", "Orders (the figure shown is another)"), (None, None), ("", None)],
)
def test_the_sponsor_s_metric_is_named_where_a_pilot_has_one(metric: str | None, said: str | None) -> None:
    """And where the figure shown is another one, that is said."""
    assert dict(brief(sponsor_metric=metric).facts).get("The sponsor is measured on") == said


def test_the_champion_s_words_stand_beside_figures_that_do_not_move() -> None:
    """An empty line is our own words; empty credit names nobody; that it was reworded is said."""
    made = brief(replace(FIGURES, after=60))
    words = reworded(made, BriefWords(first="It is a triumph.", credit=""))
    assert words.sentences == ("It is a triumph.", made.sentences[1]) and words.decision == made.decision and words.credit == ""
    facts = dict(words.facts)
    assert facts["Change"] == "25 % higher, which is worse" and facts["Wording"] == "the team's own"
    assert words.chart == made.chart and reworded(made, None) == made
    assert "Wording" not in dict(reworded(made, BriefWords(credit="North")).facts)
