"""A short message in a thread that names no subject is about the practice that was answered with before it."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.answerer import Answerer
from knowledge.answers import Answer, Outcome
from knowledge.gate import gate_data
from knowledge.going_on import told_in
from knowledge.service import Knowledge
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

CHARTER = "How do we write a pilot charter?"


def answered(knowledge: Knowledge, *turns: str) -> Answer:
    assert knowledge.retriever
    answerer = Answerer(knowledge.library, knowledge.retriever, gate_data(), {}, lambda: date(2026, 6, 1))
    return answerer.answer(turns[-1], turns[:-1])


@pytest.mark.parametrize(
    ("follow_up", "heading"),
    [
        ("thanks. common mistakes?", "What often goes wrong"),
        ("ok, what goes wrong most often?", "What often goes wrong"),
        ("who has to say yes?", "Who decides"),
        ("how would we know that it works?", "What to measure"),
        ("where do we start?", "Steps"),
        ("was sind typische Fehler?", "What often goes wrong"),
    ],
)
def test_it_stays_with_what_was_answered(real_knowledge: Knowledge, follow_up: str, heading: str) -> None:
    answer = answered(real_knowledge, CHARTER, follow_up)
    assert [part.practice for part in answer.parts] == ["pilot-charter"]
    assert answer.parts[0].lists[0].heading == heading


@pytest.mark.parametrize("follow_up", ["my boss says we don't need it", "and in a small chapter?"])
def test_it_is_not_told_the_same_page_again(real_knowledge: Knowledge, follow_up: str) -> None:
    first, more = (answered(real_knowledge, *turns).parts[0] for turns in ((CHARTER,), (CHARTER, follow_up)))
    assert more.practice == first.practice
    assert more.lists and not told_in([first]) & told_in([more])


def test_whoever_asks_again_is_told_again(real_knowledge: Knowledge) -> None:
    first = answered(real_knowledge, CHARTER)
    for turn in (CHARTER, "can you repeat that?", "and where do we start?"):
        assert answered(real_knowledge, CHARTER, turn).parts[0].lists == first.parts[0].lists, turn


def test_a_thread_of_any_length_is_answered(real_knowledge: Knowledge) -> None:
    turns = ["and?"] * 3_000 + [CHARTER, "and in a small chapter?"]
    assert answered(real_knowledge, *turns).parts[0].practice == "pilot-charter"


def test_also_after_another_such_message(real_knowledge: Knowledge) -> None:
    answer = answered(real_knowledge, CHARTER, "what goes wrong most often?", "and how do we measure that?")
    assert [part.practice for part in answer.parts] == ["pilot-charter"]


def test_thanks_are_no_question(real_knowledge: Knowledge) -> None:
    answer = answered(real_knowledge, CHARTER, "ok thank you")
    assert (answer.outcome, answer.small_talk) == (Outcome.ANSWERED, "thanks")


def test_a_new_subject_is_a_new_question(real_knowledge: Knowledge) -> None:
    answer = answered(real_knowledge, CHARTER, "What goes wrong most often with alt text?")
    assert [part.practice for part in answer.parts] == ["alt-text"]


@pytest.mark.parametrize("before", ["how do we get the night shift to use the company app", "Why does nobody use our intranet?"])
def test_a_question_that_is_clear_by_itself_is_not_coloured_by_another(real_knowledge: Knowledge, before: str) -> None:
    """Nor is what was said before it offered as what may be meant."""
    answer = answered(real_knowledge, before, "How do we launch a pilot?")
    assert [part.practice for part in answer.parts] == ["pilot-charter"] and not answer.ambiguous and not answer.message
    assert not {"internal-network-purpose", "account-recovery"} & {near.id for near in answer.see_also}


def test_a_follow_up_that_names_another_practice_gets_it(real_knowledge: Knowledge) -> None:
    """Though it begins like one about what was said."""
    answer = answered(real_knowledge, "how many posts a week are enough", "and on TikTok?")
    assert [part.practice for part in answer.parts] == ["tiktok-account"]


def test_where_nothing_was_said_before_it_is_a_broad_question(real_knowledge: Knowledge) -> None:
    assert len(answered(real_knowledge, "Where do I start?").parts[0].lists[-1].points) == 5
