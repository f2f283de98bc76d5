"""What is kept in the snapshot's file scores and mends as what was made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index import IndexFolder, wording_for
from knowledge.lexical import LexicalIndex
from knowledge.snapshot import Snapshot, packed
from tests.fakes.reader import FakeReader
from tests.knowledge_fixtures import small_index

__all__ = ["small_index"]

QUERIES = ("how do we launch a pilot", "sponsor sponsor budget", "Who opens an account?", "zebra", "", "the and of")


@pytest.fixture
def kept(small_index: Path) -> Snapshot:
    found = IndexFolder(small_index).load()
    assert found
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_words_score_as_in_an_index_made_anew(kept: Snapshot, query: str) -> None:
    made = LexicalIndex.of(kept.documents)
    np.testing.assert_array_equal(kept.lexical.scores(query), made.scores(query))


def test_some_query_tells_the_documents_apart(kept: Snapshot) -> None:
    assert len(set(kept.lexical.scores(QUERIES[0]).tolist())) == len(kept.documents)


def test_slips_are_mended_with_the_same_words(kept: Snapshot) -> None:
    assert kept.wording == wording_for(kept.documents, FakeReader())
    assert kept.wording.spelling.words
    assert kept.wording.spelling.own


def test_it_is_kept_without_pickles(kept: Snapshot) -> None:
    """A file that someone else put there runs nothing."""
    assert not [name for name, array in packed(kept).items() if np.asarray(array).dtype == object]
