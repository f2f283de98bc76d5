"""The retriever over a small snapshot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import StoreDamaged
from knowledge.index import IndexFolder
from knowledge.parts import MOST_PIECES
from knowledge.reading import Reading, Vectors
from knowledge.retriever import LEAST_ALONE, REFERRING, SURELY_ALONE, Query, Retriever
from knowledge.stores.exact import ExactStore
from tests.fakes.reader import FakeReader
from tests.knowledge_fixtures import FEW, small_index

__all__ = ["small_index"]

CHARTER = "What goes into a pilot charter?"
STORY = "My boss said yes in the corridor. Nobody wrote anything down. What goes into a pilot charter?"


class Counting(ExactStore):
    """A live store that counts and can break."""

    asked = 0
    damaged = False

    def search(self, vector: Vectors, limit: int) -> tuple[np.ndarray, np.ndarray]:
        self.asked += 1
        if self.damaged:
            raise StoreDamaged("broken")
        return super().search(vector, limit)


@pytest.fixture
def retriever(small_index: Path) -> Retriever:
    snapshot = IndexFolder(small_index).load()
    assert snapshot
    return Retriever(snapshot, FakeReader())


@pytest.fixture
def live(retriever: Retriever) -> Counting:
    made = Counting(retriever.snapshot.collection, retriever.snapshot.vectors)
    retriever.prefer(made)
    return made


@pytest.mark.parametrize("practice", FEW)
def test_a_typed_question_finds_its_practice(retriever: Retriever, practice: str) -> None:
    [document] = [document for document in retriever.snapshot.documents if document.id == practice]
    first = [retriever.search(retriever.understand(question), 1)[0].practice for question in document.questions]
    assert first.count(practice) >= 0.9 * len(first)


def test_hits_come_best_first_each_practice_once(retriever: Retriever) -> None:
    hits = retriever.search(retriever.understand(CHARTER))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert sorted(hit.practice for hit in hits) == sorted(FEW)
    assert hits[0].cosine == pytest.approx(1.0, abs=1e-3)
    assert hits[0].passage == CHARTER


def test_two_questions_of_one_message_ask_for_a_practice_each(retriever: Retriever) -> None:
    sponsor = "How do I find a sponsor?"
    query = retriever.understand(f"{CHARTER} {sponsor}")
    assert [(each.text, each.practice) for each in query.questions] == [(CHARTER, "pilot-charter"), (sponsor, "sponsor-search")]


@pytest.mark.parametrize("message", [CHARTER, STORY, f"{CHARTER} Who signs the charter?", "Hi! Thanks. OK."])
def test_one_question_is_one_however_it_is_told(retriever: Retriever, message: str) -> None:
    assert not retriever.understand(message).questions


def test_what_is_typed_in_a_practice_is_one_question(retriever: Retriever) -> None:
    """Whoever curates the library said that one practice answers it."""
    both = f"{CHARTER} How do I find a sponsor?"
    assert retriever.understand(both).questions
    retriever._typed["what goes into a pilot charter how do i find a sponsor"] = "pilot-charter"
    query = retriever.understand(both)
    assert query.typed == "pilot-charter" and not query.questions


def test_the_title_of_a_practice_names_it_whatever_was_said_before(retriever: Retriever) -> None:
    """People name what they mean, as an answer that names several asks them to."""
    for before in ([], [CHARTER]):
        query = retriever.understand("find and keep an active sponsor.", before)
        assert query.typed == "sponsor-search" and query.kinds["good"] == 1.0 == sum(query.kinds.values())
        assert retriever.search(query)[0].practice == "sponsor-search"


def test_only_a_message_that_is_clear_alone_counts_alone(retriever: Retriever) -> None:
    """And none that refers back, however clear it is."""
    for message, share in ((CHARTER, SURELY_ALONE), ("And what goes into that pilot charter?", REFERRING), ("pilot charter or sponsor", LEAST_ALONE)):
        query = retriever.understand(message, ["How do I find a sponsor?"])
        assert query.alone and query.alone.share == pytest.approx(share)


def test_a_new_subject_is_not_lost_in_its_thread(retriever: Retriever) -> None:
    """Whoever changes the subject asks about the new one."""
    query = retriever.understand("Another thing: we have no sponsor, so how do I find a leader who backs our social media plan as its sponsor?", [CHARTER])
    assert retriever.search(query)[0].practice == "sponsor-search"
    assert sum(query.kinds.values()) == pytest.approx(1, abs=1e-4)


def test_of_a_message_few_pieces_are_read_however_long(small_index: Path) -> None:
    snapshot, embedder = IndexFolder(small_index).load(), FakeReader()
    assert snapshot
    many = " ".join(f"What is number {number} good for?" for number in range(60))
    message = f"{many} {CHARTER} How do I find a sponsor?"
    Retriever(snapshot, embedder).understand(message, ["And before?"])
    assert len(embedder.asked) == 2 + MOST_PIECES, "once alone, once in its thread, and its last pieces"


def test_a_follow_up_is_searched_with_its_thread(retriever: Retriever) -> None:
    query = retriever.understand("And who signs it?", [CHARTER])
    assert query.text.startswith(CHARTER)
    assert retriever.search(query)[0].practice == "pilot-charter"


@pytest.mark.parametrize("message", ["", "?", "😒", "zzz qqq", "what " * 2000])
def test_any_message_is_judged_and_searched(retriever: Retriever, message: str) -> None:
    query = retriever.understand(message)
    assert sum(query.kinds.values()) == pytest.approx(1, abs=1e-4)
    assert len(retriever.search(query)) == len(FEW)


def test_a_live_store_is_asked_once_a_message_when_it_is_needed(retriever: Retriever, live: Counting) -> None:
    retriever._learnt.taught[:] = True
    query = retriever.understand(STORY)
    hits = retriever.search(query)
    assert live.asked == 0, "what was learnt from messages is not ranked by passages"
    near = [(hit.cosine, hit.passage) for hit in hits]
    assert live.asked == 1
    retriever.prefer(None)
    assert retriever.search(query) == hits
    assert [(hit.cosine, hit.passage) for hit in retriever.search(query)] == near


@pytest.mark.parametrize(("taught", "heard"), [((), True), (FEW, False)])
def test_passages_speak_only_for_what_was_learnt_from_no_message(
    retriever: Retriever, taught: tuple[str, ...], heard: bool
) -> None:
    snapshot = replace(retriever.snapshot, taught=frozenset(taught))
    place = next(place for place, each in enumerate(snapshot.passages) if each.kind == "text")

    class OneText(ExactStore):
        def search(self, vector: Vectors, limit: int) -> tuple[np.ndarray, np.ndarray]:
            return np.array([place, place]), np.array([0.9, 0.1], dtype=np.float32)

    found = Retriever(snapshot, FakeReader())
    found.prefer(OneText(snapshot.collection, snapshot.vectors))
    somewhere = snapshot.vectors[place]
    nowhere = Reading(somewhere, {}, somewhere[None], lambda: somewhere)
    hits = found.search(Query("zzz", nowhere, np.zeros(len(FEW), dtype=np.float32), {}))
    assert (hits[0].score > hits[1].score) is heard


def test_a_damaged_store_is_left_for_the_snapshot(retriever: Retriever, live: Counting) -> None:
    live.damaged = True
    assert retriever.search(retriever.understand(CHARTER))[0].passage == CHARTER
    assert not retriever.live
