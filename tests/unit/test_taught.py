"""The recognizer in the package: learnt from what stands there today, close to what it was before it was made small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge import taught
from knowledge.embedder import MiniLM
from knowledge.index import teaching
from knowledge.library import load_shipped
from knowledge.recognizer import train
from tests.fakes.reader import FakeReader

TEXTS = ["how do we start a pilot", "start a small pilot", "who pays for the sponsor", "find a sponsor above", "alt text for pictures"]
LABELS = ["pilot", "pilot", "sponsor", "sponsor", "alt"]


def vectors(texts: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(FakeReader().embed_documents(texts), dtype=np.float32)


def test_it_was_learnt_from_what_stands_there(tmp_path: Path) -> None:
    """If not: `.venv/bin/python -m training.recognizer`."""
    assert taught.learnt_from() == teaching(load_shipped(), MiniLM(tmp_path))


def test_it_knows_every_shipped_practice(tmp_path: Path) -> None:
    known = taught.shipped_recognizer(MiniLM(tmp_path).name)
    assert known
    assert set(known.labels) == set(load_shipped().practices)


def test_another_reader_has_none() -> None:
    assert taught.shipped_recognizer("some other model") is None


def test_eight_bits_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written and read again, it scores as before but for a hundredth of the spread of its scores."""
    made = train(vectors(TEXTS), TEXTS, LABELS)
    taught.write(made, "fake", "print", tmp_path / "recognizer.npz")
    monkeypatch.setattr(taught, "FILE", tmp_path / "recognizer.npz")
    again = taught.shipped_recognizer("fake")
    assert again and again.labels == made.labels
    one, other = (each.logits(vectors(TEXTS)[0], TEXTS[0]) for each in (made, again))
    assert np.abs(one - other).max() < 0.02 * one.std()


def test_what_is_known_stays_and_what_is_new_is_learnt() -> None:
    """A practice of the organization's own beside the shipped ones: its questions find it, theirs find them."""
    base = train(vectors(TEXTS[:4]), TEXTS[:4], LABELS[:4])
    made = train(vectors(TEXTS), TEXTS, LABELS, base)
    assert made.labels == ("pilot", "sponsor", "alt")
    assert np.array_equal(made.weights[:, :2], base.weights)
    best = [made.labels[int(made.logits(vector, text).argmax())] for vector, text in zip(vectors(TEXTS), TEXTS, strict=True)]
    assert best == LABELS


def test_a_withdrawn_practice_is_forgotten() -> None:
    base = train(vectors(TEXTS), TEXTS, LABELS)
    made = train(vectors(TEXTS[:2]), TEXTS[:2], LABELS[:2], base)
    assert made.labels == ("pilot",)
    assert np.array_equal(made.weights[:, 0], base.weights[:, base.labels.index("pilot")])
