"""Figures in words: as they were typed, and a change that is never more than the figures bear out."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.amounts import amount, difference

FIGURES = st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: round(value, 4))


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (-0.0, "0"), (12, "12"), (1234567.5, "1,234,567.5"), (0.00002, "0.00002"), (99.5, "99.5"), (1000, "1,000"),
     (1e15, "1e+15"), (2.75e20, "2.75e+20"), (1e-9, "1e-09"), (-12.5, "-12.5"), (float("nan"), "no figure"), (float("inf"), "no figure")],
)  # fmt: skip
def test_a_figure_is_said_as_it_was_typed(value: float, said: str) -> None:
    assert amount(value) == said


@pytest.mark.parametrize(
    ("before", "after", "unit", "said"),
    [
        (48, 12, "hours", "75 % lower"), (100, 109, "", "9 % higher"), (1000, 1001, "", "0.1 % higher"), (1e6, 1e6 + 1, "", "less than 0.1 % higher"),
        (1000, 1, "", "more than 99 % lower"), (1000, 0, "", "100 % lower"), (10, 120, "", "12 times as high"), (10, 20, "", "100 % higher"),
        (0, 12, "hours", "higher by 12 hours"), (5, -12, "points", "lower by 17 points"), (-5, 5, "", "higher by 10"), (0.3, 0.1, "", "67 % lower"),
        (20, 25, "%", "5 percentage points higher"), (7, 7, "", "unchanged"), (0, 0.3, "", "higher by 0.3"),
    ],
)  # fmt: skip
def test_a_change_is_said_so_that_nobody_is_misled(before: float, after: float, unit: str, said: str) -> None:
    """No percentage of nothing; percentages change by points; no change is rounded away, nor up to all of it."""
    assert difference(before, after, unit) == said


@given(FIGURES, FIGURES)
def test_a_percentage_is_of_something(before: float, after: float) -> None:
    """And it says the way the figure went."""
    assume(before != after)
    said = difference(before, after, "orders")
    if before <= 0:
        assert "%" not in said and "times" not in said
    assert ("higher" in said or "as high" in said) is (after > before)


@given(st.floats(0.01, 1e9), st.floats(0.01, 1e9))
def test_a_percentage_is_near_the_truth(before: float, after: float) -> None:
    """Within half of what it is rounded to."""
    said = difference(before, after, "")
    if found := re.fullmatch(r"([\d.,]+) % (higher|lower)", said):
        percent = float(found[1].replace(",", ""))
        true = abs(after - before) / before * 100
        assert abs(percent - true) <= max(0.5001, true * 0.051)
