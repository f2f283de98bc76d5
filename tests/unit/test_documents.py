"""A brief on paper: one page whatever stands on it, and nothing of it read as markup."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest

from adapters.documents import brief_paper
from adapters.pngs import size_of
from bot.briefs import Brief, brief_of
from bot.storage.results import Figures, StatedResult

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FIGURES = Figures(
    "Response time", 48, 12, "hours", "October 2026", "https://intranet.example/17", lower_is_better=True, cost=1200, saving=5400.5,
    currency="EUR", credit="The service desk",
)
HOSTILE = '#panic("x") $x^2 \\ *b* _i_ `c` <label> @ref #import "@preview/cades:0.3.0": * // /* [ ] { } "'


def brief(figures: Figures = FIGURES, team: str = "Chapter North", practice: str = "A pilot charter") -> Brief:
    stated = StatedResult("r1", "W1", "t1", "pilot-charter", None, figures, "p1", AT)
    return brief_of(stated, team, practice, "Response time")


def read(made: bytes) -> tuple[pypdf.PdfReader, str]:
    """The words as one line: where a line breaks is nobody's business."""
    reader = pypdf.PdfReader(io.BytesIO(made))
    text = "".join(page.extract_text() for page in reader.pages)
    return reader, " ".join(text.replace("\u200b", "").split())


def test_a_brief_is_one_page_with_all_that_it_says() -> None:
    """A4, its words can be selected, it has a title, and the picture says what it shows."""
    made = brief_paper(brief(), "pdf")
    reader, text = read(made)
    [page] = reader.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    for said in (*brief().sentences, brief().decision, "1,200 EUR", "5,400.5 EUR", "The service desk", "measured", "October 2026"):
        assert said in text
    assert "Income" not in text and "estimated" not in text
    assert reader.metadata and reader.metadata.title == "Response time: 48 → 12 hours"
    assert b"/Alt" in made or any("/Alt" in str(each) for each in _objects(reader))


def test_its_fonts_come_with_it() -> None:
    """It looks the same on every machine."""
    reader, _ = read(brief_paper(brief(), "pdf"))
    described = [each for each in _objects(reader) if isinstance(each, dict) and each.get("/Type") == "/FontDescriptor"]
    assert described and all({"/FontFile", "/FontFile2", "/FontFile3"} & set(each) for each in described)


def test_what_is_estimated_says_so_on_paper() -> None:
    _, text = read(brief_paper(brief(replace(FIGURES, estimated=True)), "pdf"))
    assert "These figures are estimated, not measured." in text and "estimated, not measured" in text.split("Period")[1]


def test_what_people_wrote_is_never_markup() -> None:
    """It stands there letter by letter."""
    figures = replace(FIGURES, metric=HOSTILE, unit="#u", period="$p$", evidence="*e* \\", credit="@c <d>")
    _, text = read(brief_paper(brief(figures, "#team[", "]practice#"), "pdf"))
    for said in ("#panic(", "$x^2", "*b*", "_i_", "`c`", "<label>", "@ref", "@preview/cades", "#u", "$p$", "*e*", "@c <d>", "#team[", "]practice#"):
        assert said in text, said


@pytest.mark.parametrize("word", ["x", "wide words and some more ", "W", "営業部", "\u202e\u0000"])
def test_however_long_it_gets_it_stays_one_page(word: str) -> None:
    """Names of two hundred characters, notes of thousands, words without a space."""
    long = (word * 2000)[:2000]
    figures = Figures(long[:200], 1, 2, long[:200], long[:200], long, cost=1, saving=2, income=3, currency=long[:50], credit=long[:400])
    made = replace(brief(figures, long[:200], long[:200]), sentences=(long[:400], long[:400]), decision=long[:400], edited=True)
    reader, _ = read(brief_paper(made, "pdf"))
    assert len(reader.pages) == 1


def test_the_same_brief_is_the_same_paper() -> None:
    assert brief_paper(brief(), "pdf") == brief_paper(brief(), "pdf")
    assert brief_paper(brief(), "png") == brief_paper(brief(), "png")


def test_as_a_picture_it_is_as_high_as_what_it_says() -> None:
    """Sharp enough to read on a phone, without an empty half."""
    width, height = size_of(brief_paper(brief(), "png"))
    assert width == 1191 and 1000 < height < 1684


def _objects(reader: pypdf.PdfReader) -> list[object]:
    return [reader.get_object(number) for number in range(1, int(str(reader.trailer["/Size"])))]
