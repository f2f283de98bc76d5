"""What the parts of a message say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.parts import MOST_PIECES, Cut, Pieces, best_cut, cuts, may_hold_two, together
from knowledge.reading import Vectors, View
from knowledge.wording import SHORTEST_PIECE

TALKS = st.lists(st.text("ab ", min_size=1, max_size=20), min_size=1, max_size=12)
LIBRARY = st.integers(3, 150)


def one_hot(place: int, practices: int) -> Vectors:
    """The scores of a text that resembles one practice alone."""
    scores = np.eye(practices, dtype=np.float32)[place]
    return np.asarray((scores - scores.mean()) / scores.std(), dtype=np.float32)


def both(practices: int) -> Vectors:
    """Of one that resembles the first two alike."""
    scores = one_hot(0, practices) + one_hot(1, practices)
    return np.asarray(scores / scores.std(), dtype=np.float32)


@given(LIBRARY)
def test_two_practices_that_the_parts_ask_for_are_found(practices: int) -> None:
    """In a library of any size."""
    same = Cut(both(practices), both(practices))
    apart = Cut(one_hot(1, practices), one_hot(0, practices))
    assert best_cut(both(practices), [same, apart, same]) == (1, 1, 0)


@given(LIBRARY, st.floats(0, 1))
def test_parts_that_ask_for_the_same_are_one_question(practices: int, share: float) -> None:
    less = np.asarray(share * one_hot(2, practices) + one_hot(0, practices), dtype=np.float32)
    assert best_cut(one_hot(0, practices), [Cut(one_hot(0, practices), less)]) is None


def test_two_parts_that_both_ask_for_something_are_two_questions_sooner() -> None:
    found = [Cut(scores(1.6, 3), scores(3, 1), asked) for asked in (False, True)]
    assert [best_cut(scores(4, 4), [cut]) for cut in found] == [None, (0, 1, 0)]


def test_a_comma_alone_parts_two_questions_later() -> None:
    sure, faint = (Cut(scores(1, 3.1), scores(3.1, 1), faint=faint) for faint in (False, True))
    assert best_cut(scores(4, 4), [sure]) == (0, 1, 0)
    assert best_cut(scores(4, 4), [faint]) is None
    assert best_cut(scores(4, 4), [Cut(scores(0, 4), scores(4, 0), faint=True)]) == (0, 1, 0)


def scores(first: float, second: float) -> Vectors:
    """Of the first two practices of a library of the usual size; the others are of no account."""
    return np.array([first, second, *[0.0] * 118], dtype=np.float32)


@pytest.mark.parametrize(
    ("whole", "before", "after", "two"),
    [
        (scores(5, 4.5), scores(1, 3), scores(4.5, 0), True),
        (scores(5, 1), scores(1, 3), scores(4.5, 0), False),
        (scores(4, 4), scores(1, 3), scores(3, 1), True),
        (scores(4, 4), scores(2.9, 3), scores(3, 2.9), False),
        (scores(4, 4), scores(-1, 1), scores(1, -1), False),
    ],
    ids=["both fit", "the whole is about one", "each part asks for another", "neither part tells", "no part asks"],
)
def test_two_questions_fit_their_parts_and_the_whole(whole: Vectors, before: Vectors, after: Vectors, two: bool) -> None:
    assert best_cut(whole, [Cut(before, after)]) == ((0, 1, 0) if two else None)


def test_without_a_cut_there_is_one_question() -> None:
    assert best_cut(both(5), []) is None
    assert together(both(5), []) is not None and (together(both(5), []) == both(5)).all()


def test_in_doubt_the_parts_tell() -> None:
    """What more of them speak of comes first."""
    said = together(scores(2, 2.1), [Cut(scores(2, 0), scores(1, 1)), Cut(scores(1, 2), scores(2, 0))])
    assert said[0] > said[1] > said[2]


@pytest.mark.parametrize(
    ("pieces", "may"),
    [
        (("How do we start?",), False),
        (("How do we start?", "And the sponsor?"), True),
        (("Our boss left.", "How do we start?"), False),
        (("how do we start", "what do we measure"), True),
    ],
)
def test_pieces_are_read_where_the_message_is_not_clearly_one_question(pieces: tuple[str, ...], may: bool) -> None:
    """A best practice that is one standard deviation ahead says so, unless two pieces ask for something or a question mark stands within."""
    whole = np.array([2.0, 1.0, 0.0, -1.0], dtype=np.float32)
    assert may_hold_two(Pieces(pieces), whole) is may
    assert may_hold_two(Pieces(pieces), np.array([2.0, 1.9, 0.0])) is (len(pieces) > 1)
    assert not may_hold_two(Pieces(pieces), np.array([2.0]))


def test_a_question_mark_within_leaves_more_doubt_than_two_pieces_that_ask() -> None:
    whole = np.array([3.0, 1.0, 0.0, -1.0], dtype=np.float32)
    assert may_hold_two(Pieces(("How do we start?", "And the sponsor?")), whole)
    assert not may_hold_two(Pieces(("how do we start", "what do we measure")), whole)


@given(TALKS)
def test_the_last_pieces_are_read_and_no_word_is_lost(talk: list[str]) -> None:
    found = Pieces.of("\n".join(talk))
    assert len(found.texts) <= MOST_PIECES
    assert " ".join(found.texts).split() == " ".join(talk).split()


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("One two three. Four, five six", Pieces(("One two three.", "Four, five six"))),
        ("pilot charter template, also the sponsor brief", Pieces(("pilot charter template,", "also the sponsor brief"), faint=True)),
        ("pilot charter", Pieces(("pilot charter",), faint=True)),
        (
            "half of our pages are asleep, nobody has a list. What now?",
            Pieces(("half of our pages are asleep,", "nobody has a list. What now?"), faint=True),
        ),
        ("a b c. d. e. f. g. h", Pieces(("a b c. d. e.", "f.", "g.", "h"))),
    ],
)
def test_commas_part_what_nothing_else_does(message: str, found: Pieces) -> None:
    assert Pieces.of(message) == found


@given(TALKS)
def test_each_cut_leaves_words_on_both_sides(talk: list[str]) -> None:
    rows = np.eye(len(talk), 16, dtype=np.float32) + 0.1
    for before, after in cuts(talk, View(rows, rows)):
        assert f"{before.text} {after.text}" == " ".join(talk)
        for part in (before, after):
            assert len(part.text.split()) >= SHORTEST_PIECE
            assert np.linalg.norm(part.view.vector) == pytest.approx(1, abs=1e-5)
            assert np.linalg.norm(part.view.intent) == pytest.approx(1, abs=1e-5)


def test_what_names_no_subject_is_no_question_of_its_own() -> None:
    rows = np.eye(2, dtype=np.float32)
    assert not cuts(["our page was taken over by somebody.", "how do we get it back?"], View(rows, rows))
    assert cuts(["our page was taken over by somebody.", "how do we get our followers back?"], View(rows, rows))


def test_a_part_lies_where_its_pieces_lie_longer_ones_more() -> None:
    rows = np.eye(3, dtype=np.float32)
    [_, (before, after)] = cuts(["one two three", "one two three four five six", "one two three"], View(rows, rows))
    assert before.view.vector == pytest.approx(np.array([1, 2, 0]) / 5**0.5, abs=1e-6)
    assert after.view.vector == pytest.approx(np.array([0, 0, 1]), abs=1e-6)
