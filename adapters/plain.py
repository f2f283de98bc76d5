"""Any reply as plain text: for the terminal, as fallback text, and for whoever reads without cards.

Pure. Text is inert here too: control characters (so no terminal escapes), direction marks and invisible characters
are taken out; the only addresses are those of sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.amounts import with_unit
from bot.inert import seen
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
    Reply,
    Series,
    SourceLink,
    Sources,
    Step,
    Steps,
    Table,
)

AI_NOTICE = "A language model wrote this from the practices named here. Check it before you rely on it."
CHANGED_BY = "Changed by"

_GAP = "  "


def inert(text: str) -> str:
    """What of the text is seen; new lines stay, tabs become spaces."""
    return seen(text).replace("\t", " ")


def one_line(text: str) -> str:
    """Inert, with every run of white space as one space."""
    return " ".join(inert(text).split())


def as_text(reply: Reply) -> str:
    """The whole reply in words, blocks apart by an empty line; the reply's own line where no block says anything."""
    said = [words for block in reply.blocks if (words := block_text(block))]
    if not said:
        said = [inert(reply.text).strip()]
    if by := changed_by(reply):
        said.append(by)
    if reply.ai_generated:
        said.append(AI_NOTICE)
    return "\n\n".join(said)


def changed_by(reply: Reply) -> str:
    """Who acted, by name; empty where nobody is to be told or no name is known."""
    name = one_line(reply.by.name) if reply.by and reply.by.name else ""
    return f"{CHANGED_BY} {name}" if name else ""


def block_text(block: Block) -> str:
    """One block in words; empty if it has none."""
    match block:
        case Heading(text) | Paragraph(text):
            return inert(text).strip()
        case Steps(items, numbered):
            return "\n".join(_steps(items, numbered))
        case Facts(pairs):
            return "\n".join(f"{one_line(label)}: {one_line(value)}" for label, value in pairs)
        case Table(header, rows):
            return "\n".join(table_lines(header, rows))
        case Chart():
            return chart_text(block)
        case Buttons(items):
            return _GAP.join(_button(item) for item in items)
        case Form():
            return form_text(block)
        case Sources(items):
            return "\n".join(source_text(item) for item in items)
        case Link(label, url):
            return f"{one_line(label)}: {one_line(url)}"


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Columns lined up with spaces, a rule below the header; short rows are filled with nothing."""
    cells = [[one_line(cell) for cell in row] for row in (header, *rows)]
    columns = max((len(row) for row in cells), default=0)
    if not columns:
        return []
    full = [row + [""] * (columns - len(row)) for row in cells]
    widths = [max(len(row[at]) for row in full) for at in range(columns)]
    lines = [_GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in full]
    rule = _GAP.join("-" * width for width in widths)
    return [lines[0], rule, *lines[1:]]


def chart_table(chart: Chart) -> Table:
    """The data of a chart as a table: a row for each category, a column for each series."""
    header = ("", *(series.label for series in chart.series))
    rows = tuple(
        (category, *(_figure(series, at, chart.unit) for series in chart.series))
        for at, category in enumerate(chart.categories)
    )
    return Table(header, rows)


def chart_text(chart: Chart) -> str:
    """Title, what the chart shows, and its figures as a small table."""
    table = chart_table(chart)
    lines = [one_line(chart.title), inert(chart.summary).strip(), *table_lines(table.header, table.rows)]
    return "\n".join(line for line in lines if line)


def form_text(form: Form) -> str:
    """A form as a sentence that says what to type."""
    asked = "; ".join(_field(item) for item in form.fields)
    return f"{one_line(form.title)}: please type your answer to: {asked}"


def source_text(source: SourceLink) -> str:
    """Number, title, publisher, year, address."""
    named = f"{one_line(source.title)} ({publisher_and_year(source)})"
    return f"[{source.number}] {named} {one_line(source.url)}"


def publisher_and_year(source: SourceLink) -> str:
    """``publisher, year``; the publisher alone where the year is not known."""
    publisher = one_line(source.publisher)
    return publisher if source.year is None else f"{publisher}, {source.year}"


def _steps(items: Iterable[Step], numbered: bool) -> Iterable[str]:
    for number, item in enumerate(items, 1):
        mark = f"{number}." if numbered else "-"
        yield " ".join(part for part in (mark, one_line(item.lead), one_line(item.text)) if part)


def _button(button: Button) -> str:
    return f"[{one_line(button.label)}]"


def _figure(series: Series, at: int, unit: str) -> str:
    value = series.values[at] if at < len(series.values) else None
    if value is None:
        return series.missing or "not known"
    estimated = " (estimated)" if series.estimated else ""
    return with_unit(value, one_line(unit)) + estimated


def _field(field: Field) -> str:
    notes = [] if field.required else ["optional"]
    if field.options:
        many = "any of" if field.several else "one of"
        notes.append(f"{many}: " + ", ".join(one_line(label) for _, label in field.options))
    if field.hint:
        notes.append(one_line(field.hint))
    return one_line(field.label) + (f" ({'; '.join(notes)})" if notes else "")
