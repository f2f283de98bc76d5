"""Whole numbers that come back from outside: digits of ours within bounds, or none."""

from __future__ import annotations

import pytest

from bot.whole_numbers import MOST_DIGITS, whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * MOST_DIGITS, 10**MOST_DIGITS - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", " 7", "-7", "+7", "1.0", "1e3", "٣", "²", "x", "1" * (MOST_DIGITS + 1), "1" * 10_000])
def test_anything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_a_smaller_column_takes_fewer_digits() -> None:
    assert (whole_number("123456789", 9), whole_number("1234567890", 9)) == (123456789, None)
