"""Figures in words, the same everywhere: as they were typed, with commas, never with a false precision."""

from __future__ import annotations

import math
from decimal import Decimal

_PLAIN_FROM = 1e-6
"""A smaller figure is told with an exponent: its digits would be noughts."""
_PLAIN_TO = 1e15
"""From here on a figure is told with an exponent: nobody counts so many digits."""
MANY_TIMES = 10
"""From ten times the figure before, a percentage tells nobody anything."""
POINTS = frozenset({"%", "percent", "per cent"})
"""Units in which a difference is one of percentage points."""


def amount(value: float) -> str:
    """The figure with commas and up to ten digits; with an exponent only where its digits would fill the line."""
    if not math.isfinite(value):
        return "no figure"
    if value and not _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return f"{value:.4g}"
    digits = f"{Decimal(f'{value:.10g}'):,f}"
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) if value else "0"


def counted(number: float, what: str) -> str:
    """``1 team``, ``3,008 teams``; ``what`` is the word for one, of which many are told by an s."""
    return f"{amount(number)} {what}" if number == 1 else f"{amount(number)} {what}s"


def with_unit(value: float, unit: str) -> str:
    """``12 hours``, ``12 %``; the figure alone where there is no unit."""
    return f"{amount(value)} {unit}".rstrip()


def difference(before: float, after: float, unit: str) -> str:
    """How the figure changed: ``75 % lower``, ``12 times as high``, ``higher by 12 hours``, ``unchanged``.

    Between two percentages the difference is in percentage points. A percentage is given only of a figure above zero:
    of zero or less it would mean nothing.
    """
    if before == after:
        return "unchanged"
    way = "higher" if after > before else "lower"
    if unit.strip().casefold() in POINTS:
        return f"{_rounded(abs(after - before))} percentage points {way}"
    if before <= 0 or after < 0:
        return f"{way} by {with_unit(_exact(before, after), unit)}"
    if after >= MANY_TIMES * before:
        return f"{amount(float(f'{after / before:.2g}'))} times as high"
    return f"{_share(abs(after - before) / before * 100, all_of_it=after == 0)} {way}"


def _share(percent: float, *, all_of_it: bool) -> str:
    """Whole from ten percent on, and never rounded to none or to all of it."""
    if percent < 0.1:
        return "less than 0.1 %"
    if percent > 99 and not all_of_it and percent < 100:
        return "more than 99 %"
    return f"{_rounded(percent)} %"


def _rounded(number: float) -> str:
    return amount(round(number)) if number >= 10 else amount(float(f"{number:.2g}"))


def _exact(before: float, after: float) -> float:
    """The distance without the noise of binary fractions."""
    return float(abs(Decimal(repr(after)) - Decimal(repr(before))))
