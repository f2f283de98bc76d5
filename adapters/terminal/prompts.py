"""A form of several fields at a terminal: asked for one by one."""

from __future__ import annotations

from collections.abc import Callable

from adapters.plain import one_line
from bot.replies import Field, Form

Ask = Callable[[str], str]
"""Shows a question and gives the line that was typed; empty at the end of input."""


def prompted(form: Form, ask: Ask) -> dict[str, str]:
    """What was typed, by field; an empty line keeps what stands there."""
    return {field.name: chosen(field, ask(question(field)).strip()) for field in form.fields}


def question(field: Field) -> str:
    """One field as a question; a choice with the numbers to type."""
    if field.options:
        offered = "  ".join(f"({at}) {one_line(label)}" for at, (_, label) in enumerate(field.options, start=1))
        return f"{one_line(field.label)}  {offered}  [{_shown(field)}] "
    hint = f" ({one_line(field.hint)})" if field.hint else ""
    kept = f" [{one_line(field.value)}]" if field.value else ""
    needed = "" if field.required else " – optional"
    return f"{one_line(field.label)}{hint}{needed}{kept} "


def chosen(field: Field, typed: str) -> str:
    """The value that was meant: of a choice by its number, value or label; what is none of them as it was typed."""
    if not typed:
        return field.value
    for at, (value, label) in enumerate(field.options, start=1):
        if typed.casefold() in {str(at), value.casefold(), label.casefold()}:
            return value
    return typed


def _shown(field: Field) -> str:
    return next((one_line(label) for value, label in field.options if value == field.value), "")
