"""A report in every form: the same figures, nothing that is held back, nothing that a spreadsheet calculates."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pypdf
import pytest
from lxml import etree

from adapters.report_export import COLUMNS, as_json, csv_text, every_figure, json_text
from adapters.report_paper import as_pdf
from adapters.report_sheets import as_xlsx
from adapters.report_text import WIDTH, as_text
from bot.amounts import amount
from bot.report import SECTIONS, TITLES, Report
from bot.report_periods import month_period
from tests.fakes.reports import MADE, report_of

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ('=HYPERLINK("https://example.org"){}', "+1+{}", "-2+{}", "@SUM(A{})", "\t=1+{}", "\r=1+{}", '{{=cmd|"/C calc"!A{}}}', '#panic() $x$ <b> `r` @b {}')
LONG = "Regionalverband der unabhängigen Donaudampfschifffahrtsgesellschaften Nord-Ost {}"
BARE = Report("W1", month_period(2026, 10), True, None, MADE, sections={"funnel": report_of(1, 0).sections["funnel"]})
REPORTS = {"usual": report_of(), "bare": BARE, "long": report_of(6, 5, LONG, "W" * 150 + " {}", "x" * 300 + "{}"), "hostile": report_of(4, 4, *HOSTILE[:3])}


def lines_of(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(report), newline="")))


class Workbook:
    """The cells of an Excel file as they are stored."""

    def __init__(self, made: bytes) -> None:
        self.file = zipfile.ZipFile(io.BytesIO(made))
        strings = etree.fromstring(self.file.read("xl/sharedStrings.xml"))
        self._strings = ["".join(one.itertext()) for one in strings]
        self.sheets = [one.get("name") for one in etree.fromstring(self.file.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]

    def rows(self, name: str) -> Iterator[list[str | float | None]]:
        """A value for each cell that there is, those of text as text."""
        for row in self.tree(name).iter(f"{SHEET}row"):
            yield [self._value(cell) for cell in row]

    def tree(self, name: str) -> etree._Element:
        return etree.fromstring(self.file.read(f"xl/worksheets/sheet{self.sheets.index(name) + 1}.xml"))

    def _value(self, cell: etree._Element) -> str | float | None:
        value = cell.find(f"{SHEET}v")
        if value is None:
            return None
        return self._strings[int(value.text)] if cell.get("t") == "s" else float(value.text)


def pages_of(made: bytes) -> list[str]:
    """The words of each page as one line, without what only allows a break."""
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pypdf.PdfReader(io.BytesIO(made)).pages]


def test_json_is_a_contract() -> None:
    """Names and forms of what other programs read."""
    found = json.loads(json_text(report_of()))
    assert list(found) == ["period", "complete", "team", "counted_to", "made_at", *SECTIONS, "trend", "spread"]
    assert (found["period"], found["complete"], found["team"], found["counted_to"]) == ("2026-10", True, None, "2026-11-02")
    assert found["made_at"] == "2026-11-26T12:00:00+00:00"
    assert found["funnel"][0] == {"key": "asked", "label": "Questions asked", "value": 1234, "suppressed": False, "basis": "questions in October 2026"}
    assert found["funnel"][1]["value"] is None and found["funnel"][1]["suppressed"] is True
    assert found["trend"][3:5] == [{"week": "2026-W22", "value": 13}, {"week": "2026-W23", "value": None}]
    assert found["spread"][1] == {
        "practice": "1", "title": "Practice 1", "counted": 1, "by_itself": False,
        "teams": [{"team": "Chapter 1", "state": "trying", "since": "2026-09-01"}, {"team": "Chapter 2", "state": "adopted", "since": "2026-09-02"}],
    }


def test_a_report_with_hardly_anything_has_every_part() -> None:
    """In every form."""
    found = as_json(BARE)
    assert [found[name] for name in (*SECTIONS[1:], "trend", "spread")] == [[]] * 9 and found["counted_to"] is None
    assert len(lines_of(BARE)) == len(BARE.sections["funnel"])
    assert Workbook(as_xlsx(BARE)).sheets[1:9] == [TITLES[name] for name in SECTIONS]
    assert "No team stated a result yet." in pages_of(as_pdf(BARE))[0]
    assert "No week with questions is counted." in as_text(BARE)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_figures_are_the_reports_own_in_every_form(report: Report) -> None:
    """Those held back are null, empty or said to be."""
    figures = list(every_figure(report))
    lines = lines_of(report)
    assert [(line["section"], line["key"], line["value"], line["suppressed"]) for line in lines] == [
        (section, row.key, "" if row.value is None else str(row.value), "yes" if row.suppressed else "no") for section, row in figures
    ]
    found = as_json(report)
    assert [(row["key"], row["value"], row["suppressed"]) for name in SECTIONS for row in found[name]] == [(row.key, row.value, row.suppressed) for _, row in report.rows()]
    book = Workbook(as_xlsx(report))
    for name in SECTIONS:
        cells = [(row[-1], row[1]) for row in list(book.rows(TITLES[name]))[1:]]
        assert cells == [(row.key, "held back" if row.value is None else row.value) for row in report.sections.get(name, ())]
    words, paper = as_text(report), " ".join(pages_of(as_pdf(report)))
    for _, row in report.rows():
        said = "held back" if row.value is None else amount(row.value)
        assert said in paper and any(line.endswith(said) for line in words.splitlines())


@pytest.mark.parametrize("make", [json_text, csv_text, as_text, as_xlsx, as_pdf])
def test_the_same_report_gives_the_same_bytes(make: object) -> None:
    assert callable(make) and make(report_of()) == make(report_of())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_is_calculated(hostile: str) -> None:
    """Team names, titles and evidence stay words in CSV and Excel; numbers stay numbers, below nothing as well."""
    report = report_of(3, 3, hostile, hostile, hostile)
    actions = (*report.sections["actions"], replace(report.sections["actions"][0], label=hostile, basis=hostile, value=-3))
    report = replace(report, team=hostile, sections={**report.sections, "actions": actions})
    lines = lines_of(report)
    words = [line[name] for line in lines for name in COLUMNS if name not in ("value", "before")]
    assert not [word for word in words if word.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert [line["value"] for line in lines if line["section"] == "actions"] == ["12", "12", "12", "-3"]
    book = Workbook(as_xlsx(report))
    assert not [name for name in book.sheets if list(book.tree(name).iter(f"{SHEET}f", f"{SHEET}hyperlink"))]
    assert "hyperlinks" not in "".join(book.file.namelist()) and next(row for row in list(book.rows("So I will…"))[4:])[1] == -3
    assert len(pages_of(as_pdf(report))) >= 2


def test_what_begins_like_a_formula_is_marked_as_text() -> None:
    labels = [line["label"] for line in lines_of(report_of(3, 0, "=1+{}")) if line["section"] == "teams"]
    assert labels == ["'=1+0", "'=1+1", "'=1+2"]


def test_the_excel_file_has_the_pictures_the_weeks_and_the_map() -> None:
    book = Workbook(as_xlsx(report_of()))
    assert book.sheets == ["Overview", *(TITLES[name] for name in SECTIONS), "Questions by week", "Spread map, as it stands now"]
    assert len([name for name in book.file.namelist() if name.startswith("xl/media/")]) == 2
    overview = list(book.rows("Overview"))
    assert ["Tried", 9.0] in overview and ["Asked", "held back"] in overview and ["2026-W38", "held back"] in overview
    spread = list(book.rows("Spread map, as it stands now"))
    assert spread[0][:4] == ["Practice", "Chapter 0", "Chapter 1", "Chapter 2"]
    assert spread[2] == ["Practice 1", "trying since 2026-09-01", "adopted since 2026-09-02", 1, "no"]  # what is empty is not stored
    assert all(book.tree(name).find(f".//{SHEET}pane") is not None for name in book.sheets)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_text_fits_eighty_columns(report: Report) -> None:
    assert max(map(len, as_text(report).splitlines())) <= WIDTH


def test_the_first_page_is_the_sponsors() -> None:
    """However long the names are: one picture, five lines, three actions, results with their basis."""
    for report in (report_of(), report_of(40, 120, LONG, LONG, "x" * 300 + "{}")):
        made = as_pdf(report)
        reader = pypdf.PdfReader(io.BytesIO(made))
        first, second = pages_of(made)[:2]
        assert second.startswith("Every figure") and "Every figure" not in first
        assert len(reader.pages[0].images) == 1
        assert all(lead in first for lead in ("Questions:", "Teams:", "Spread:", "Results:", "So I will:"))
        assert first.count("So I will have") == 3 and "stated by" in first
    assert "And 116 more" in first


def test_the_rest_says_what_is_held_back_and_why() -> None:
    words = " ".join(pages_of(as_pdf(report_of()))[1:])
    for said in ("down from 10", "Questions in 2026-W23 held back", "Where practices spread, as they stand now", "adopted since 2 September 2026", "Teams that are counted only: 1", "9 of 60 figures are held back"):
        assert said in words, said


def test_a_report_of_the_demo_says_so_in_every_form() -> None:
    report = replace(report_of(), made_up=True)
    assert json.loads(json_text(report))["demo"] is True
    assert "made up" in csv_text(report).splitlines()[1]
    assert as_text(report).startswith("Demo, made up.")
    assert "demo" not in json.loads(json_text(report_of()))
