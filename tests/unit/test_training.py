"""The mean of two branches changes the model by the mean of what they change; and what learns runs without Midway's
packages.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import numpy as np
import pytest

from training.average import RANK, Learnt, average

AT = "layer.2.output.dense"
LEARNS = ("learn", "network", "kinds", "__init__")
"""Modules of ``training`` that run in the environment that has torch; of Midway's packages it has numpy only."""


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


def imported_without(packages: set[str], modules: set[str]) -> subprocess.CompletedProcess[str]:
    """A process of its own that imports the modules while those packages cannot be found."""
    code = f"import sys\nsys.modules.update(dict.fromkeys({packages!r}))\nimport {', '.join(sorted(modules))}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_what_learns_takes_nothing_of_midway_that_needs_its_packages() -> None:
    folder = Path(__file__).parents[2] / "training"
    texts = [(folder / f"{name}.py").read_text(encoding="utf-8") for name in LEARNS]
    ours = {found for text in texts for found in re.findall(r"^from (knowledge\S*) import", text, re.MULTILINE)}
    others = set(packages_distributions()) - {"numpy", "knowledge", "bot", "adapters"}
    assert "knowledge.minilm" in ours
    assert imported_without(others, ours).returncode == 0
    assert "Stemmer" in imported_without(others, {"knowledge.stems"}).stderr
