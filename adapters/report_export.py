"""A report for other programs: as JSON, whose form is a contract, and as CSV, a line for each figure.

The same report gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from adapters.json_output import indented
from adapters.plain import one_line
from bot.report import SECTIONS, Report, Row, Spreading
from bot.report_periods import name_of

COLUMNS = ("section", "key", "label", "value", "suppressed", "before", "basis")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula."""


def as_json(report: Report) -> dict[str, Any]:
    """Every section as a list of rows, empty where it has none; what is held back is null. Dates as 2026-11-02,
    weeks as 2026-W45.
    """
    return {
        "period": report.period.name, "complete": report.complete, "team": report.team or None,
        "counted_to": str(report.counted_to) if report.counted_to else None, "made_at": report.made_at.isoformat(),
        **({"demo": True} if report.made_up else {}),
        **{name: [_row(row) for row in report.sections.get(name, ())] for name in SECTIONS},
        "trend": [{"week": name_of(week), "value": value} for week, value in report.trend],
        "spread": [_spread(one) for one in report.spread],
    }


def json_text(report: Report) -> str:
    """As it is written to a screen or a file."""
    return indented(as_json(report)) + "\n"


def csv_text(report: Report) -> str:
    """``COLUMNS``, then every figure. One that is held back is empty and its ``suppressed`` is yes."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for section, row in every_figure(report):
        hidden = "yes" if row.suppressed else "no"
        cells = (section, row.key, row.label, row.value, hidden, row.before, row.basis)
        lines.writerow([inert_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return written.getvalue()


def every_figure(report: Report) -> Iterator[tuple[str, Row]]:
    """With its section: also those of the weeks (``trend``), and how many teams took what up (``spread``)."""
    if report.made_up:
        yield "demo", Row("demo", "Demo: this organization is made up, and so is every figure", None, "midway demo")
    yield from report.rows()
    yield from (("trend", row) for row in trend_rows(report))
    basis = "teams that try it, adopted it or proved it, as they stand now"
    for one in report.spread:
        count = len(one.teams) + one.counted
        yield "spread", Row(f"spread.{one.practice_id}", f"{one.title}: teams that took it up", count, basis)


def trend_rows(report: Report) -> list[Row]:
    """Questions of each week, oldest first."""
    return [
        Row(f"trend.{name_of(week)}", f"Questions in {name_of(week)}", value, "questions in that week", value is None)
        for week, value in report.trend
    ]


def _row(row: Row) -> dict[str, Any]:
    return {
        "key": row.key, "label": row.label, "value": row.value, "suppressed": row.suppressed, "basis": row.basis,
    }


def _spread(one: Spreading) -> dict[str, Any]:
    return {
        "practice": one.practice_id, "title": one.title,
        "teams": [{"team": team.team, "state": team.state, "since": str(team.since)} for team in one.teams],
        "counted": one.counted, "by_itself": one.by_itself,
    }


def inert_cell(text: str) -> str:
    """One line that no spreadsheet calculates: an apostrophe before it makes it text."""
    said = one_line(text)
    return f"'{said}" if text.startswith(DANGEROUS) or said.startswith(DANGEROUS) else said
