"""A report as plain text, at most 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from adapters.plain import one_line
from adapters.terminal.bars import bars
from bot.dates import long_date
from bot.report import SECTIONS, TITLES, Report, Row, Spreading
from bot.report_views import NOTES, SPREAD, charts, compared, figure, heading, lines, until

WIDTH = 80
VALUE_WIDTH = 14
INDENT = "  "
DEEPER = "      "


def as_text(report: Report) -> str:
    """The five lines, the charts, every section with the basis of its figures, where practices spread, and privacy."""
    parts = [_headed(heading(report), _wrapped(until(report)), "="), "\n".join(_leads(lines(report)))]
    funnel, *trend = charts(report)
    for name in SECTIONS:
        if rows := report.sections.get(name):
            picture = [bars(funnel, WIDTH), ""] if name == "funnel" else []
            parts.append(_headed(TITLES[name], [*picture, *_rows(rows)]))
    parts += [_headed(chart.title, [bars(chart, WIDTH)]) for chart in trend]
    if report.spread:
        parts.append(_headed(SPREAD, _spread(report.spread)))
    parts.append(_headed("What is held back, and why", [line for note in NOTES for line in _wrapped(note)]))
    return "\n\n".join(parts) + "\n"


def _headed(title: str, below: Iterable[str], rule: str = "-") -> str:
    titled = _wrapped(title)
    return "\n".join([*titled, rule * max(map(len, titled)), *below])


def _leads(told: Iterable[tuple[str, str]]) -> Iterator[str]:
    for lead, words in told:
        yield from _wrapped(f"{lead:<10} {words}", hanging=" " * 11)


def _rows(rows: Iterable[Row]) -> Iterator[str]:
    """A figure on the right of what it is of; below, how it changed and its basis."""
    for row in rows:
        value = figure(row.value, suppressed=row.suppressed)
        room = WIDTH - len(INDENT) - 2 - max(VALUE_WIDTH, len(value))
        *above, last = textwrap.wrap(one_line(row.label), room) or [""]
        yield from (f"{INDENT}{line}" for line in above)
        yield f"{INDENT}{last:<{room}}  {value:>{VALUE_WIDTH}}"
        yield from _wrapped("; ".join(filter(None, (compared(row), row.basis))), DEEPER, DEEPER)


def _spread(spread: Sequence[Spreading]) -> Iterator[str]:
    for one in spread:
        note = " (also by teams that nobody can order to)" if one.by_itself else ""
        yield from _wrapped(f"{one.title}{note}", INDENT, INDENT)
        for team in one.teams:
            yield from _wrapped(f"{team.team}: {team.state} since {long_date(team.since)}", DEEPER, DEEPER)
        if one.counted:
            yield f"{DEEPER}teams that are counted only: {one.counted}"


def _wrapped(text: str, first: str = "", hanging: str = "") -> list[str]:
    return textwrap.wrap(one_line(text), WIDTH, initial_indent=first, subsequent_indent=hanging) or [""]
