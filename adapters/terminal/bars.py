"""A chart as bars of characters, as wide as the terminal. Pure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator

from adapters.plain import one_line
from bot.amounts import amount
from bot.replies import Chart, Series

FULL = "█"
GUESSED = "░"
"""Estimated bars are lighter, as in the picture."""
NARROWEST_BAR = 8
MOST_NAME = 24


def bars(chart: Chart, width: int) -> str:
    """A line for each figure: its name, a bar from zero, the figure; one below zero is marked by its sign."""
    rows = list(_rows(chart))
    if not rows:
        return ""
    longest = max(abs(value) for _, value, _, _ in rows)
    names = max(1, min(MOST_NAME, max(len(name) for name, _, _, _ in rows), width // 3))
    room = width - names - 3 - max(len(words) for _, _, _, words in rows)
    beside = room >= NARROWEST_BAR
    lines = textwrap.wrap(f"In {one_line(chart.unit)}:", width) if one_line(chart.unit) else []
    for name, value, mark, words in rows:
        *above, last = textwrap.wrap(name, names) or [""]
        bar = mark * _length(value, longest, room if beside else width - names - 2)
        parts = (bar, words) if beside else (bar,)
        lines += [*above, f"{last.ljust(names)}  {' '.join(part for part in parts if part)}".rstrip()]
        lines += [] if beside else [f"  {line}" for line in textwrap.wrap(words, width - 2)]
    return "\n".join(lines)


def _length(value: float, longest: float, room: int) -> int:
    """Of a bar, in characters; whatever is not nothing is to be seen."""
    return max(1, round(room * (abs(value) / longest))) if value else 0


def _rows(chart: Chart) -> Iterator[tuple[str, float, str, str]]:
    """Name, figure, what its bar is made of, and the figure in words."""
    for at, category in enumerate(chart.categories):
        for series in chart.series:
            name = category if len(chart.series) == 1 else f"{category}, {series.label}"
            value = series.values[at] if at < len(series.values) else None
            if value is None or not math.isfinite(value):
                yield one_line(name), 0.0, FULL, series.missing or "not known"
            else:
                yield one_line(name), value, GUESSED if series.estimated else FULL, _words(series, value)


def _words(series: Series, value: float) -> str:
    return amount(value) + (" (estimated)" if series.estimated else "")
