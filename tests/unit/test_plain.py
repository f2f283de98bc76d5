"""Any reply as plain text: nothing lost, nothing that acts."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from adapters.plain import AI_NOTICE, as_text, inert, one_line, table_lines
from bot.messages import Sender
from bot.replies import (
    Button,
    Buttons,
    Chart,
    Facts,
    Field,
    Form,
    Heading,
    Paragraph,
    Reply,
    Series,
    SourceLink,
    Sources,
    Step,
    Steps,
    Table,
)

REPLY = Reply(
    "Start small.",
    (
        Heading("Launching a pilot"),
        Paragraph("Start with one project [1]."),
        Steps((Step("Name the owner.", "One person."), Step("Fix the end date."))),
        Steps((Step("", "Not yet."),), numbered=False),
        Facts((("Stage", "pilot"),)),
        Table(("Team", "State"), (("North", "trying"), ("South",))),
        Chart("Adoption", "Two are trying.", ("October", "November"), (Series("trying", (1, None)),), "teams"),
        Buttons((Button("We'll try it", "adopt", "x"), Button("Later", "adopt", "y"))),
        Form("team", "", "Your team", "Save", (Field("t", "Which team?"), Field("k", "Kind?", required=False, options=(("d", "Dealer"),)),
             Field("d", "Days?", options=(("1", "Monday"), ("2", "Tuesday")), several=True))),
        Sources((SourceLink(1, "Digital Plan", "National Archives", 2016, "https://example.org/p"), SourceLink(2, "Guide", "Press", None, "https://example.org/g"))),
    ),
)


def test_every_block_is_said() -> None:
    """One whole reply, as a person reads it in a terminal."""
    assert as_text(REPLY) == "\n\n".join([
        "Launching a pilot",
        "Start with one project [1].",
        "1. Name the owner. One person.\n2. Fix the end date.",
        "- Not yet.",
        "Stage: pilot",
        "Team   State\n-----  ------\nNorth  trying\nSouth",
        "Adoption\nTwo are trying.\n          trying\n--------  ---------\nOctober   1 teams\nNovember  not known",
        "[We'll try it]  [Later]",
        "Your team: please type your answer to: Which team?; Kind? (optional; one of: Dealer); Days? (any of: Monday, Tuesday)",
        "[1] Digital Plan (National Archives, 2016) https://example.org/p\n[2] Guide (Press) https://example.org/g",
    ])


def test_a_reply_without_blocks_is_its_own_line() -> None:
    """Also one whose blocks are all empty."""
    assert as_text(Reply("hello")) == "hello"
    assert as_text(Reply("hello", (Paragraph("  "), Table((), ())))) == "hello"


def test_words_of_a_model_say_so() -> None:
    """The last line names where the words come from."""
    assert as_text(Reply("hello", ai_generated=True)).endswith(AI_NOTICE)


def test_terminal_escapes_and_direction_marks_are_taken_out() -> None:
    """Nothing moves the cursor, colours, reorders or hides."""
    assert inert("a\x1b[31mb\u202ec\u200bd\ud800e\r\nf\x00") == "a[31mbcde\nf"


def test_letters_of_every_script_stay() -> None:
    """Accents, Arabic, Chinese and emoji are words too."""
    text = "é ä نجح 领导 🚀"
    assert inert(text) == text


@given(st.text())
def test_inert_text_has_no_control_characters(text: str) -> None:
    """Whatever comes in, and doing it twice changes nothing."""
    said = inert(text)
    assert all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"} for char in said)
    assert inert(said) == said
    assert "\n" not in one_line(text)


@given(st.lists(st.lists(st.text(max_size=9), max_size=4), max_size=4))
def test_rows_of_any_length_make_a_table(rows: list[list[str]]) -> None:
    """Short rows are filled; no row is lost."""
    lines = table_lines(["one", "two"], rows)
    assert len(lines) == len(rows) + 2


def test_who_changed_something_is_said_by_name() -> None:
    """In one line, before the notice of a model; without a name nothing, for an id tells nobody anything."""
    reply = Reply("Tips are off.", ai_generated=True, by=Sender("U1", name="A\nperson\u202e"))
    assert as_text(reply) == f"Tips are off.\n\nChanged by A person\n\n{AI_NOTICE}"
    assert as_text(Reply("Tips are off.", by=Sender("U1"))) == as_text(Reply("Tips are off.", by=Sender("U1", name=" "))) == "Tips are off."
