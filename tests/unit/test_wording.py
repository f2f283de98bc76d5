"""A typed message made readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.wording import MOST_WORDS, Wording, asking, sentences

LIBRARY = ["The pilot needs a sponsor and a baseline.", "Ask the sponsor before the pilot; measure the baseline."]
WORDING = Wording.of(LIBRARY, ["Where is the canteen?"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("who is the sponser", "who is the sponsor"),
        ("basline frist", "baseline frist"),
        ("our Pilto?", "our pilot?"),
        ("bord\tsays no", "bord\tsays no"),
        ("where is the canteen", "where is the canteen"),
        ("ER dropped", "engagement rate dropped"),
        ("er, hello", "er, hello"),
    ],
)
def test_slips_are_mended_and_abbreviations_written_out(typed: str, read: str) -> None:
    """By the library's words alone; short words, words that are right elsewhere and words near nothing stay."""
    assert WORDING.readable(typed) == read


def test_words_the_library_has_once_are_known_but_mend_nothing() -> None:
    assert WORDING.readable("needs measure nedes") == "needs measure nedes"


def test_a_very_long_message_keeps_both_ends() -> None:
    words = [f"w{number}" for number in range(MOST_WORDS + 100)]
    kept = WORDING.readable(" ".join(words)).split()
    assert len(kept) == MOST_WORDS
    assert (kept[0], kept[-1]) == (words[0], words[-1])


@given(st.text(max_size=200))
def test_anything_typed_can_be_read(text: str) -> None:
    readable = WORDING.readable(text)
    assert sentences(readable)
    assert asking(readable)


def test_lines_and_sentences_of_three_words_and_more_stand_alone() -> None:
    assert sentences("We run a pilot. OK.\nThe boss is on leave!") == ["We run a pilot.", "The boss is on leave!"]
    assert sentences("pilot charter") == ["pilot charter"]


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("We run a pilot. What do we measure?", ["What do we measure?"]),
        ("help me write the charter. the boss is on leave", ["help me write the charter."]),
        ("We have no numbers. The boss is on leave.", ["The boss is on leave."]),
        ("Who signs it? The boss is on leave. What if she says no?", ["Who signs it?", "What if she says no?"]),
    ],
)
def test_the_question_is_found_in_the_story(message: str, asked: list[str]) -> None:
    """By its mark or its first word; without either the last sentence is taken for it."""
    assert asking(message) == asked
