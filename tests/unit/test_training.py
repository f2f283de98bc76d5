"""The mean of two branches changes the model by the mean of what they change."""

from __future__ import annotations

import numpy as np
import pytest

from training.average import RANK, Learnt, average

AT = "layer.2.output.dense"


def branch(seed: int, labels: tuple[str, ...] = ("good", "off")) -> Learnt:
    """Changes of half the rank, so that their mean keeps all of it."""
    chance = np.random.default_rng(seed)
    up, down = chance.normal(size=(40, RANK // 2)), chance.normal(size=(RANK // 2, 30))
    changes = {f"{AT}.up": up.astype(np.float16), f"{AT}.down": down.astype(np.float16)}
    return {**changes, f"{AT}.bias": chance.normal(size=40).astype(np.float16), "labels": np.array(labels)}


def changed(run: Learnt) -> np.ndarray:
    return run[f"{AT}.up"].astype(np.float32) @ run[f"{AT}.down"].astype(np.float32)


def test_the_mean_is_that_of_the_changes() -> None:
    one, other = branch(1), branch(2)
    mean = average([one, other])
    assert set(mean) == set(one)
    assert mean[f"{AT}.up"].shape == (40, RANK)
    np.testing.assert_allclose(changed(mean), (changed(one) + changed(other)) / 2, atol=0.05)
    np.testing.assert_allclose(mean[f"{AT}.bias"], (one[f"{AT}.bias"] + other[f"{AT}.bias"]) / 2, atol=0.01)


def test_branches_of_other_kinds_do_not_mix() -> None:
    with pytest.raises(ValueError, match="different kinds"):
        average([branch(1), branch(2, ("good", "refuse:x"))])
