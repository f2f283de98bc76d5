"""A form of several fields at a terminal: asked for one by one."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator

from adapters.plain import one_line
from bot.replies import Field, Form, joined

Ask = Callable[[str], Awaitable[str | None]]
"""Shows a question and gives the line that was typed; None where the form is not to be filled in any further."""


async def prompted(form: Form, ask: Ask) -> dict[str, str] | None:
    """What was typed, by field; an empty line keeps what stands there, and of several options chooses none. None, and
    nothing more is asked, once an answer is None.
    """
    values: dict[str, str] = {}
    for field in form.fields:
        typed = await ask(question(field))
        if typed is None:
            return None
        values[field.name] = chosen(field, typed.strip())
    return values


def question(field: Field) -> str:
    """One field as a question; a choice with the numbers to type."""
    if field.several and field.options:
        return _several(field)
    if field.options:
        offered = "  ".join(f"({at}) {one_line(label)}" for at, (_, label) in enumerate(field.options, start=1))
        return f"{one_line(field.label)}  {offered}  [{_shown(field)}] "
    hint = f" ({one_line(field.hint)})" if field.hint else ""
    kept = f" [{one_line(field.value)}]" if field.value else ""
    needed = "" if field.required else " – optional"
    return f"{one_line(field.label)}{hint}{needed}{kept} "


def chosen(field: Field, typed: str) -> str:
    """The value that was meant: of a choice by its number, value or label; what is none of them as it was typed."""
    if field.several and field.options:
        return joined(dict.fromkeys(_each(field, typed)))
    if not typed:
        return field.value
    value = _option(field, typed)
    return typed if value is None else value


def _several(field: Field) -> str:
    """How to answer, then each option on a line of its own, those that stand chosen marked."""
    how = [one_line(field.hint), "numbers or words, as in 1, 3", "" if field.required else "empty for none"]
    how.append("* is chosen now" if field.preset else "")
    lines = [
        f"({at}) {one_line(label)}{' *' if value in field.preset else ''}"
        for at, (value, label) in enumerate(field.options, start=1)
    ]
    return "\n  ".join([f"{one_line(field.label)} ({'; '.join(filter(None, how))})", *lines])


def _each(field: Field, typed: str) -> Iterator[str]:
    """What was meant, one by one. Between numbers a space is enough; a label may have commas of its own."""
    between = r"[\s,]+" if re.fullmatch(r"[\d\s,]*", typed) else r"\s*,\s*"
    parts = re.split(between, typed)
    while parts:
        runs = ((size, _option(field, ", ".join(parts[:size]))) for size in range(len(parts), 0, -1))
        size, value = next(((size, value) for size, value in runs if value is not None), (1, parts[0]))
        yield value
        parts = parts[size:]


def _option(field: Field, typed: str) -> str | None:
    """The value of the option with this number, value or label."""
    for at, (value, label) in enumerate(field.options, start=1):
        if typed.casefold() in {str(at), value.casefold(), label.casefold()}:
            return value
    return None


def _shown(field: Field) -> str:
    return next((one_line(label) for value, label in field.options if value in field.preset), "")
