"""What people type as a result: numbers as they write them, and a sentence that names what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adoption_views import change_in_words, facts_of
from bot.errors import FieldWrong
from bot.result_form import figures_of, result_form, typed
from bot.storage.results import Figures
from bot.typed_numbers import MOST, number_of

GOOD = {
    "metric": "Time to the first answer", "before": "26", "after": "4,5", "unit": "hours", "period": "October 2026",
    "evidence": "desk-report.pdf", "better": "lower", "basis": "measured",
}
amounts = st.floats(min_value=0, max_value=1e9).map(lambda value: round(value, 3))
figures = st.builds(
    Figures, metric=st.just("Posts"), before=amounts, after=amounts, unit=st.just("a week"), period=st.just("May"),
    evidence=st.just("note"), lower_is_better=st.booleans(), estimated=st.booleans(), cost=st.none() | amounts,
    saving=st.none() | amounts, income=st.none() | amounts, currency=st.just("EUR"), credit=st.sampled_from(["", "Desk"]),
)


@pytest.mark.parametrize(
    ("typed_", "meant"),
    [
        ("12", 12), ("12.5", 12.5), ("12,5 %", 12.5), ("1,200", 1200), ("1.200,50", 1200.5), ("1,234.5", 1234.5),
        ("€ 300", 300), ("1 200 EUR", 1200), ("-3", -3), ("1.234.567", 1234567), ("2'500 CHF", 2500), ("0,25", 0.25),
        ("0.125", 0.125), ("1.1250", 1.125), ("1,000", 1000),
    ],
)
def test_numbers_are_read_as_people_write_them(typed_: str, meant: float) -> None:
    assert number_of(typed_) == meant


@pytest.mark.parametrize("text", ["", "a lot", "12 to 15", "1/3", "--2", "1e999", "9" * 40, "12.5.3,1", "1.000", "-12.500 €"])
def test_what_is_no_number_or_may_be_two_is_none(text: str) -> None:
    assert number_of(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_number_within_bounds_or_none(text: str) -> None:
    found = number_of(text)
    assert found is None or abs(found) <= MOST


@given(figures)
def test_what_is_shown_to_be_corrected_gives_the_same_figures(given_: Figures) -> None:
    """A form that is filled in with a result and sent as it stands changes nothing."""
    assert figures_of(typed(given_)) == given_


@pytest.mark.parametrize("name", ["metric", "before", "after", "unit", "period", "evidence"])
def test_a_missing_field_is_named(name: str) -> None:
    """Nothing is recorded, and the sentence says which field it is."""
    words = {"metric": "what you measured", "evidence": "a link, a file name or a note"}.get(name, name)
    with pytest.raises(FieldWrong, match="Nothing was recorded yet") as wrong:
        figures_of({**GOOD, name: "  "})
    assert words in str(wrong.value)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"before": "many"}, "“many” is not a number; write the figure before"),
        ({"after": "less"}, "write the figure after"),
        ({"cost": "cheap", "currency": "EUR"}, "“cheap” is not an amount; write the cost"),
        ({"saving": "-4", "currency": "EUR"}, "write the saving"),
        ({"income": "300"}, "write the currency"),
        ({"before": "1.250"}, "“1.250” can be 1250 or 1.25: write 1250 or 1.25."),
        ({"after": "1.000"}, "“1.000” can be 1000 or 1: write 1000 or 1."),
        ({"before": "-1.125 %"}, "“-1.125 %” can be -1125 or -1.1250: write -1125 or -1.1250."),
        ({"cost": "12.500 €", "currency": "EUR"}, "“12.500 €” can be 12500 or 12.5: write 12500 or 12.5."),
    ],
)
def test_what_cannot_be_used_is_named(changed: dict[str, str], words: str) -> None:
    with pytest.raises(FieldWrong, match="Nothing was recorded yet") as wrong:
        figures_of({**GOOD, **changed})
    assert words in str(wrong.value)


def test_the_form_keeps_what_was_typed() -> None:
    """So that only the wrong field has to be written again."""
    shown = {field.name: field.value for field in result_form("pilot-charter", "A charter", {**GOOD, "before": "many"}).fields}
    assert shown["before"] == "many" and shown["better"] == "lower" and shown["cost"] == ""


def test_a_change_is_said_with_its_basis() -> None:
    said = change_in_words(figures_of({**GOOD, "basis": "estimated"}))
    assert said == "Time to the first answer: 26 → 4.5 hours (October 2026, estimated)."


@given(figures)
def test_money_is_shown_exactly_where_it_was_given(given_: Figures) -> None:
    shown = {name for name, _ in facts_of(given_)}
    wanted = {name for name, amount in (("Cost", given_.cost), ("Saving", given_.saving), ("Income", given_.income)) if amount is not None}
    assert shown & {"Cost", "Saving", "Income"} == wanted and ("Credit" in shown) == bool(given_.credit)
