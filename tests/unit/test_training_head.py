"""The head learns new messages and stays near where it was."""

from __future__ import annotations

import numpy as np

from knowledge.reading import softmax
from training.head import taught


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
