"""Numbers as people type them, in any country; what may be either of two is asked for again. Pure."""

from __future__ import annotations

import math
import re
from decimal import Decimal

MOST = 1e12
"""A figure beyond it is a slip of the finger."""
_SIGNS = re.compile(r"[\s%'\u2019\u00a0\u202f€$£¥]|\b(?:eur|usd|gbp|chf)\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+)")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3}){2,})")
_EITHER = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
"""Thousands to some, three decimals to others."""


def number_of(text: str) -> float | None:
    """The number that somebody typed: ``1,200``, ``1.200,50``, ``12,5 %``, ``€ 300``; None where it is none, or where
    it may be either of two, as ``1.250``.

    Of a comma and a point the last one stands before the decimals; a comma alone before exactly three digits groups
    thousands.
    """
    said = _SIGNS.sub("", text)
    if _EITHER.fullmatch(said):
        return None
    if _GROUPED.fullmatch(said):
        whole, _, decimals = said.rpartition(max(",.", key=said.rfind))
        said = re.sub("[,.]", "", whole) + "." + decimals
    elif _THOUSANDS.fullmatch(said):
        said = re.sub("[,.]", "", said)
    else:
        said = said.replace(",", ".")
    if not _NUMBER.fullmatch(said):
        return None
    number = float(said)
    return number if math.isfinite(number) and abs(number) <= MOST else None


def two_numbers(text: str) -> str:
    """``1250 or 1.25`` where ``1.250`` was typed: both that it may be; empty for all else."""
    said = _SIGNS.sub("", text)
    if not _EITHER.fullmatch(said):
        return ""
    return f"{said.replace('.', '')} or {digits_of(float(said)).removesuffix('.0')}"


def digits_of(value: float) -> str:
    """As a number that is never taken for another."""
    digits = format(Decimal(str(value)), "f")
    return f"{digits}0" if _EITHER.fullmatch(digits) else digits
