"""A chart where it is drawn: a picture in a card of Teams and in the web chat, bars in the terminal."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.charts import png
from adapters.msteams import limits, render
from adapters.terminal.bars import bars
from adapters.terminal.render import render as in_terminal
from adapters.web.render import Frame
from adapters.web.render import render as on_the_web
from bot.replies import Chart, Paragraph, Reply, Series
from tests.fakes.msteams_rules import card_faults, walk

CHART = Chart("Response time", "It fell from 48 to 12 hours.", ("Before", "After"), (Series("Response time", (48, 12)),), "hours")
GUESS = Chart("Response time", "It fell.", ("Before", "After"), (Series("Response time", (48, 12), estimated=True),), "hours")


def images(message: dict[str, object]) -> list[dict[str, object]]:
    return [item for item in walk(message) if item.get("type") == "Image"]


def test_a_card_of_teams_carries_the_picture_with_its_words() -> None:
    """Within the size of a message, in place of the table."""
    message = render.message(Reply("x", (CHART,)), pictures={CHART: png(CHART, 1.0)})
    [image] = images(message)
    assert image["altText"] == CHART.summary
    assert base64.b64decode(str(image["url"]).removeprefix("data:image/png;base64,")) == png(CHART, 1.0)
    assert card_faults(message["attachments"][0]["content"]) == [] and render.size(message) < limits.MESSAGE_BYTES.value
    assert not [item for item in walk(message) if item.get("type") == "Table"]


def test_a_picture_too_large_for_a_message_is_said_in_figures() -> None:
    message = render.message(Reply("x", (CHART,)), pictures={CHART: bytes(limits.PICTURE_BYTES.value + 1)})
    assert images(message) == [] and [item for item in walk(message) if item.get("type") == "Table"]


def test_words_are_never_left_out_for_a_picture() -> None:
    """Where both do not fit, the figures stand in the picture's place."""
    words = tuple(Paragraph("word " * 1000) for _ in range(2))
    message = render.message(Reply("x", (CHART, *words)), pictures={CHART: bytes(limits.PICTURE_BYTES.value)})
    assert images(message) == [] and render.SHORTENED not in str(message)


def test_in_the_web_chat_the_picture_has_its_words_and_its_figures() -> None:
    """It is asked for by message and place, so that it is drawn for whoever may read that conversation."""
    html = on_the_web(Reply("x", (Paragraph("p"), CHART)), Frame(message_id="7", conversation="c&1"))
    assert '<img src="/chat/charts/7/1.png?c=c%261" alt="It fell from 48 to 12 hours."' in html
    assert "<details>" in html and ">48<" in html.replace("\n", "")
    assert "<img" not in on_the_web(Reply("x", (Chart("e", "e", (), ()),)), Frame("7", "c"))


def test_a_terminal_draws_bars_from_zero() -> None:
    assert bars(CHART, 40).splitlines() == ["In hours:", f"Before  {'█' * 29} 48", f"After   {'█' * 7} 12"]
    assert bars(GUESS, 40).splitlines()[1] == f"Before  {'░' * 17} 48 (estimated)"


def test_a_terminal_tells_what_is_not_known_from_nothing() -> None:
    chart = Chart("x", "y", ("a", "b", "c"), (Series("s", (0, None, float("nan"))), Series("t", (1,))))
    said = bars(chart, 60).splitlines()
    assert [line.split("  ")[-1].strip("█ ") for line in said] == ["0", "1", "not known", "not known", "not known", "not known"]
    assert bars(Chart("x", "y", (), ()), 60) == ""


@pytest.mark.parametrize("width", [30, 48, 80, 200])
@given(
    names=st.lists(st.text(st.characters(codec="ascii", exclude_categories=("C",)), max_size=60), min_size=1, max_size=4),
    values=st.lists(st.none() | st.floats(-1e300, 1e300), max_size=4), unit=st.sampled_from(["", "hours", "replies to dealers a month"]),
    estimated=st.booleans(),
)
def test_bars_are_as_wide_as_the_terminal(width: int, names: list[str], values: list[float | None], unit: str, estimated: bool) -> None:
    """Never wider."""
    chart = Chart("Title", "Summary.", tuple(names), (Series("s", tuple(values), estimated),), unit)
    assert max(map(len, in_terminal(Reply("x", (chart,)), width).splitlines())) <= width
