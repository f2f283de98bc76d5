"""Blocks of a reply as elements of an Adaptive Card. Pure.

Words go into text runs, which by the card schema draw no markdown; so nothing a person typed can link, ping or format.
The one exception are labels and choices of inputs, where markdown is escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from adapters.charts import NO_PICTURES, Pictures
from adapters.msteams import limits
from adapters.msteams.inert import unlinked, words
from adapters.plain import chart_table, publisher_and_year
from bot.replies import (
    Block,
    Button,
    Buttons,
    Chart,
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Paragraph,
    SourceLink,
    Sources,
    Steps,
    Table,
    joined,
)

Element = dict[str, Any]

DATA_KEY = "midway"
"""Where our own data lies in what a button sends back; inputs stand beside it."""


def drawn(block: Block, number: int, pictures: Pictures = NO_PICTURES) -> list[Element]:
    """The elements of one block. ``number`` is its place in the reply and keeps the inputs of two forms apart;
    ``pictures`` are the reply's charts, drawn.
    """
    match block:
        case Heading():
            return [_text(_run(block.text, size="Medium", weight="Bolder"), spacing="Medium")]
        case Paragraph():
            return [_text(_run(block.text, isSubtle=True, size="Small") if block.quiet else _run(block.text))]
        case Steps():
            return list(_steps(block))
        case Facts():
            return [_grid([list(pair) for pair in block.pairs], header=False)] if block.pairs else []
        case Table():
            return _table(block)
        case Chart():
            return _chart(block, pictures.get(block, b""))
        case Buttons():
            return list(_rows(block.items))
        case Form():
            return _form(block, f"f{number}.")
        case Sources() | Link():
            return _links(block)


def note(text: str) -> Element:
    """A line of small print that the adapter itself adds."""
    return _text(_run(text, isSubtle=True, size="Small"))


def _run(text: str, most: int = limits.TEXT_CHARACTERS.value, **style: Any) -> Element:
    return {"type": "TextRun", "text": words(text, most) or " ", **style}  # Teams refuses an empty run


def _text(*runs: Element, spacing: str = "Default") -> Element:
    return {"type": "RichTextBlock", "inlines": list(runs), "spacing": spacing}


def _steps(block: Steps) -> Iterator[Element]:
    for number, item in enumerate(block.items, 1):
        mark = f"{number}. " if block.numbered else "• "
        lead = [_run(item.lead, weight="Bolder")] if item.lead.strip() else []
        rest = [_run(f" {item.text}" if lead else item.text)] if item.text else []
        yield _text({"type": "TextRun", "text": mark}, *lead, *rest, spacing="Small")


def _table(block: Table) -> list[Element]:
    kept = block.rows[: limits.TABLE_ROWS.value]
    grid = _grid([list(block.header), *(list(row) for row in kept)], header=True)
    left_out = len(block.rows) - len(kept)
    return [grid, note(f"{left_out} more rows are not shown here.")] if left_out else [grid]


def _grid(rows: list[list[str]], *, header: bool) -> Element:
    width = max(1, *(len(row) for row in rows))
    return {
        "type": "Table",
        "firstRowAsHeader": header,
        "showGridLines": header,
        "columns": [{"type": "TableColumnDefinition", "width": 1} for _ in range(width)],
        "rows": [_row(row + [""] * (width - len(row)), bold=header and number == 0) for number, row in enumerate(rows)],
    }


def _row(cells: list[str], *, bold: bool) -> Element:
    style = {"weight": "Bolder"} if bold else {}
    runs = [_text(_run(cell, limits.CELL_CHARACTERS.value, **style)) for cell in cells]
    return {"type": "TableRow", "cells": [{"type": "TableCell", "items": [run]} for run in runs]}


def _chart(block: Chart, picture: bytes) -> list[Element]:
    """Its title, its summary in words, and its picture; where there is none or it is too large, its figures."""
    title, summary = _text(_run(block.title, weight="Bolder")), _text(_run(block.summary))
    if not 0 < len(picture) <= limits.PICTURE_BYTES.value:
        return [title, summary, *_table(chart_table(block))]
    url = "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
    said = words(block.summary, limits.TEXT_CHARACTERS.value)
    return [title, summary, {"type": "Image", "url": url, "altText": said, "size": "Stretch"}]


def _rows(buttons: Sequence[Button]) -> Iterator[Element]:
    most = limits.ACTIONS_IN_A_ROW.value
    for start in range(0, len(buttons), most):
        actions = [_button(button) for button in buttons[start : start + most]]
        yield {"type": "ActionSet", "actions": actions, "spacing": "Small"}


def _button(button: Button) -> Element:
    data = {DATA_KEY: {"action": button.action, "value": button.value}}
    # Without "none" a required field of a form in the same card would keep every button from being pressed.
    return _execute(button.label, data, "none", primary=button.primary)


def _execute(label: str, data: Element, inputs: str, *, primary: bool) -> Element:
    """A universal action; older clients fall back to a submit, which arrives as a message with a value."""
    shared = {"title": _label(label), "data": data, "associatedInputs": inputs}
    style = {"style": "positive"} if primary else {}
    fallback = {"type": "Action.Submit", **shared, **style}
    return {"type": "Action.Execute", "verb": DATA_KEY, **shared, **style, "fallback": fallback}


def _label(text: str) -> str:
    return words(text, limits.LABEL_CHARACTERS.value) or "…"


def _form(block: Form, prefix: str) -> list[Element]:
    ours = {"form": block.form, "context": block.context, "inputs": prefix}
    if several := joined(field.name for field in block.fields if field.several):
        ours["several"] = several  # of these Teams sends nothing at all where nothing is chosen
    data = {DATA_KEY: ours}
    send = {"type": "ActionSet", "actions": [_execute(block.submit, data, "auto", primary=True)]}
    title = _text(_run(block.title, weight="Bolder"), spacing="Medium")
    asked = [element for field in block.fields for element in _asked(field, prefix)]
    return [{"type": "Container", "items": [title, *asked, send]}]


def _asked(field: Field, prefix: str) -> list[Element]:
    """One field; a choice has no placeholder that could hold its hint."""
    hint = [note(field.hint)] if field.options and field.hint else []
    return [_input(field, prefix), *hint]


def _input(field: Field, prefix: str) -> Element:
    label = _unmarked(field.label)
    shared = {
        "id": prefix + field.name,
        "label": label,
        "isRequired": field.required,
        "errorMessage": f"Needed: {label}",
        "value": field.value,
    }
    if field.options:
        kept = field.options[: limits.CHOICES.value]
        choices = [{"title": _unmarked(title), "value": value} for value, title in kept]
        # A list to fold out holds one choice: several are boxes to tick, and drawn so by clients whatever the style.
        how = {"isMultiSelect": True, "style": "expanded", "wrap": True} if field.several else {"style": "compact"}
        return {"type": "Input.ChoiceSet", **shared, **how, "choices": choices}
    return {"type": "Input.Text", **shared, "placeholder": _unmarked(field.hint or " "), "isMultiline": field.multiline}


def _unmarked(text: str) -> str:
    """Labels and choices are drawn with markdown by some clients."""
    return _label(unlinked(text))


def _links(block: Sources | Link) -> list[Element]:
    if isinstance(block, Link):
        return [_text(_linked(block.label, block.url))]
    return [_source(item) for item in block.items]


def _linked(text: str, url: str) -> Element:
    run = _run(text, limits.CELL_CHARACTERS.value)
    return run | {"selectAction": {"type": "Action.OpenUrl", "url": url}} if is_web(url) else run


def _source(item: SourceLink) -> Element:
    title = _linked(item.title.strip() or "Source", item.url)
    number = {"type": "TextRun", "text": f"[{item.number}] "}
    origin = _run(f" ({publisher_and_year(item)})", limits.CELL_CHARACTERS.value, isSubtle=True)
    return _text(number, title, origin, spacing="Small")


def is_web(url: str) -> bool:
    """Only pages of the web are linked: no scripts, files or deep links into clients."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable() and " " not in url
