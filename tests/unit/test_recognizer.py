"""The recognizer learns which words and which subjects go with a label."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.reading import Vectors, softmax
from knowledge.recognizer import HASHES, Recognizer, train, word_places

SIZE = 16
BUYING = ["buy a hundred likes", "where do we buy fans", "buy some ratings today", "we want to buy followers"]
ASKING = ["how do we earn likes", "what makes fans stay", "how do ratings work", "are more followers better"]
TEXTS, LABELS = [*BUYING, *ASKING], ["refuse"] * 4 + ["good"] * 4


def subjects(texts: list[str]) -> Vectors:
    """Vectors that all say the same, so that only words tell the labels apart."""
    return np.full((len(texts), SIZE), SIZE**-0.5, dtype=np.float32)


def probabilities(learnt: Recognizer, vector: Vectors, text: str) -> dict[str, float]:
    return dict(zip(learnt.labels, softmax(learnt.logits(vector, text)).tolist(), strict=True))


def test_words_tell_apart_what_vectors_do_not() -> None:
    learnt = train(subjects(TEXTS), TEXTS, LABELS)
    same = subjects(["one"])[0]
    assert probabilities(learnt, same, "can I buy subscribers")["refuse"] > 0.6
    assert probabilities(learnt, same, "how do we earn subscribers")["good"] > 0.6


def test_vectors_tell_apart_what_words_do_not() -> None:
    vectors = np.repeat(np.eye(2, SIZE, dtype=np.float32), 4, axis=0)
    learnt = train(vectors, ["the same words"] * 8, LABELS)
    assert probabilities(learnt, vectors[0], "the same words")["refuse"] > 0.8
    assert probabilities(learnt, vectors[-1], "the same words")["good"] > 0.8


def test_every_label_weighs_the_same() -> None:
    """Nine examples against one do not decide where both say the same."""
    texts, labels = ["about nothing"] * 10, ["many"] * 9 + ["few"]
    equal = probabilities(train(subjects(texts), texts, labels), subjects(texts)[0], texts[0])
    assert equal["few"] == pytest.approx(0.5, abs=0.02)


def test_learning_twice_gives_the_same() -> None:
    first, second = (train(subjects(TEXTS), TEXTS, LABELS) for _ in range(2))
    assert np.array_equal(first.weights, second.weights)
    assert np.array_equal(first.bias, second.bias)


def test_texts_at_odds_do_not_make_learning_run_away() -> None:
    """The same long text under two labels: steps that are too bold are taken back."""
    texts = ["one two three four five six seven eight nine ten " * 5] * 20
    learnt = train(subjects(texts), texts, ["a", "b"] * 10)
    assert float(np.abs(learnt.weights).max()) < 1
    assert probabilities(learnt, subjects(texts)[0], texts[0])["a"] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("text", ["", "42 %", "😒", "\ud800"])
def test_a_message_without_words_is_judged_by_its_vector(text: str) -> None:
    learnt = train(subjects(TEXTS), TEXTS, LABELS)
    assert sum(probabilities(learnt, subjects([text])[0], text).values()) == pytest.approx(1, abs=1e-5)


def test_words_count_in_any_form_and_pairs_in_their_order() -> None:
    places, value = word_places("Asking customers")
    assert set(places) == set(word_places("ask CUSTOMER")[0])
    assert set(places) != set(word_places("customers asking")[0])
    assert value == pytest.approx(len(places) ** -0.5)
    assert places.max() < HASHES


def test_softmax_takes_large_scores() -> None:
    assert softmax(np.array([1000.0, 0.0], dtype=np.float32)).tolist() == [1.0, 0.0]
