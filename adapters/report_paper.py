"""A report as a review pack on paper: a page for the sponsor, then every figure. Set by typst without a network.

What people wrote goes in as data and is never read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from adapters.charts import png
from adapters.documents import phrase, short
from adapters.plain import inert
from adapters.report_export import every_figure, trend_rows
from bot.dates import long_date
from bot.report import SECTIONS, TITLES, Report, Row, Spreading
from bot.report_views import NOTES, SPREAD, charts, compared, figure, heading, lines, until

MOST_RESULTS = 4
"""On the first page; more of them stand among the figures."""
PRINT = 3.0
"""How sharp pictures are: 600 pixels wide times this on 12 cm of paper."""
COLUMNS = ("Figure", "Value", "Change", "Basis")
NO_ACTION, NO_RESULT, NO_ROW = "Nothing stands out.", "No team stated a result yet.", "Nothing in this period."
NO_SPREAD = "No team has taken a practice up yet."


def as_pdf(report: Report) -> bytes:
    """The same report gives the same bytes."""
    with TemporaryDirectory(prefix="midway-") as folder:
        room = Path(folder)
        said = _said(report)
        for number, chart in enumerate(charts(report)):
            (room / f"picture{number}.png").write_bytes(png(chart, PRINT))
            said["pictures"].append({"file": f"/picture{number}.png", "words": inert(chart.summary)})
        (room / "said.json").write_text(json.dumps(said), encoding="utf-8")
        paper = files("adapters").joinpath("papers/report.typ").read_bytes()
        compiler = typst.Compiler(input=paper, root=folder)
        made = compiler.compile(format="pdf", timestamp=int(report.made_at.timestamp()))
    assert isinstance(made, bytes)
    return made


def _said(report: Report) -> dict[str, Any]:
    """All that stands on the pages, as words; ``pictures`` are still to come."""
    return {
        "title": phrase(heading(report)), "until": until(report), "pictures": [],
        "lines": [[lead, short(words)] for lead, words in lines(report)],
        "actions": _told(TITLES["actions"], report.sections.get("actions", ()), NO_ACTION), "results": _results(report),
        "columns": COLUMNS, "every": "Every figure", "none": NO_ROW,
        "sections": [
            {"title": TITLES[name], "rows": [_cells(row) for row in report.sections[name]]}
            for name in SECTIONS if name in report.sections
        ],
        "trend": {"title": "Questions by week", "rows": [_cells(row) for row in trend_rows(report)]},
        "spread": {"title": SPREAD, "rows": _spread(report.spread), "none": NO_SPREAD},
        "privacy": {"title": "What is held back, and why", "notes": [_held_back(report), *NOTES]},
    }


def _results(report: Report) -> dict[str, Any]:
    stated = [row for row in report.sections.get("results", ()) if row.key.startswith("result.")]
    told = _told(TITLES["results"], stated[:MOST_RESULTS], NO_RESULT)
    more = int(report.value("results") or 0) - len(stated[:MOST_RESULTS])
    return {**told, "more": f"And {more} more." if stated and more > 0 else ""}


def _told(title: str, rows: Iterable[Row], none: str) -> dict[str, Any]:
    told = [[short(row.label), phrase(row.basis)] for row in rows]
    return {"title": title, "rows": told, "none": none, "more": ""}


def _cells(row: Row) -> list[str]:
    value = figure(row.value, suppressed=row.suppressed)
    return [short(row.label), value, compared(row), short(row.basis)]


def _spread(spread: Sequence[Spreading]) -> list[dict[str, Any]]:
    return [
        {
            "title": phrase(one.title), "note": "also by teams that nobody can order to" if one.by_itself else "",
            "teams": [[phrase(team.team), f"{team.state} since {long_date(team.since)}"] for team in one.teams],
            "counted": f"Teams that are counted only: {one.counted}" if one.counted else "",
        }
        for one in spread
    ]


def _held_back(report: Report) -> str:
    figures = [row for _, row in every_figure(report)]
    return f"In this report {sum(row.suppressed for row in figures)} of {len(figures)} figures are held back."
