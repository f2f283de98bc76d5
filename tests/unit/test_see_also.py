"""Where another practice fits nearly as well, the answer names it: what was meant may be that one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from knowledge.answerer import CLOSE, MOST_NAMED, Answerer
from knowledge.answers import Answer
from knowledge.gate import gate_data
from knowledge.nearness import Nearness
from knowledge.retriever import Hit, Query, Retriever
from knowledge.service import Knowledge
from knowledge.turning_away import FARTHEST
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

PILOT = "How do we launch a pilot?"
TWO = "How do we write a pilot charter? And who should approve our posts?"
FOUND = ("pilot-charter", "pilot-one-project", "pilot-go-no-go", "sponsor-search", "roles-raci")


class Finding(Retriever):
    """Understands as the real one does, and finds what it is told, each practice so much behind the first."""

    def __init__(self, real: Retriever, behind: Sequence[float]) -> None:
        vars(self).update(vars(real))
        self._behind = behind

    def search(self, query: Query, limit: int = 5) -> list[Hit]:
        near = Nearness(self.snapshot, lambda: (np.array([0]), np.array([0.8])))
        return [Hit(name, 4.0 - behind, near) for name, behind in zip(FOUND, self._behind, strict=True)][:limit]


def found(knowledge: Knowledge, question: str, *behind: float, before: Sequence[str] = ()) -> Answer:
    assert knowledge.retriever
    finding = Finding(knowledge.retriever, behind)
    return Answerer(knowledge.library, finding, gate_data(), {}, lambda: date(2026, 6, 1)).answer(question, before)


def named(knowledge: Knowledge, question: str, *behind: float) -> tuple[list[str], list[str]]:
    """What it is answered from, and what is named beside it."""
    answer = found(knowledge, question, *behind)
    return [part.practice for part in answer.parts], [near.id for near in answer.see_also]


def test_what_fits_nearly_as_well_is_named_in_that_order(real_knowledge: Knowledge) -> None:
    near, far = FARTHEST, FARTHEST + 0.01
    assert named(real_knowledge, PILOT, 0, near, far, far, far) == ([FOUND[0]], [FOUND[1]])
    assert named(real_knowledge, PILOT, 0, near / 2, near, far, far) == ([FOUND[0]], [FOUND[1], FOUND[2]])


def test_a_clear_answer_stands_alone(real_knowledge: Knowledge) -> None:
    assert named(real_knowledge, PILOT, 0, *[FARTHEST + 0.01] * 4) == ([FOUND[0]], [])


def test_no_more_are_named_than_people_read(real_knowledge: Knowledge) -> None:
    answered, beside = named(real_knowledge, PILOT, 0, 0, 0, 0, 0)
    assert len(answered + beside) == MOST_NAMED


def test_of_two_answers_neither_is_named_again(real_knowledge: Knowledge) -> None:
    answered, beside = named(real_knowledge, TWO, 0, 0, 0, 0, 0)
    assert len(answered) == 2
    assert len(beside) == MOST_NAMED - 2
    assert not set(answered) & set(beside)


def test_where_another_fits_as_well_the_likeliest_is_answered_and_the_other_named(real_knowledge: Knowledge) -> None:
    close, apart = CLOSE - 0.01, CLOSE + 0.01
    answer = found(real_knowledge, PILOT, 0, close, 9, 9, 9)
    assert answer.ambiguous and [near.id for near in answer.see_also] == [FOUND[1]]
    assert not answer.message
    clear = found(real_knowledge, PILOT, 0, apart, 9, 9, 9)
    assert not clear.ambiguous and not clear.message and [near.id for near in clear.see_also] == [FOUND[1]]


def test_two_questions_and_follow_ups_are_not_called_ambiguous(real_knowledge: Knowledge) -> None:
    """Two practices are what the one asks for, and the thread says what the other is about."""
    assert not found(real_knowledge, TWO, 0, 0, 0, 0, 0).ambiguous
    assert not found(real_knowledge, "and who should own it?", 0, 0, 0, 0, 0, before=[PILOT]).ambiguous


def test_an_answer_in_few_words_asks_nothing_back(real_knowledge: Knowledge) -> None:
    assert not found(real_knowledge, f"{PILOT} Short answer, please.", 0, 0, 0, 0, 0).ambiguous


def test_whoever_names_one_of_them_gets_it(real_knowledge: Knowledge) -> None:
    """Whatever its title sounds like, in a thread about another."""
    for name, practice in real_knowledge.library.practices.items():
        answer = real_knowledge.look_up(practice.title, ["What should the first post be?"])
        assert [part.practice for part in answer.parts] == [name] and not answer.declined and not answer.ambiguous
