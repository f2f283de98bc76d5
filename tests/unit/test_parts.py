"""What the parts of a message say."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.parts import FARTHER, FITS, MOST_PIECES, Cut, Pieces, _two, best_cut, cuts, together, worth_reading
from knowledge.reading import Vectors
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


def scores(first: float, second: float) -> Vectors:
    """Of the first two practices of a library of the usual size; the others are of no account."""
    return np.array([first, second, *[0.0] * 118], dtype=np.float32)


@pytest.mark.parametrize(
    ("whole", "before", "after", "two"),
    [
        (scores(6, 5.5), scores(1, 4), scores(5.5, 0), True),
        (scores(6, 1), scores(1, 4), scores(5.5, 0), False),
        (scores(5, 5), scores(1, 4), scores(4, 1), True),
        (scores(4, 4), scores(2.9, 3), scores(3, 2.9), False),
        (scores(4, 4), scores(-1, 1), scores(1, -1), False),
    ],
    ids=["both fit", "the whole is about one", "each part asks for another", "neither part tells", "no part asks"],
)
def test_two_questions_fit_their_parts_and_the_whole(whole: Vectors, before: Vectors, after: Vectors, two: bool) -> None:
    assert best_cut(whole, [Cut(before, after)]) == ((0, 1, 0) if two else None)


def test_what_speaks_of_what_stands_before_it_is_seldom_another_question() -> None:
    """"… can I delete it": only where the parts lie far apart."""
    near, far = (scores(1, 4), scores(4, 1)), (scores(0, 6), scores(6, 0))
    assert best_cut(scores(5, 5), [Cut(*near)]) and not best_cut(scores(5, 5), [Cut(*near, back=True)])
    assert best_cut(scores(5, 5), [Cut(*far, back=True)])


def test_without_a_cut_there_is_one_question() -> None:
    assert best_cut(both(5), []) is None
    assert together(both(5), []) is not None and (together(both(5), []) == both(5)).all()


def test_in_doubt_the_parts_tell() -> None:
    """What more of them speak of comes first."""
    said = together(scores(2, 2.1), [Cut(scores(2, 0), scores(1, 1)), Cut(scores(1, 2), scores(2, 0))])
    assert said[0] > said[1] > said[2]


def test_a_message_is_read_in_pieces_where_they_lie_apart_within_it() -> None:
    """Less than what makes two questions is enough, as each piece is coloured by the others; without any cut nothing is."""
    apart, alike = Cut(scores(3, 4.4), scores(4.4, 3)), Cut(scores(3, 3), scores(3, 2.9))
    assert worth_reading(scores(4, 4), [apart])
    assert best_cut(scores(4, 4), [apart]) is None
    assert not worth_reading(scores(5, 1), [alike])
    assert not worth_reading(scores(4, 4), [])


def test_parts_that_both_ask_for_something_are_read_sooner() -> None:
    plain, asked = (Cut(scores(2, 3.25), scores(3.25, 2), asked) for asked in (False, True))
    assert not worth_reading(scores(4, 4), [plain])
    assert worth_reading(scores(4, 4), [plain, asked])


def test_a_library_of_one_practice_has_no_two_to_tell_apart() -> None:
    alone = np.zeros(1, dtype=np.float32)
    assert not worth_reading(alone, [Cut(alone, alone)])
    assert best_cut(alone, [Cut(alone, alone)]) is None


@given(st.data(), st.integers(2, 8))
def test_no_other_two_practices_fit_better_than_those_found(data: st.DataObject, practices: int) -> None:
    one = st.lists(st.floats(-3, 3, width=32), min_size=practices, max_size=practices)
    whole, before, after = (np.array(data.draw(one), dtype=np.float32) for _ in range(3))
    found = _two(whole, Cut(before, after))
    pairs = permutations(range(practices), 2)
    assert found[0] == pytest.approx(max(_sum(whole, before, after, *pair) for pair in pairs), abs=1e-3)
    assert found[0] == pytest.approx(_sum(whole, before, after, *found[1:]), abs=1e-3)


def _sum(whole: Vectors, before: Vectors, after: Vectors, first: int, second: int) -> float:
    apart = before[first] - before[second] + after[second] - after[first]
    fit = before[first] + after[second]
    return float(apart + FITS * fit - FARTHER * (2 * whole.max() - whole[first] - whole[second]))


@given(TALKS)
def test_the_last_pieces_are_read_and_no_word_is_lost(talk: list[str]) -> None:
    found = Pieces.of("\n".join(talk))
    assert len(found.texts) <= MOST_PIECES
    assert " ".join(found.texts).split() == " ".join(talk).split()


@given(TALKS)
def test_each_piece_is_told_where_it_begins(talk: list[str]) -> None:
    message = "\n".join(talk)
    found = Pieces.of(message)
    for text, begin, end in zip(found.texts, found.begins, [*found.begins[1:], len(message)], strict=True):
        assert message[begin:end].split() == text.split()


@given(st.lists(st.sampled_from(["how", "we", "and", "or", "&", "-", "a.", "b?", "c,", "1.", "(2)", "also", "é", "\n", "…"])).map(" ".join) | st.text())
def test_pieces_begin_in_their_order_whatever_parts_them(message: str) -> None:
    found = Pieces.of(message)
    assert len(found.begins) == len(found.texts)
    assert list(found.begins) == sorted(found.begins)
    assert all(message[begin:].startswith(next(iter(text.split()), "")) for text, begin in zip(found.texts, found.begins, strict=True))


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("One two three. Four, five six", Pieces(("One two three.", "Four, five six"), (0, 15))),
        ("pilot charter template, also the sponsor brief", Pieces(("pilot charter template,", "also the sponsor brief"), (0, 24))),
        ("pilot charter template & the sponsor brief", Pieces(("pilot charter template", "the sponsor brief"), (0, 25))),
        ("pilot charter", Pieces(("pilot charter",), (0,))),
        (
            "half of our pages are asleep, nobody has a list. What now?",
            Pieces(("half of our pages are asleep,", "nobody has a list. What now?"), (0, 30)),
        ),
        ("a b c. d. e. f. g. h", Pieces(("a b c. d. e.", "f.", "g.", "h"), (0, 13, 16, 19))),
        ("", Pieces(("",), (0,))),
    ],
)
def test_commas_part_what_nothing_else_does(message: str, found: Pieces) -> None:
    assert Pieces.of(message) == found


@given(TALKS)
def test_each_cut_leaves_words_on_both_sides(talk: list[str]) -> None:
    rows = np.eye(len(talk), 16, dtype=np.float32) + 0.1
    for before, after in cuts(talk, rows):
        assert f"{before.text} {after.text}" == " ".join(talk)
        for part in (before, after):
            assert len(part.text.split()) >= SHORTEST_PIECE
            assert np.linalg.norm(part.intent) == pytest.approx(1, abs=1e-5)


def test_what_names_no_subject_is_no_question_of_its_own() -> None:
    rows = np.eye(2, dtype=np.float32)
    assert not cuts(["our page was taken over by somebody.", "how do we get it back?"], rows)
    assert cuts(["our page was taken over by somebody.", "how do we get our followers back?"], rows)


def test_a_part_lies_where_its_pieces_lie_longer_ones_more() -> None:
    rows = np.eye(3, dtype=np.float32)
    [_, (before, after)] = cuts(["one two three", "one two three four five six", "one two three"], rows)
    assert before.intent == pytest.approx(np.array([1, 2, 0]) / 5**0.5, abs=1e-6)
    assert after.intent == pytest.approx(np.array([0, 0, 1]), abs=1e-6)
