"""Documents are cut into the passages that are embedded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.library import load_shipped
from knowledge.splitter import OVERLAP, WORDS, Document, as_document, pieces, split

SENTENCE = "Every branch writes down one number a week. "


def test_short_text_is_one_piece() -> None:
    assert list(pieces("Start small. Measure it.")) == ["Start small. Measure it."]


def test_pieces_end_with_sentences_and_overlap() -> None:
    """Forty sentences of eight words: each piece begins with sentences that ended the one before."""
    found = list(pieces(SENTENCE * 40))
    assert all(piece.endswith(".") and len(piece.split()) <= WORDS for piece in found)
    assert sum(len(piece.split()) for piece in found) > 320
    assert all(found[place].endswith(SENTENCE.strip()) for place in range(len(found)))


@given(st.lists(st.text(alphabet="abc.!? \n", min_size=1, max_size=40), max_size=30))
def test_no_word_is_lost_and_no_piece_too_long(parts: list[str]) -> None:
    text = " ".join(parts)
    found = list(pieces(text))
    assert set(text.split()) == {word for piece in found for word in piece.split()}
    assert all(len(piece.split()) <= WORDS + OVERLAP for piece in found)


def test_one_endless_sentence_is_cut_by_words() -> None:
    assert [len(piece.split()) for piece in pieces("word " * (2 * WORDS + 5))] == [WORDS, WORDS, 5]


def test_title_and_questions_stand_alone_and_text_carries_the_title() -> None:
    document = Document("pilot", "Start a pilot", ("One team. One goal.",), ("How do we begin?",))
    assert [(passage.kind, passage.text) for passage in split(document)] == [
        ("title", "Start a pilot"),
        ("question", "How do we begin?"),
        ("text", "Start a pilot. One team. One goal."),
    ]


def test_a_practice_is_found_by_its_sections_without_marks() -> None:
    for practice in load_shipped().practices.values():
        document = as_document(practice)
        assert document.questions == practice.questions
        assert len(document.paragraphs) >= 5
        assert "**" not in document.body
        assert "[^" not in document.body
