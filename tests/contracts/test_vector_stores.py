"""One suite over every vector store: the exact one, Chroma in a folder, Chroma as a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
import pytest

from knowledge.library import load_shipped
from knowledge.splitter import as_document, split
from knowledge.stores import Vectors, VectorStore
from knowledge.stores.chroma import ChromaHome
from knowledge.stores.exact import ExactStore
from tests.chroma_server import ChromaServer
from tests.fakes.reader import FakeReader

KINDS = ("exact", "embedded", "server")
Make = Callable[[Vectors], VectorStore]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    made = ChromaServer(tmp_path_factory.mktemp("server"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module", params=KINDS)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes stores of one kind, filled with vectors."""
    homes: list[ChromaHome] = []

    def made(vectors: Vectors) -> VectorStore:
        if request.param == "exact":
            return ExactStore("midway-exact", vectors)
        url = request.getfixturevalue("server").url if request.param == "server" else None
        homes.append(ChromaHome(tmp_path_factory.mktemp("home") / "chroma", url))
        return homes[-1].fill("midway-contract", vectors, begun=0.0)

    yield made
    for home in homes:
        home.close()


@pytest.fixture(scope="module")
def random_store(make: Make) -> VectorStore:
    return make(random_vectors(1200))


@pytest.fixture(scope="module")
def passage_store(make: Make) -> VectorStore:
    return make(passage_vectors())


def unit(rows: np.ndarray) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)


@lru_cache
def random_vectors(count: int, size: int = 384) -> Vectors:
    return unit(np.random.default_rng(7).standard_normal((count, size)))


@lru_cache
def passage_vectors() -> Vectors:
    """Shaped like the real ones: texts of one subject crowd together, and some are all but the same."""
    passages = [passage.text for practice in load_shipped().practices.values() for passage in split(as_document(practice))]
    return np.asarray(FakeReader().embed_documents(passages), dtype=np.float32)


def questions(size: int, count: int = 25) -> Vectors:
    return unit(np.random.default_rng(11).standard_normal((count, size)))


@lru_cache
def typed_questions() -> Vectors:
    asked = [practice.questions[0] + " please" for practice in load_shipped().practices.values()]
    return np.asarray(FakeReader().embed_documents(asked), dtype=np.float32)


@pytest.mark.parametrize("limit", [1, 5, 50])
def test_random_neighbours_are_the_true_ones(random_store: VectorStore, limit: int) -> None:
    assert_true_neighbours(random_store, random_vectors(1200), questions(384), limit)


@pytest.mark.parametrize("limit", [1, 5, 50])
def test_neighbours_of_questions_are_the_true_ones(passage_store: VectorStore, limit: int) -> None:
    assert_true_neighbours(passage_store, passage_vectors(), typed_questions(), limit)


def test_far_neighbours_are_the_true_ones_but_for_one_in_a_hundred(random_store: VectorStore) -> None:
    """Four hundred are asked for at each question; those at the far end decide nothing."""
    vectors, found = random_vectors(1200), 0
    for question in questions(384):
        places, _ = random_store.search(question, 400)
        found += len(set(places.tolist()) & set(np.argsort(-(vectors @ question))[:400].tolist()))
    assert found >= 0.99 * 400 * 25


def test_every_passage_finds_itself(passage_store: VectorStore) -> None:
    vectors = passage_vectors()
    for place in range(0, len(vectors), 97):
        places, cosines = passage_store.search(vectors[place], 3)
        assert cosines[0] == pytest.approx(1.0, abs=1e-3)
        assert float(vectors[places[0]] @ vectors[place]) == pytest.approx(1.0, abs=1e-3)


def test_no_more_than_asked_for_and_no_more_than_there_are(make: Make) -> None:
    store = make(random_vectors(30, 8))
    question = questions(8, 1)[0]
    assert [len(store.search(question, limit)[0]) for limit in (1, 7, 30, 31, 5000)] == [1, 7, 30, 30, 30]
    assert sorted(store.search(question, 5000)[0].tolist()) == list(range(30))


def test_a_store_of_one(make: Make) -> None:
    places, cosines = make(random_vectors(1, 4)).search(random_vectors(1, 4)[0], 10)
    assert places.tolist() == [0]
    assert cosines[0] == pytest.approx(1.0, abs=1e-3)


def test_twins_are_both_found(make: Make) -> None:
    """Two practices may ask the same thing in the same words."""
    vectors = random_vectors(50, 16).copy()
    vectors[31] = vectors[4]
    assert {4, 31} == set(make(vectors).search(vectors[4], 2)[0].tolist())


def test_places_and_cosines_are_of_the_promised_types(random_store: VectorStore) -> None:
    places, cosines = random_store.search(questions(384)[0], 5)
    assert (places.dtype, cosines.dtype) == (np.int64, np.float32)


def test_the_collection_is_named(random_store: VectorStore) -> None:
    assert random_store.collection.startswith("midway-")


def assert_true_neighbours(store: VectorStore, vectors: Vectors, asked: Vectors, limit: int) -> None:
    """Against all cosines computed here: what is equally near may change places, nothing else may."""
    for question in asked:
        true = np.sort(vectors @ question)[::-1][:limit]
        places, cosines = store.search(question, limit)
        assert len(set(places.tolist())) == limit
        np.testing.assert_allclose(cosines, true, atol=1e-3)
        np.testing.assert_allclose(vectors[places] @ question, cosines, atol=1e-3)
        assert np.all(np.diff(cosines) <= 1e-6)
