"""A reply as lines of a terminal: words wrapped to its width, buttons with numbers to type. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from adapters.plain import AI_NOTICE, block_text, inert, one_line
from adapters.terminal.bars import bars
from adapters.terminal.colour import BOLD, DIM, styled
from adapters.terminal.prompts import question
from bot.replies import Block, Button, Buttons, Chart, Field, Form, Heading, Paragraph, Reply, Sources, Steps

NARROWEST, WIDEST = 30, 96


def form_of(reply: Reply) -> Form | None:
    """The last form of a reply."""
    return next((block for block in reversed(reply.blocks) if isinstance(block, Form)), None)


def render(reply: Reply, width: int, *, colour: bool = False, first: int = 1) -> str:
    """The whole reply, wrapped; with ``colour`` headings are bold and small print is dim. ``first`` is the number of
    its first button.
    """
    width = max(NARROWEST, min(width, WIDEST))
    buttons = reply.buttons
    numbered = tuple(enumerate(buttons, start=first))
    pieces = [_block(block, width, numbered, colour) for block in reply.blocks] or [
        _wrapped(one_line(reply.text), width)
    ]
    if reply.ai_generated:
        pieces.append(styled(_wrapped(AI_NOTICE, width), DIM, colour))
    return "\n\n".join(piece for piece in pieces if piece)


def _block(block: Block, width: int, buttons: Sequence[tuple[int, Button]], colour: bool) -> str:
    match block:
        case Heading():
            return styled(_wrapped(block_text(block), width), BOLD, colour)
        case Paragraph(quiet=True):
            return styled(_wrapped(block_text(block), width), DIM, colour)
        case Steps() | Sources():
            return "\n".join(_wrapped(line, width, hang="   ") for line in block_text(block).splitlines())
        case Buttons(items):
            row = "  ".join(f"({_number(button, buttons)}) {one_line(button.label)}" for button in items)
            return _wrapped(row, width)
        case Chart():
            title, summary = styled(_wrapped(one_line(block.title), width), BOLD, colour), inert(block.summary).strip()
            return "\n".join(part for part in (title, _wrapped(summary, width), bars(block, width)) if part)
        case Form(fields=fields):
            return _form(block, fields, width)
    return "\n".join(_wrapped(line, width) for line in block_text(block).splitlines())


def _form(form: Form, fields: Sequence[Field], width: int) -> str:
    """One field as a sentence; several as a list, to be filled in one by one."""
    if len(fields) == 1:
        asked = question(fields[0]).strip()
        return _wrapped(f"{one_line(form.title)}: {asked} Type = and your answer.", width)
    lines = [f"- {question(field).strip()}" for field in fields]
    how = f"Type = to be asked for each, or = {fields[0].name}=…; {fields[1].name}=…"
    listed = [_wrapped(line, width, hang="  ") for line in lines]
    return "\n".join([_wrapped(f"{one_line(form.title)}", width), *listed, _wrapped(how, width)])


def _number(button: Button, buttons: Sequence[tuple[int, Button]]) -> int:
    return next(number for number, other in buttons if other is button)


def _wrapped(text: str, width: int, hang: str = "") -> str:
    return textwrap.fill(text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
