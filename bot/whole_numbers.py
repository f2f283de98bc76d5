"""Whole numbers as buttons, forms and addresses carry them."""

from __future__ import annotations

MOST_DIGITS = 18
"""So many fit into the 64 bits of a database's column."""


def whole_number(text: str, digits: int = MOST_DIGITS) -> int | None:
    """The number that a text is made of, 0 to 9 and at most so many digits; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
