"""A form at a terminal: each field a question, each answer the value that was meant."""

from __future__ import annotations

import pytest

from adapters.terminal.prompts import chosen, prompted, question
from adapters.terminal.render import render
from bot.replies import Field, Form, Reply

DAYS = Field("days", "Days", "when you read", "tue", False, options=(("mon", "Monday"), ("tue", "Tuesday"), ("both", "Monday, or Tuesday")), several=True)
DAY = Field("day", "Day", value="mon", options=(("mon", "Monday"), ("tue", "Tuesday")))
FORM = Form("tips", "a1", "Tips", "Save", (DAYS, DAY, Field("note", "Note", value="soon")))


@pytest.mark.parametrize(("typed", "value"), [
    ("1, 3", "mon,both"), ("1 2", "mon,tue"), ("2,2", "tue"), ("monday, TUE", "mon,tue"), ("Monday, or Tuesday, 1", "both,mon"), ("", ""), (" , ", ""),
    ("9, Sunday", "9,Sunday"),
])  # fmt: skip
def test_several_are_chosen_by_number_value_or_label(typed: str, value: str) -> None:
    """Nothing typed is none; what is no option stays as it was typed, so that the answer can name it."""
    assert chosen(DAYS, typed) == value


@pytest.mark.parametrize(("typed", "value"), [("2", "tue"), ("Tuesday", "tue"), ("", "mon"), ("Sunday", "Sunday")])
def test_one_is_chosen_and_nothing_typed_keeps_it(typed: str, value: str) -> None:
    assert chosen(DAY, typed) == value


def test_a_question_numbers_the_options_and_marks_what_is_chosen() -> None:
    """Each on its own line where it is asked; in the printed form they run on."""
    assert question(DAYS).splitlines() == [
        "Days (when you read; numbers or words, as in 1, 3; empty for none; * is chosen now)", "  (1) Monday", "  (2) Tuesday *", "  (3) Monday, or Tuesday",
    ]  # fmt: skip
    assert "(2) Tuesday *" in render(Reply("x", (FORM,)), 96)


async def answered(*lines: str | None) -> tuple[dict[str, str] | None, int]:
    """What a form gives that is answered so, and how many answers it left."""
    answers = list(lines)

    async def ask(asked: str) -> str | None:
        return answers.pop(0)

    return await prompted(FORM, ask), len(answers)


async def test_a_form_is_asked_field_by_field() -> None:
    """In order; the values are those of a submission."""
    assert await answered("1 3\n", "\n", "\n") == ({"days": "mon,both", "day": "mon", "note": "soon"}, 0)


async def test_who_leaves_a_form_is_asked_no_more() -> None:
    assert await answered("1 3\n", None, "late\n") == (None, 1)
