"""Any chart as a picture: valid, the same every time, honest about what is estimated and what is not known."""

from __future__ import annotations

import json
import logging
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import charts
from adapters.charts import pictures_of, png, specification
from adapters.plain import chart_text
from adapters.pngs import packed, size_of
from adapters.terminal.bars import bars as bars_of
from adapters.web.render import Frame
from adapters.web.render import render as on_the_web
from bot.replies import Chart, Paragraph, Reply, Series

HOURS = Chart("Response time", "It fell from 48 to 12 hours.", ("Before", "After"), (Series("Response time", (48, 12)),), "hours")
GUESS = Chart("Enquiries", "They rose.", ("Before", "After"), (Series("Enquiries", (10, 14), estimated=True),), "a month")
MONTHS = Chart("Teams", "More.", ("October", "November"), (Series("trying", (1, None)), Series("adopted", (2, 3), estimated=True)), "teams")
TEXT = st.text(max_size=40)
ANY = st.builds(
    Chart, TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=9).map(tuple),
    st.lists(st.builds(Series, TEXT, st.lists(st.none() | st.floats(), max_size=9).map(tuple), st.booleans()), min_size=1, max_size=3).map(tuple), TEXT,
)


def rows(chart: Chart) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = next(iter(specification(chart)["datasets"].values())) if "datasets" in specification(chart) else specification(chart)["data"]["values"]
    return found


def pixels(picture: bytes) -> bytes:
    data, at = b"", 8
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        if picture[at + 4 : at + 8] == b"IDAT":
            data += picture[at + 8 : at + 8 + length]
        at += length + 12
    return zlib.decompress(data)


@pytest.mark.parametrize("chart", [HOURS, GUESS, MONTHS], ids=["measured", "estimated", "series"])
def test_a_picture_is_a_png_that_fits_a_chat(chart: Chart) -> None:
    """About 600 pixels wide, and small."""
    width, height = size_of(png(chart, 1.0))
    assert 480 <= width <= 680 and 300 <= height <= 500
    assert len(png(chart, 1.0)) < 20_000


def test_the_same_chart_is_the_same_picture() -> None:
    first = png(HOURS, 1.0)
    png.cache_clear()
    assert png(HOURS, 1.0) == first


READ_BY_VEGA = ("if", "constructor", "toString", "hasOwnProperty")
"""Titles that are one word and a name to Vega."""


@pytest.mark.parametrize(
    "chart",
    [
        Chart("One", "One bar.", ("October",), (Series("x", (3,)),), "teams"),
        Chart("Nothing", "Zero.", ("Before", "After"), (Series("x", (0, 0)),)),
        Chart("Unknown", "Not known.", ("Before", "After"), (Series("x", (None, None)),)),
        Chart("Huge", "h", ("Before", "After"), (Series("x", (1.5e300, -2.75e300)),)),
        Chart("Many", "m", tuple(f"Practice {n} | with a name" for n in range(9)), (Series("x", tuple(range(9))),)),
        Chart("Twice the same name", "t", ("A", "A", "A"), (Series("x", (1, 2, 3)), Series("x", (1, 2, 3)))),
        *(Chart(word, word, (word, "b"), (Series(word, (1, None), missing=word),), word) for word in READ_BY_VEGA),
        Chart("T" * 300, "long", ("c" * 200, "d"), (Series("s" * 200, (1, 2)),), "u" * 200),
    ],
    ids=lambda chart: str(chart.title[:12]),
)
def test_every_chart_can_be_drawn(chart: Chart) -> None:
    width, height = size_of(png(chart, 1.0))
    assert 200 < width < 1400 and height > 200


@settings(max_examples=25, deadline=None)
@given(ANY)
def test_whatever_is_in_a_chart_is_drawn(chart: Chart) -> None:
    """Any text, any number, numbers that are none, series that are too short."""
    assert size_of(png(chart, 1.0))[0] > 0


def test_its_summary_goes_with_it_for_those_who_do_not_see_it() -> None:
    assert specification(HOURS)["description"] == HOURS.summary


def test_the_unit_stands_on_the_axis() -> None:
    drawn = json.dumps(specification(HOURS))
    assert '"title": ["hours "]' in drawn


def test_what_is_estimated_looks_otherwise_and_says_so() -> None:
    """At the figure, below the title; measured ones have none of it."""
    assert [row["said"] for row in rows(GUESS)] == ["10\nestimated", "14\nestimated"]
    assert specification(GUESS)["title"]["subtitle"] == ["Estimated, not measured"]
    assert [row["said"] for row in rows(HOURS)] == ["48", "12"] and specification(HOURS)["title"]["subtitle"] == []
    assert specification(MONTHS)["title"]["subtitle"] == ["Pale and dashed: estimated, not measured"]
    assert {row["series"] for row in rows(MONTHS)} == {"0|trying", "1|adopted (estimated)"}
    measured = Chart(GUESS.title, GUESS.summary, GUESS.categories, (Series("Enquiries", (10, 14)),), GUESS.unit)
    assert pixels(png(GUESS, 1.0)) != pixels(png(measured, 1.0))


def test_what_is_not_known_is_not_drawn_as_zero() -> None:
    """A sentence at its place, where there is room for one."""
    alone = Chart("x", "y", ("Before", "After"), (Series("x", (None, float("nan"))),))
    assert [row["said"] for row in rows(alone)] == ["no figure", "no figure"]
    assert [row["said"] for row in rows(MONTHS)] == ["1", "2", "–", "3"]


def test_what_is_held_back_says_so_in_its_place() -> None:
    """Also among so many bars that the others have no figure."""
    few, many = (Chart("x", "y", tuple(f"W{n}" for n in range(count)), (Series("s", (None, *range(1, count)), missing="held back"),)) for count in (3, 26))
    assert [row["said"] for row in rows(few)] == ["held back", "1", "2"]
    [bars, words] = specification(many)["layer"]
    assert bars["mark"]["type"] == "bar" and words["transform"] == [{"filter": "datum.missing"}]
    assert [row["said"] for row in rows(many) if row["missing"]] == ["held back"]
    shown = Chart(many.title, many.summary, many.categories, (Series("s", (0, *range(1, 26))),))
    assert pixels(png(many, 1.0)) != pixels(png(shown, 1.0))
    assert "held back" in chart_text(few) and "not known" not in chart_text(few) and bars_of(few, 40).splitlines()[0] == "W0  held back"
    html = on_the_web(Reply("x", (few,)), Frame("7", "c"))
    assert ">held back<" in html and "no figure" not in html


def test_text_is_data_and_never_part_of_a_formula() -> None:
    hostile = Chart("'); alert(1); ('", "s", ("'+datum.value+'", "b|c\nd"), (Series("\\'", (1, 2)),), "' + 1")
    spec = json.dumps({name: part for name, part in specification(hostile).items() if name not in ("datasets", "title", "description")})
    assert "datum.value+" not in spec.replace("datum.value, ", "") and "alert" not in spec


def test_packing_changes_no_pixel() -> None:
    import vl_convert

    loose = vl_convert.vegalite_to_png(specification(HOURS), scale=1.0)
    assert pixels(packed(loose)) == pixels(loose) and len(packed(loose)) < len(loose) and packed(packed(loose)) == packed(loose)
    with pytest.raises(ValueError, match="not a PNG"):
        packed(b"GIF89a")


async def test_the_charts_of_a_reply_are_drawn_and_no_others(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """One that cannot be drawn is missing, without its words in the log; the reply goes out all the same."""
    empty = Chart("Empty", "e", (), ())
    assert set(await pictures_of(Reply("x", (Paragraph("p"), HOURS, empty)))) == {HOURS}

    def broken(chart: Chart, scale: float) -> bytes:
        raise ValueError(chart.title)

    monkeypatch.setattr(charts, "png", broken)
    with caplog.at_level(logging.WARNING):
        assert await pictures_of(Reply("x", (HOURS,))) == {}
    assert "a chart was not drawn" in caplog.text and HOURS.title not in caplog.text
