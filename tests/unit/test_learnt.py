"""Which practices a message wants, by all that was learnt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.index import IndexFolder
from knowledge.learnt import SHORT_WORDS, Learnt, standard
from knowledge.reading import Said
from knowledge.shorts import Shorts
from knowledge.snapshot import Snapshot
from tests.fakes.reader import FakeReader
from tests.knowledge_fixtures import small_index

__all__ = ["small_index"]


@pytest.fixture
def snapshot(small_index: Path) -> Snapshot:
    found = IndexFolder(small_index).load()
    assert found
    return found


def asked(snapshot: Snapshot, message: str) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """The scores with short answers, and those of a library that has none."""
    [intent] = FakeReader().intents([Said(message)])
    without = replace(snapshot, shorts=Shorts.of([]))
    return Learnt(snapshot).scores(message, intent), Learnt(without).scores(message, intent)


def test_few_words_are_heard_by_the_nearest_short_answer(snapshot: Snapshot) -> None:
    """Its practice rises; with many words it counts less."""
    place = snapshot.shorts.owners.index("sponsor-search")
    at = [document.id for document in snapshot.documents].index("sponsor-search")
    lies = snapshot.shorts.at(place).intent
    plain = Learnt(replace(snapshot, shorts=Shorts.of([])))

    def risen(message: str) -> float:
        return float(Learnt(snapshot).scores(message, lies)[at] - plain.scores(message, lies)[at])

    few, many = risen("quokka"), risen(" ".join(["quokka"] * SHORT_WORDS[1]))
    assert few > many > 0


def test_scores_are_in_standard_deviations(snapshot: Snapshot) -> None:
    for scores in asked(snapshot, "how do we find a sponsor"):
        assert scores.mean() == pytest.approx(0, abs=1e-5) and scores.std() == pytest.approx(1, abs=1e-4)


def test_a_practice_without_short_answers_loses_nothing_by_it(snapshot: Snapshot) -> None:
    """Of a library in which one practice has none, it scores as it would by all else."""
    name = "sponsor-search"
    at = [document.id for document in snapshot.documents].index(name)
    kept = [(owner, snapshot.shorts.at(place)) for place, owner in enumerate(snapshot.shorts.owners) if owner != name]
    message = "find a sponsor who backs us"
    [intent] = FakeReader().intents([Said(message)])
    some, none = (Learnt(replace(snapshot, shorts=Shorts.of(owned))).scores(message, intent) for owned in (kept, []))
    assert some.argmax() == none.argmax() == at


def test_the_short_answers_of_a_practice_come_in_their_order(snapshot: Snapshot) -> None:
    learnt = Learnt(snapshot)
    [intent] = FakeReader().intents([Said("may we repost this")])
    for document in snapshot.documents:
        near, elsewhere = learnt.shortly(document.id, "may we repost this", intent)
        assert len(near) == snapshot.shorts.owners.count(document.id) and -1 <= elsewhere <= 3


def test_the_nearest_elsewhere_counts_as_far_as_its_practice_fits(snapshot: Snapshot) -> None:
    """Asked a practice's own question, no other practice's is nearer; from elsewhere it is."""
    place = snapshot.shorts.owners.index("sponsor-search")
    lies = snapshot.shorts.at(place).intent
    own, elsewhere = Learnt(snapshot).shortly("sponsor-search", "quokka", lies)
    assert own[0] == max(own) > elsewhere
    others, beyond = Learnt(snapshot).shortly("pilot-charter", "quokka", lies)
    assert beyond > max(others)


def test_where_no_other_practice_has_any_nothing_is_near_elsewhere(snapshot: Snapshot) -> None:
    only = Shorts.of([("sponsor-search", snapshot.shorts.at(snapshot.shorts.owners.index("sponsor-search")))])
    [intent] = FakeReader().intents([Said("find a sponsor")])
    assert Learnt(replace(snapshot, shorts=only)).shortly("sponsor-search", "find a sponsor", intent)[1] == -1


def test_standard_of_scores_that_are_all_alike_is_nothing() -> None:
    assert not standard(np.full(5, 3.0, dtype=np.float32)).any()
