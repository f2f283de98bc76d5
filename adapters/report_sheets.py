"""A report as an Excel file: an overview with the charts, a sheet for each section, the weeks, the spread map.

What people wrote is written as text and nothing else, whatever it begins with. The same report gives the same bytes.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from adapters.charts import SHARP, png
from adapters.plain import one_line
from adapters.pngs import size_of
from adapters.report_export import trend_rows
from bot.replies import Chart
from bot.report import SECTIONS, TITLES, Report, Row, Spreading
from bot.report_map import spread_map
from bot.report_views import HELD_BACK, NONE, NOTES, charts, compared, heading, lines, until

HEADER = ("Figure", "Value", "Before", "Change", "Basis", "Key")
WIDTHS = (56, 14, 12, 18, 70, 34)
"""Of the columns of ``HEADER``, in characters, as those below."""
NAME_WIDTH = 44
STATE_WIDTH = 26
OVERVIEW_WIDTH = 22
NOTE_WIDTH = 120
NO_LINKS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
LINE = 20
"""The height of a line, in pixels."""


def as_xlsx(report: Report) -> bytes:
    """The whole report as one file."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, NO_LINKS) as book:
        book.set_properties({"title": heading(report), "created": report.made_at.replace(tzinfo=None)})
        written = _Book(book)
        written.overview(report)
        for name in SECTIONS:
            written.figures(TITLES[name], report.sections.get(name, ()))
        written.figures("Questions by week", trend_rows(report))
        written.spread(report.spread)
    return held.getvalue()


class _Book:
    """Writes sheets into a workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._hidden = book.add_format({"italic": True, "font_color": "#595959", "align": "right", "valign": "top"})
        self._number = book.add_format({"num_format": "#,##0.####", "valign": "top"})
        self._whole = book.add_format({"num_format": "#,##0", "valign": "top"})

    def overview(self, report: Report) -> None:
        """Title, the five lines, each chart with its figures, what is held back and why."""
        sheet = self._book.add_worksheet("Overview")
        sheet.set_column(0, 0, OVERVIEW_WIDTH)
        self._text(sheet, 0, 0, heading(report), self._title)
        self._text(sheet, 1, 0, until(report))
        sheet.freeze_panes(2, 0)
        for at, (lead, said) in enumerate(lines(report), 3):
            self._text(sheet, at, 0, lead)
            self._text(sheet, at, 1, said)
        at = 9
        for chart in charts(report):
            at = self._chart(sheet, at, chart)
        for number, line in enumerate(line for note in NOTES for line in textwrap.wrap(note, NOTE_WIDTH)):
            self._text(sheet, at + number, 0, line)

    def figures(self, title: str, rows: Iterable[Row]) -> None:
        """A sheet of figures, a line for each."""
        sheet = self._sheet(title, HEADER, WIDTHS)
        for at, row in enumerate(rows, 1):
            self._text(sheet, at, 0, row.label, self._wrapped)
            self._figure(sheet, at, 1, row.value, HELD_BACK if row.suppressed else NONE)
            self._figure(sheet, at, 2, row.before, "")
            for column, words in enumerate((compared(row), row.basis, row.key), 3):
                self._text(sheet, at, column, words, self._wrapped)

    def spread(self, spread: Sequence[Spreading]) -> None:
        """A line for each practice, a column for each name of teams, and since when they stand where they stand."""
        drawn = spread_map(spread)
        header = ("Practice", *drawn.teams, "Teams counted only", "Also by teams that nobody can order to")
        sheet = self._sheet("Spread map, as it stands now", header, (NAME_WIDTH, *[STATE_WIDTH] * (len(header) - 1)))
        sheet.freeze_panes(1, 1)
        for at, row in enumerate(drawn.rows, 1):
            self._text(sheet, at, 0, row.practice.title, self._wrapped)
            for column, cell in enumerate(row.cells, 1):
                stands = "; ".join(f"{team.state} since {team.since}" for team in cell)
                self._text(sheet, at, column, stands, self._wrapped)
            self._figure(sheet, at, len(drawn.teams) + 1, row.practice.counted, "")
            self._text(sheet, at, len(drawn.teams) + 2, "yes" if row.practice.by_itself else "no")

    def _sheet(self, title: str, header: Sequence[str], widths: Sequence[int]) -> Any:
        sheet = self._book.add_worksheet(title)
        for column, (words, width) in enumerate(zip(header, widths, strict=True)):
            sheet.set_column(column, column, width)
            self._text(sheet, 0, column, words, self._bold)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def _chart(self, sheet: Any, at: int, chart: Chart) -> int:
        """The figures on the left, the picture beside them; the line below both."""
        [series] = chart.series
        self._text(sheet, at, 0, chart.title, self._bold)
        self._text(sheet, at, 1, chart.unit, self._bold)
        for down, (category, value) in enumerate(zip(chart.categories, series.values, strict=True), at + 1):
            self._text(sheet, down, 0, category)
            self._figure(sheet, down, 1, value, series.missing)
        picture = png(chart)
        shown = {
            "image_data": io.BytesIO(picture), "description": one_line(chart.summary), "x_scale": 1 / SHARP,
            "y_scale": 1 / SHARP,
        }
        sheet.insert_image(at, 3, "chart.png", shown)
        lines_high = int(size_of(picture)[1] / SHARP / LINE)
        return at + max(len(chart.categories), lines_high) + 3

    def _figure(self, sheet: Any, at: int, column: int, value: float | None, otherwise: str) -> None:
        if value is None:
            self._text(sheet, at, column, otherwise, self._hidden)
        else:
            sheet.write_number(at, column, value, self._whole if value == int(value) else self._number)

    def _text(self, sheet: Any, at: int, column: int, words: str, form: Any = None) -> None:
        if said := one_line(words):
            sheet.write_string(at, column, said, form)
