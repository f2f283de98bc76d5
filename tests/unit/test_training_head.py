"""The head learns new messages and stays near where it was."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.reading import softmax
from training.head import taught
from training.kinds import grown


def test_new_messages_are_told_and_old_ones_stay() -> None:
    chance = np.random.default_rng(5)
    head = np.hstack([chance.normal(size=(3, 16)), np.zeros((3, 1))]).astype(np.float32)
    old = chance.normal(size=(60, 16)).astype(np.float32)
    known = softmax(np.hstack([old, np.ones((60, 1))]) @ head.T).argmax(axis=1)
    new = (old[:1] * 0 + chance.normal(size=(1, 16))).astype(np.float32)
    other = (softmax(np.hstack([new, [[1.0]]]) @ head.T).argmax(axis=1) + 1) % 3
    states, wanted = np.vstack([old, new]), np.concatenate([known, other])
    weights = np.full(61, 1 / 61, dtype=np.float32)
    weights[-1] = 0.2
    learnt = taught(head, states, wanted, weights)
    told = softmax(np.hstack([states, np.ones((61, 1))]) @ learnt.T).argmax(axis=1)
    assert told[-1] == other[0]
    assert (told[:-1] == known).mean() > 0.9


def test_a_new_kind_begins_as_the_mean_of_its_group() -> None:
    known = ["good", "refuse:one", "refuse:two", "small:ok"]
    rows = np.array([[1, 0], [0, 2], [4, 0], [9, 9]], dtype=np.float32)
    wanted = ["good", "refuse:new", "refuse:one", "refuse:two", "small:ok"]
    assert grown(rows, known, wanted).tolist() == [[1, 0], [2, 1], [0, 2], [4, 0], [9, 9]]
    assert grown(rows[:, 0], known, wanted).tolist() == [1, 2, 0, 4, 9]
    assert grown(rows, known, known[:2]).tolist() == [[1, 0], [0, 2]]


@pytest.mark.parametrize("kind", ["desk:new", "off"])
def test_a_kind_like_none_is_not_made_up(kind: str) -> None:
    with pytest.raises(ValueError, match=f"nothing is known that {kind} is like"):
        grown(np.ones((1, 2), dtype=np.float32), ["refuse:one"], [kind])
