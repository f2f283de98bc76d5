"""The recognizer in the package; that it was learnt from what stands there today, `make check` finds out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge import taught
from knowledge.embedder import MiniLM
from knowledge.library import load_shipped
from knowledge.linear import Linear
from knowledge.recognizer import Recognizer
from knowledge.shorts import Short
from knowledge.taught import short_key
from tests.fakes.reader import FakeReader

TEXTS = ["how do we start a pilot", "start a small pilot", "who pays for the sponsor", "find a sponsor above", "alt text for pictures"]
LABELS = ["pilot", "pilot", "sponsor", "sponsor", "alt"]


def vectors(texts: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(FakeReader().embed_documents(texts), dtype=np.float32)


def test_it_knows_every_shipped_practice(tmp_path: Path) -> None:
    known = taught.shipped_recognizer(MiniLM(tmp_path).name)
    assert known
    assert set(known.labels) == set(load_shipped().practices)


def test_another_reader_has_none() -> None:
    assert taught.shipped_recognizer("some other model") is None


def taught_of(texts: list[str], labels: list[str], base: Recognizer | None = None) -> Recognizer:
    return Recognizer.taught(vectors(texts), texts, labels, base)


def test_written_and_read_again_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = taught_of(TEXTS, LABELS)
    short = Short.of(TEXTS[:1], list(vectors(TEXTS)[:1]), [1.0], made.words.rarity)
    shorts = {short_key("pilot", "How long?"): short}
    taught.write(made, shorts, "fake", "print", tmp_path / "recognizer.npz")
    monkeypatch.setattr(taught, "FILE", tmp_path / "recognizer.npz")
    [(key, kept)] = taught.shipped_shorts("fake").items()
    assert key == short_key("pilot", "How long?") != short_key("pilots", "How long?")
    assert kept.intent @ short.intent == pytest.approx(1, abs=1e-3)
    np.testing.assert_array_equal(kept.places, short.places)
    np.testing.assert_allclose(kept.counts, short.counts, atol=0.002)
    again = taught.shipped_recognizer("fake")
    assert again and again.labels == made.labels
    np.testing.assert_array_equal(again.words.scores(TEXTS[0]), made.words.scores(TEXTS[0]))
    np.testing.assert_array_equal(again.intents.of_vector(vectors(TEXTS)[0]), made.intents.of_vector(vectors(TEXTS)[0]))


def test_eight_bits_are_enough() -> None:
    """Weights are as they were learnt but for half a step of the largest one."""
    full = np.random.default_rng(3).standard_normal((50, 3)).astype(np.float32)
    kept = Linear.of(("a", "b", "c"), full)
    assert kept.weights.dtype == np.int8
    assert (np.abs(kept.weights * kept.step - full[:-1]) < kept.step * 0.51).all()
    np.testing.assert_array_equal(kept.bias, full[-1])


def test_what_is_known_stays_and_what_is_new_is_learnt() -> None:
    """A practice of the organization's own beside the shipped ones: its questions find it, theirs find them."""
    base = taught_of(TEXTS[:4], LABELS[:4])
    made = taught_of(TEXTS, LABELS, base)
    assert made.labels == made.words.linear.labels == ("pilot", "sponsor", "alt")
    for one, other in ((made.intents, base.intents), (made.words.linear, base.words.linear)):
        assert np.array_equal(one.weights[:, :2], other.weights)
    for scores in ([made.words.scores(text) for text in TEXTS], map(made.intents.of_vector, vectors(TEXTS))):
        assert [made.labels[int(each.argmax())] for each in scores] == LABELS


def test_a_withdrawn_practice_is_forgotten() -> None:
    base = taught_of(TEXTS, LABELS)
    made = taught_of(TEXTS[:2], LABELS[:2], base)
    assert made.labels == made.words.linear.labels == ("pilot",)
    assert np.array_equal(made.intents.weights[:, 0], base.intents.weights[:, base.labels.index("pilot")])
