"""The weighted sum of dense and lexical evidence."""

from __future__ import annotations

import numpy as np

from knowledge.ranking import POOL, Scores, fuse, min_max


def scores(*numbers: float) -> Scores:
    return np.array(numbers, dtype=np.float32)


def test_scores_are_stretched_between_nought_and_one() -> None:
    assert min_max(scores(2, 4, 3)).tolist() == [0.0, 1.0, 0.5]


def test_scores_that_say_nothing_give_nothing() -> None:
    assert min_max(scores(3, 3, 3)).tolist() == [0.0, 0.0, 0.0]
    assert min_max(scores()).tolist() == []


def test_below_the_best_hundred_is_nothing() -> None:
    stretched = min_max(np.arange(POOL + 50, dtype=np.float32))
    assert np.count_nonzero(stretched) == POOL - 1
    assert stretched[-1] == 1.0


def test_a_document_good_in_all_comes_first() -> None:
    found = fuse(scores(0.9, 0.5, 0.1), scores(0.8, 0.5, 0.2), scores(7, 3, 0))
    assert found.tolist() == [1.0, *sorted(found[1:].tolist(), reverse=True)]


def test_words_decide_between_equal_vectors() -> None:
    found = fuse(scores(0.5, 0.5, 0.1), scores(0.5, 0.5, 0.1), scores(0, 4, 0))
    assert int(found.argmax()) == 1


def test_vectors_outweigh_words() -> None:
    found = fuse(scores(0.9, 0.1), scores(0.9, 0.1), scores(0, 9))
    assert int(found.argmax()) == 0
