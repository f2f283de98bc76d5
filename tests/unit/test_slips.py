"""Messages with slips, to learn from: the same each time, some of them only, and still to be read."""

from __future__ import annotations

from string import ascii_lowercase

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from training.slips import BESIDE, ROWS, SHARE, SHORT, slipped

ASKED = "How do we agree with our regional managers which {number} figures belong in the report?"


@given(st.text())
def test_a_text_always_gets_the_same_slips(text: str) -> None:
    assert slipped(text) == slipped(text)


@given(st.text(alphabet="abcdefgh äöü.,'?", max_size=200))
def test_no_word_is_added_and_none_changes_beyond_recognition(text: str) -> None:
    words, typed = text.lower().split(), slipped(text).lower().split()
    assert len(typed) <= len(words)
    if len(typed) == len(words):
        for word, other in zip(words, typed, strict=True):
            bare = word.replace("'", "").rstrip(".,?")
            assert other in SHORT.values() or OSA.distance(bare, other.replace("'", "").rstrip(".,?")) <= 4


def test_a_wrong_key_lies_beside_the_right_one() -> None:
    assert set(BESIDE) == set("".join(ROWS)) == set(ascii_lowercase)
    for key, beside in BESIDE.items():
        [row] = [row for row in ROWS if key in row]
        assert abs(row.index(key) - row.index(beside)) == 1


def test_some_messages_have_slips_and_most_have_none() -> None:
    asked = [ASKED.format(number=number) for number in range(1000)]
    changed = [text for text in asked if slipped(text) != text]
    assert SHARE * 0.8 < len(changed) / len(asked) < SHARE * 1.2


def test_a_message_with_slips_can_be_read() -> None:
    typed = [slipped(ASKED.format(number=number)) for number in range(1000)]
    for text in typed:
        assert OSA.distance(text.lower(), ASKED.format(number=0).lower()) < len(ASKED) / 3
