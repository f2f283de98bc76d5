"""The recognizer learns which words and which places go with a label, each alone."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.linear import Linear, evenly
from knowledge.reading import Vectors, softmax
from knowledge.recognizer import Recognizer
from knowledge.words import HASHES, Words, counted, rarity_in, word_places

SIZE = 16
BUYING = ["buy a hundred likes", "where do we buy fans", "buy some ratings today", "we want to buy followers"]
ASKING = ["how do we earn likes", "what makes fans stay", "how do ratings work", "are more followers better"]
TEXTS, LABELS = [*BUYING, *ASKING], ["refuse"] * 4 + ["good"] * 4


def same(texts: list[str]) -> Vectors:
    """Vectors that all say the same, so that they tell no labels apart."""
    return np.full((len(texts), SIZE), SIZE**-0.5, dtype=np.float32)


def chances(linear: Linear, scores: Vectors) -> dict[str, float]:
    return dict(zip(linear.labels, softmax(scores).tolist(), strict=True))


def by_words(learnt: Recognizer, text: str) -> dict[str, float]:
    return chances(learnt.words.linear, learnt.words.scores(text))


def by_place(learnt: Recognizer, vector: Vectors) -> dict[str, float]:
    return chances(learnt.intents, learnt.intents.of_vector(vector))


def test_words_tell_labels_apart() -> None:
    learnt = Recognizer.taught(same(TEXTS), TEXTS, LABELS)
    assert by_words(learnt, "can I buy subscribers")["refuse"] > 0.6
    assert by_words(learnt, "how do we earn subscribers")["good"] > 0.6
    assert by_place(learnt, same(["one"])[0])["good"] == pytest.approx(0.5, abs=0.02), "which words say nothing to"


def test_places_tell_labels_apart() -> None:
    vectors = np.repeat(np.eye(2, SIZE, dtype=np.float32), 4, axis=0)
    learnt = Recognizer.taught(vectors, ["the same words"] * 8, LABELS)
    assert by_place(learnt, vectors[0])["refuse"] > 0.8
    assert by_place(learnt, vectors[-1])["good"] > 0.8
    assert by_words(learnt, "the same words")["good"] == pytest.approx(0.5, abs=0.02)


def test_every_label_weighs_the_same() -> None:
    """Nine examples against one do not decide where both say the same."""
    texts, labels = ["about nothing"] * 10, ["many"] * 9 + ["few"]
    learnt = Recognizer.taught(same(texts), texts, labels)
    for equal in (by_words(learnt, texts[0]), by_place(learnt, same(texts)[0])):
        assert equal["few"] == pytest.approx(0.5, abs=0.02)


def test_learning_twice_gives_the_same() -> None:
    first, second = (Recognizer.taught(same(TEXTS), TEXTS, LABELS).arrays() for _ in range(2))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_texts_at_odds_do_not_make_learning_run_away() -> None:
    """The same long text under two labels: steps that are too bold are taken back."""
    texts = ["one two three four five six seven eight nine ten " * 5] * 20
    learnt = Recognizer.taught(same(texts), texts, ["a", "b"] * 10)
    assert float(learnt.words.linear.step.max()) < 1 / 127
    assert by_words(learnt, texts[0])["a"] == pytest.approx(0.5, abs=0.05)


def test_of_one_label_texts_count_as_they_are_said_to_and_every_label_the_same() -> None:
    labels = ["a", "b", "a", "a"]
    assert evenly(labels).tolist() == pytest.approx([1 / 6, 1 / 2, 1 / 6, 1 / 6])
    assert evenly(labels, [1, 7, 0.5, 0.5]).tolist() == pytest.approx([1 / 4, 1 / 2, 1 / 8, 1 / 8])


def test_a_text_that_counts_less_tells_less() -> None:
    """The same words under two labels: the one where they count more has them."""
    texts, labels = ["rare words here", "something else", "rare words here", "another thing"], ["a", "a", "b", "b"]
    learnt = Recognizer.taught(same(texts), texts, labels, counts=[0.1, 1.0, 1.0, 1.0])
    assert by_words(learnt, "rare words here")["b"] > 0.7


@pytest.mark.parametrize("text", ["", "42 %", "😒", "\ud800"])
def test_a_message_without_words_is_of_every_label_as_likely(text: str) -> None:
    found = by_words(Recognizer.taught(same(TEXTS), TEXTS, LABELS), text)
    assert sum(found.values()) == pytest.approx(1, abs=1e-5)
    assert found["good"] == pytest.approx(0.5, abs=0.2)


def test_words_count_in_any_form_and_pairs_in_their_order() -> None:
    places = word_places("Asking customers")
    assert set(places) == set(word_places("ask CUSTOMER"))
    assert set(places) != set(word_places("customers asking"))
    assert places.max() < HASHES


def test_rare_words_count_more_and_a_text_counts_one() -> None:
    rarity = rarity_in(["the pilot", "the sponsor", "the week", "the page"])
    [the], [pilot] = word_places("the"), word_places("pilot")
    assert rarity[pilot] > rarity[the]
    for text in ("the pilot", "the week the page the sponsor"):
        assert np.linalg.norm(counted(word_places(text), rarity)) == pytest.approx(1, abs=1e-6)


def test_the_sparse_matrix_is_the_dense_one() -> None:
    """Whatever the number of labels, of which some are summed at a time."""
    rarity, chance = rarity_in(TEXTS), np.random.default_rng(1)
    words = Words.of(TEXTS, rarity)
    full = np.zeros((len(TEXTS), HASHES + 1), dtype=np.float32)
    full[words.rows, words.places] = words.values
    weights = chance.standard_normal((HASHES + 1, 70)).astype(np.float32)
    rows = chance.standard_normal((len(TEXTS), 70)).astype(np.float32)
    np.testing.assert_allclose(words.times(weights), full @ weights, atol=1e-4)
    np.testing.assert_allclose(words.back(rows), full.T @ rows, atol=1e-4)


def test_softmax_takes_large_scores() -> None:
    assert softmax(np.array([1000.0, 0.0], dtype=np.float32)).tolist() == [1.0, 0.0]
