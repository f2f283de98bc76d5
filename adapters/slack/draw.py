"""Each kind of reply block as Slack blocks, small enough to be left out one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from types import MappingProxyType

from adapters.plain import chart_table, form_text, inert, one_line, publisher_and_year, table_lines
from adapters.slack import actions, elements
from adapters.slack.elements import SlackBlock
from adapters.slack.limits import (
    BUTTON_TEXT,
    BUTTONS_IN_A_ROW,
    HEADER,
    INPUT_VALUE,
    LABEL,
    TABLE_WIDTH,
    TEXT,
)
from bot.inert import shortened
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
    Step,
    Steps,
    Table,
)

Files = Mapping[Chart, str]
"""The charts of a reply that were uploaded, as ids of files; one without a file is said in figures."""
NO_FILES: Files = MappingProxyType({})
_PART = TEXT // 4
"""Of one step, fact or cell; longer ones are shortened so that the others still fit."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is kept or left out as one; ``needed`` pieces (what can be pressed, what is cited) are left out last."""

    blocks: list[SlackBlock]
    needed: bool = False


@dataclass(slots=True)
class Drawing:
    """Draws the blocks of one reply. ``shortened`` tells whether words are missing from what was drawn; ``files`` are
    its charts that were uploaded as pictures.
    """

    files: Files = field(default_factory=dict)
    shortened: bool = False
    _buttons: int = 0
    _forms: int = 0

    def pieces(self, blocks: Iterable[Block]) -> list[Piece]:
        """All of them in order; a block without words gives none."""
        return [piece for block in blocks for piece in self._block(block) if piece.blocks]

    def _block(self, block: Block) -> Iterator[Piece]:
        match block:
            case Heading(text):
                yield from self._heading(text)
            case Paragraph(text, quiet):
                yield from self._paragraph(text, quiet)
            case Steps(items, numbered):
                yield from self._steps(items, numbered)
            case Facts(pairs):
                yield from self._facts(pairs)
            case Table():
                yield from self._table(block)
            case Chart():
                yield from self._chart(block)
            case Buttons(items):
                yield from self._row(items)
            case Form():
                yield self._form(block)
            case Sources() | Link():
                yield from self._links(block)

    def _cut(self, text: str, limit: int) -> str:
        self.shortened = self.shortened or len(text) > limit
        return shortened(text, limit)

    def _heading(self, text: str) -> Iterator[Piece]:
        if said := one_line(text):
            yield Piece([elements.header(self._cut(said, HEADER))])

    def _paragraph(self, text: str, quiet: bool) -> Iterator[Piece]:
        for chunk in chunks(inert(text).strip(), TEXT):
            yield Piece([elements.small_print(chunk) if quiet else elements.rich(elements.line(elements.words(chunk)))])

    def _steps(self, items: tuple[Step, ...], numbered: bool) -> Iterator[Piece]:
        lines = [line for item in items if (line := self._step(item))]
        done = 0
        for group in groups(lines):
            yield Piece([elements.rich(elements.listing(group, numbered=numbered, after=done if numbered else 0))])
            done += len(group)

    def _step(self, item: Step) -> SlackBlock | None:
        lead, rest = self._cut(one_line(item.lead), _PART), self._cut(inert(item.text).strip(), _PART)
        said = [elements.words(lead, bold=True)] if lead else []
        if rest:
            said.append(elements.words(f" {rest}" if lead else rest))
        return elements.line(*said) if said else None

    def _facts(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Piece]:
        lines = [line for label, value in pairs if (line := self._fact(label, value))]
        for group in groups(lines):
            yield Piece([elements.rich(elements.listing(group, numbered=False))])

    def _fact(self, label: str, value: str) -> SlackBlock | None:
        named, rest = self._cut(one_line(label), _PART), self._cut(one_line(value), _PART)
        said = [elements.words(f"{named}:" if rest else named, bold=True)] if named else []
        if rest:
            said.append(elements.words(f" {rest}" if named else rest))
        return elements.line(*said) if said else None

    def _table(self, table: Table) -> Iterator[Piece]:
        lines = table_lines(table.header, table.rows)
        if not lines:
            return
        if not table.rows or max(map(len, lines)) <= TABLE_WIDTH:
            for chunk in chunks("\n".join(lines), TEXT):
                yield Piece([elements.rich(elements.fixed_width(chunk))])
        else:
            yield from self._facts(_rows_in_words(table))

    def _chart(self, chart: Chart) -> Iterator[Piece]:
        title, summary = self._cut(one_line(chart.title), _PART), self._cut(inert(chart.summary).strip(), _PART)
        said = [elements.words(title, bold=True)] if title else []
        if summary:
            said.append(elements.words(f"\n{summary}" if title else summary))
        if said:
            yield Piece([elements.rich(elements.line(*said))])
        if file := self.files.get(chart):
            yield Piece([elements.image(file, one_line(chart.summary))])
        elif chart.categories and chart.series:
            yield from self._table(chart_table(chart))

    def _row(self, items: tuple[Button, ...]) -> Iterator[Piece]:
        drawn = [self._button(item) for item in items if actions.can_be_pressed(item)]
        for at in range(0, len(drawn), BUTTONS_IN_A_ROW):
            yield Piece([elements.actions(drawn[at : at + BUTTONS_IN_A_ROW])], needed=True)
        left_out = [one_line(item.label) for item in items if not actions.can_be_pressed(item)]
        if left_out:
            yield Piece([elements.small_print(self._cut(f"Please type instead: {', '.join(left_out)}", TEXT))])

    def _button(self, item: Button) -> SlackBlock:
        self._buttons += 1
        label = self._cut(one_line(item.label), BUTTON_TEXT)
        return elements.button(label, actions.button_id(self._buttons, item.action), item.value, primary=item.primary)

    def _form(self, form: Form) -> Piece:
        if not actions.can_be_sent(form):
            return Piece([elements.section(self._cut(form_text(form), TEXT))], needed=True)
        self._forms += 1
        title = self._cut(one_line(form.title), _PART)
        drawn = [elements.rich(elements.line(elements.words(title, bold=True)))] if title else []
        drawn += [self._field(item, at) for at, item in enumerate(form.fields)]
        submit = elements.button(
            one_line(form.submit), actions.submit_id(self._forms), actions.form_value(form), primary=True
        )
        return Piece([*drawn, elements.actions([submit])], needed=True)

    def _field(self, item: Field, at: int) -> SlackBlock:
        drawn: SlackBlock = {
            "type": "input",
            "block_id": actions.field_block(self._forms, at),
            "label": elements.plain(self._cut(one_line(item.label), LABEL) or item.name),
            "element": _menu(item) if actions.can_be_chosen(item) else _typed(item),
            "optional": not item.required,
        }
        if hint := self._cut(one_line(item.hint), LABEL):
            drawn["hint"] = elements.plain(hint)
        return drawn

    def _links(self, block: Sources | Link) -> Iterator[Piece]:
        if isinstance(block, Link):
            yield Piece([elements.rich(elements.line(elements.link(block.url, one_line(block.label))))], needed=True)
            return
        for group in groups([self._source(item) for item in block.items]):
            yield Piece([elements.rich(elements.listing(group, numbered=False))], needed=True)

    def _source(self, item: SourceLink) -> SlackBlock:
        title = self._cut(one_line(item.title), _PART) or one_line(item.url)
        return elements.line(
            elements.words(f"[{item.number}] "),
            elements.link(item.url, title),
            elements.words(f" · {self._cut(publisher_and_year(item), _PART)}"),
        )


def chunks(text: str, size: int) -> Iterator[str]:
    """Text in parts of at most ``size``, split at a line or a space where there is one."""
    while len(text) > size:
        cut = max(text.rfind("\n", 0, size), text.rfind(" ", 0, size))
        cut = cut if cut > 0 else size
        yield text[:cut]
        text = text[cut:].lstrip()
    if text:
        yield text


def groups(lines: list[SlackBlock]) -> Iterator[list[SlackBlock]]:
    """Lines in groups whose words stay within one text."""
    group: list[SlackBlock] = []
    for item in lines:
        if group and sum(map(_length, [*group, item])) > TEXT:
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _length(line: SlackBlock) -> int:
    return sum(len(element.get("text", "")) for element in line["elements"])


def _rows_in_words(table: Table) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        named = [f"{label} {cell}".strip() for label, cell in zip_longest(table.header, row, fillvalue="")]
        yield ("".join(named[:1]), ", ".join(named[1:]))


def _menu(item: Field) -> SlackBlock:
    options = [elements.option(value, one_line(label)) for value, label in item.options]
    kind = "multi_static_select" if item.several else "static_select"
    drawn: SlackBlock = {"type": kind, "action_id": item.name, "options": options}
    chosen = [choice for choice in options if choice["value"] in item.preset]
    if not chosen:
        return drawn
    return drawn | ({"initial_options": chosen} if item.several else {"initial_option": chosen[0]})


def _typed(item: Field) -> SlackBlock:
    drawn: SlackBlock = {"type": "plain_text_input", "action_id": item.name, "multiline": item.multiline}
    return drawn | {"initial_value": item.value[:INPUT_VALUE]} if item.value else drawn
