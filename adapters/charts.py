"""Chart data as a picture: a Vega-Lite specification and, drawn offline, a PNG. Same chart, same bytes.

The colours are those of Okabe and Ito, which people with any kind of colour vision tell apart. The libraries are
loaded when a picture is drawn and not before.
"""

from __future__ import annotations

import asyncio
import logging
import math
import textwrap
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from adapters.plain import inert, one_line
from adapters.pngs import packed
from bot.amounts import amount
from bot.inert import shortened
from bot.replies import Chart, Reply, Series

log = logging.getLogger(__name__)

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#000000", "#F0E442")
BEFORE = "#8C8C8C"
"""The first of two bars stands back, so that the second is what the eye finds, in print as well."""
INK = "#1A1A1A"
SOFT = "#595959"
FONT = "Liberation Sans"
"""The one that the drawing library carries with it, so that a picture is the same on every machine."""
WIDTH = 480
"""Of the plot with upright bars, in pixels; with axes and names the picture is about 600 wide."""
LYING_WIDTH = 360
"""Of the plot with bars that lie, in pixels: their names stand beside it."""
HEIGHT = 260
"""Of the plot, in pixels; with many bars that lie it grows."""
ROW = 44
"""Of a bar that lies, with the gap around it, in pixels."""
SLIM_ROW = 24
"""The same where there are many."""
UPRIGHT = 6
"""With more categories than these the bars lie, one below the other, and labels have a line of their own."""
LABELLED = 24
"""With more bars than these, figures over each would run into each other: the axis tells them. A bar that is missing is
said to be so all the same, for it would look like nothing.
"""
LABEL_WIDTH = 22
"""Characters on a line of the name below an upright bar."""
LYING_LABEL_WIDTH = 30
"""Characters on a line of the name beside a bar that lies."""
TITLE_WIDTH = 56
"""Characters on a line of the title."""
LEGEND_WIDTH = 26
"""Characters of a series' name in the legend; longer ones are shortened."""
SHARP = 2.0
"""Pixels of the screen for each of ours."""
ESTIMATED = "estimated"
NO_FIGURE = "no figure"
ALL_ESTIMATED = "Estimated, not measured"
PART_ESTIMATED = "Pale and dashed: estimated, not measured"

Pictures = Mapping[Chart, bytes]
"""The charts of a reply as PNG; one that could not be drawn is missing."""
NO_PICTURES: Pictures = MappingProxyType({})


async def pictures_of(reply: Reply, scale: float = SHARP) -> Pictures:
    """Every chart of a reply, drawn beside the event loop; empty for a reply without any."""
    drawn: dict[Chart, bytes] = {}
    for chart in (block for block in reply.blocks if isinstance(block, Chart) and block.categories and block.series):
        try:
            drawn[chart] = await asyncio.to_thread(png, chart, scale)
        except Exception as error:
            # Its figures are said in a table all the same; the message must go out.
            log.warning("a chart was not drawn: %s", type(error).__name__)
    return drawn


@lru_cache(maxsize=64)
def png(chart: Chart, scale: float = SHARP) -> bytes:
    """The picture of a chart that has categories and series, about 600 pixels wide at ``scale`` 1."""
    import vl_convert

    return packed(vl_convert.vegalite_to_png(specification(chart), scale=scale, allowed_base_urls=[]))


def specification(chart: Chart) -> dict[str, Any]:
    """The chart in Vega-Lite; ``description`` is its summary, for those who do not see it."""
    import altair as alt

    rows, lies = list(_rows(chart)), _lies(chart)
    base = alt.Chart(alt.InlineData(values=rows)).encode(**_places(chart, rows))
    layers = [base.mark_bar().encode(**_paint(chart))]
    labelled = rows if len(rows) <= LABELLED else [row for row in rows if row["missing"]]
    if labelled:
        layers.append(_figures(base.transform_filter("datum.missing") if labelled != rows else base, lies=lies))
    picture = alt.layer(*layers).properties(
        width=LYING_WIDTH if lies else WIDTH, height=_height(chart),
        title=_title(chart), description=inert(chart.summary), background="white", padding=16,
    )
    drawn: dict[str, Any] = picture.configure(font=FONT).configure_view(stroke=None).to_dict()
    return drawn


def _lies(chart: Chart) -> bool:
    return len(chart.categories) > UPRIGHT


def _height(chart: Chart) -> int:
    if not _lies(chart):
        return HEIGHT
    many = len(chart.categories)
    return max(HEIGHT, (SLIM_ROW if many > LABELLED else ROW) * many)


def _rows(chart: Chart) -> Iterator[dict[str, Any]]:
    """A row for each bar. Numbers before the names keep two of the same name apart, and all in their order."""
    width = LYING_LABEL_WIDTH if _lies(chart) else LABEL_WIDTH
    for at, category in enumerate(chart.categories):
        for number, series in enumerate(chart.series):
            value = _value(series, at)
            yield {
                "category": _named(at, _wrapped(category, width)),
                "series": _named(number, _series_name(series)),
                "place": value or 0,
                "said": _said(chart, series, value),
                "lines": 2 if "\n" in _said(chart, series, value) else 1,
                "estimated": series.estimated,
                "below": value is not None and value < 0,
                "missing": value is None,
            }


def _value(series: Series, at: int) -> float | None:
    value = series.values[at] if at < len(series.values) else None
    return value if value is not None and math.isfinite(value) else None


def _said(chart: Chart, series: Series, value: float | None) -> str:
    """The figure at a bar; where bars stand alone there is room to say that it is estimated."""
    alone = len(chart.series) == 1
    if value is None:
        return series.missing or (NO_FIGURE if alone else "–")
    return f"{amount(value)}\n{ESTIMATED}" if series.estimated and alone and not _lies(chart) else amount(value)


def _series_name(series: Series) -> str:
    """Cut here, and not by the drawing library: that cuts letters beyond U+FFFF into halves, and stumbles on them."""
    label = shortened(one_line(series.label), LEGEND_WIDTH)
    return f"{label} ({ESTIMATED})" if series.estimated else label


def _places(chart: Chart, rows: list[dict[str, Any]]) -> dict[str, Any]:
    import altair as alt

    lies = _lies(chart)
    across, along = (alt.Y, alt.X) if lies else (alt.X, alt.Y)
    few = {1: 1, 2: 0.55}.get(len(chart.categories), 0.15)
    names = alt.Axis(
        title=None, labelExpr=_WITHOUT_NUMBER_IN_LINES, labelFontSize=14, labelColor=INK, labelLimit=0, ticks=False,
        labelAngle=0, labelPadding=8, domainColor=SOFT,
    )
    scale = alt.Scale(paddingInner=0.3, paddingOuter=few)
    reach = alt.Scale(domain=_domain(rows), nice=False)
    placed: dict[str, Any] = {
        "y" if lies else "x": across("category:N", sort=None, axis=names, scale=scale),
        "x" if lies else "y": along("place:Q", axis=_axis(chart, rows), scale=reach),
    }
    if len(chart.series) > 1:
        offset = alt.YOffset if lies else alt.XOffset
        placed["yOffset" if lies else "xOffset"] = offset("series:N", sort=None)
    return placed


def _axis(chart: Chart, rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    values = [abs(row["place"]) for row in rows]
    most = max(values)
    plain = _AXIS_HUGE if most >= 1e15 or 0 < most < 1e-4 else _AXIS_PLAIN
    whole = alt.Undefined if any(value % 1 for value in values) else 1
    return alt.Axis(
        title=_lines(chart.unit, 40) if one_line(chart.unit) else None, tickMinStep=whole,
        labelExpr=_AXIS_LARGE if 1e4 <= most < 1e15 else plain, labelFontSize=12, labelColor=SOFT, titleFontSize=13,
        titleColor=INK, titleFontWeight="normal", tickCount=5, gridColor="#E5E5E5", domain=False, ticks=False,
        labelLimit=0,
    )


def _domain(rows: list[dict[str, Any]]) -> list[float]:
    """From zero, whatever the figures are, with room for what is said at the ends of bars."""
    least, most = min(0, *(row["place"] for row in rows)), max(0, *(row["place"] for row in rows))
    room = (most - least) * 0.18
    return [least - room if least < 0 else 0, most + room * 0.4 if most > 0 else 0] if most > least else [0, 1]


def _paint(chart: Chart) -> dict[str, Any]:
    """Colours by series; of one series with two bars the first stands back. Estimated bars are pale and dashed."""
    import altair as alt

    alone = len(chart.series) == 1
    by = "category:N" if alone else "series:N"
    first = [BEFORE, COLOURS[0]] if len(chart.categories) == 2 else [COLOURS[0]]
    colours = alt.Scale(range=first if alone else list(COLOURS))
    guess = "datum.estimated"
    return {
        "color": alt.Color(by, sort=None, scale=colours, legend=None if alone else _legend()),
        "stroke": alt.Stroke(by, sort=None, scale=colours, legend=None),
        "strokeWidth": alt.condition(guess, alt.value(2), alt.value(0)),
        "strokeDash": alt.condition(guess, alt.value([6, 4]), alt.value([1, 0])),
        "fillOpacity": alt.condition(guess, alt.value(0.3), alt.value(1)),
    }


def _legend() -> Any:
    import altair as alt

    return alt.Legend(
        title=None, orient="top", direction="horizontal", columns=3, labelExpr=_WITHOUT_NUMBER, labelFontSize=13,
        labelColor=INK, labelLimit=0, symbolType="square", symbolSize=160,
    )


def _figures(base: Any, *, lies: bool) -> Any:
    """The figure at the end of each bar, on the side where the bar is not."""
    import altair as alt

    style = {"fontSize": 13 if lies else 15, "fontWeight": "bold", "color": INK, "lineBreak": "\n", "lineHeight": 16}
    if lies:
        side, away = alt.expr("datum.below ? 'right' : 'left'"), alt.expr("datum.below ? -5 : 5")
        return base.mark_text(**style, align=side, dx=away, baseline="middle").encode(text="said:N")
    # Of two lines the lower one stands at the bar, so both are lifted by one.
    side, away = alt.expr("datum.below ? 'top' : 'line-bottom'"), alt.expr("datum.below ? 5 : 10 - 16 * datum.lines")
    return base.mark_text(**style, baseline=side, dy=away).encode(text="said:N")


def _title(chart: Chart) -> Any:
    import altair as alt

    guessed = [series.estimated for series in chart.series]
    told = [ALL_ESTIMATED if all(guessed) else PART_ESTIMATED] if any(guessed) else []
    return alt.TitleParams(
        text=_lines(chart.title, TITLE_WIDTH), subtitle=told, anchor="start", frame="group", fontSize=18,
        color=INK, subtitleColor=SOFT, subtitleFontSize=14, offset=18, lineHeight=23, subtitlePadding=6,
    )


def _named(number: int, name: str) -> str:
    return f"{number}|{name}"


_WITHOUT_NUMBER = "slice(datum.label, indexof(datum.label, '|') + 1)"
_WITHOUT_NUMBER_IN_LINES = f"split({_WITHOUT_NUMBER}, '\\n')"
_AXIS_PLAIN = "format(datum.value, '.6~g')"
_AXIS_LARGE = "replace(format(datum.value, '~s'), 'G', ' bn')"
_AXIS_HUGE = "format(datum.value, '.3~e')"


def _lines(text: str, width: int) -> list[str]:
    """The lines of a title, each with a space behind it: Vega looks up a title of one word among the names it knows
    and draws no chart that is called "if" or "constructor".
    """
    return [f"{line} " for line in _wrapped(text, width).split("\n")]


def _wrapped(text: str, width: int) -> str:
    """At most three lines of about ``width`` characters; a word that is longer than a line is broken."""
    return "\n".join(textwrap.wrap(one_line(text), width, max_lines=3, placeholder=" …")) or " "
