"""MIDWAY_DESKS: the organization says where its desks are found, and adds desks of its own with their topics."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters import bootstrap
from adapters.plain import as_text
from adapters.settings import Settings
from bot.views import answer_reply
from knowledge.answerer import Answerer
from knowledge.answers import Answer, Outcome
from knowledge.gate import gate_data
from knowledge.service import Knowledge
from tests.knowledge_fixtures import TODAY, real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

Asks = Callable[..., Answer]


@pytest.fixture
def ask(real_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asks:
    """``ask(question, desk, …)`` with MIDWAY_DESKS set to these desks."""
    monkeypatch.chdir(tmp_path)
    assert real_knowledge.retriever
    retriever = real_knowledge.retriever

    def asked(question: str, *desks: dict[str, object]) -> Answer:
        monkeypatch.setenv("MIDWAY_DESKS", json.dumps(desks))
        found = bootstrap._desks(Settings())
        return Answerer(real_knowledge.library, retriever, gate_data(), found, lambda: TODAY).answer(question)

    return asked


FLEET: dict[str, object] = {"id": "fleet", "name": "Fleet", "where": "#fleet", "topics": ["company car", "fuel card"]}
LAPTOP = "where do I get a new laptop"
BOTH = "How do we launch a pilot and who fixes my laptop?"
BEIDES = "Wie starten wir einen Piloten und wer repariert meinen Laptop?"


def test_a_built_in_desk_is_found_where_the_organization_says(ask: Asks) -> None:
    answer = ask(LAPTOP, {"id": "it", "where": "#it-help, room 2.14"})
    assert (answer.outcome, answer.route) == (Outcome.ROUTED, "it")
    assert answer.message == "That is not a question of social media practice. The desk for it: IT help desk. You find them here: #it-help, room 2.14."


def test_a_built_in_desk_can_have_another_name(ask: Asks) -> None:
    assert "The desk for it: The Geniuses." in ask(LAPTOP, {"id": "it", "name": "The Geniuses"}).message


def test_without_a_where_the_intranet_is_named(ask: Asks) -> None:
    assert ask(LAPTOP).message.endswith("Your intranet or manager knows how to reach them.")


@pytest.mark.parametrize(
    ("question", "desk"),
    [
        (BOTH, "it"),
        ("What should we measure? And where do I hand in my travel expenses?", "finance"),
        ("How do we launch a pilot? And how many vacation days do I have?", "hr"),
    ],
)
def test_of_two_questions_ours_is_answered_and_the_desk_of_the_other_is_named(ask: Asks, question: str, desk: str) -> None:
    answer = ask(question)
    assert (answer.outcome, answer.route) == (Outcome.ANSWERED, desk)
    assert answer.parts


@pytest.mark.parametrize(
    ("question", "desk", "said"),
    [
        (BOTH, {}, "This desk may have to do with it, too: IT help desk."),
        (BOTH, {"name": "The Geniuses"}, "This desk may have to do with it, too: The Geniuses."),
        (BOTH, {"name": "The Geniuses", "where": "#it"}, "This desk may have to do with it, too: The Geniuses. You find them here: #it."),
        (BEIDES, {"where": "#it"}, "Damit kann auch diese Stelle zu tun haben: IT-Helpdesk. Zu finden hier: #it."),
        (BEIDES, {"name": "The Geniuses"}, "Damit kann auch diese Stelle zu tun haben: The Geniuses."),
    ],
)
def test_a_desk_beside_an_answer_has_the_name_by_which_questions_are_sent_there(
    ask: Asks, question: str, desk: dict[str, object], said: str
) -> None:
    """And where it is found, as far as that is known."""
    assert said in as_text(answer_reply(ask(question, {"id": "it", **desk}), "a1"))


def test_two_questions_for_desks_go_to_one(ask: Asks) -> None:
    assert ask("Who fixes my laptop? And where do I hand in my travel expenses?").outcome is Outcome.ROUTED


@pytest.mark.parametrize(
    "question", ["my fuel card is not working", "How do I get a company car for my trip?", "FUEL  CARDS: who orders them", "lost my fuel\ncard"]
)
def test_a_topic_leads_to_the_organizations_own_desk(ask: Asks, question: str) -> None:
    """In any case and spacing, in the singular or with an s."""
    answer = ask(question, FLEET)
    assert (answer.outcome, answer.route, answer.declined) == (Outcome.ROUTED, "fleet", True)
    assert answer.message == "That is not a question of social media practice. The desk for it: Fleet. You find them here: #fleet."
    assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize("question", ["what is the capital of peru", "the fuel cardinal of peru", "is there fuel for a card game"])
def test_other_words_do_not(ask: Asks, question: str) -> None:
    """A topic counts as whole words next to each other."""
    assert ask(question, FLEET).route != "fleet"


def test_the_longest_topic_counts(ask: Asks) -> None:
    energy: dict[str, object] = {"id": "energy", "name": "Energy", "topics": ["fuel"]}
    assert ask("my fuel card is not working", energy, FLEET).route == "fleet"
    assert ask("the fuel for the generator is low", FLEET, energy).route == "energy"


def test_what_is_ours_is_answered_whatever_topics_it_names(ask: Asks) -> None:
    """A desk takes nothing from the library."""
    answer = ask("How do we launch a pilot?", {"id": "airline", "name": "Flight operations", "topics": ["pilot"]})
    assert (answer.outcome, answer.route) == (Outcome.ANSWERED, None)


def test_a_topic_may_be_added_to_a_built_in_desk(ask: Asks) -> None:
    answer = ask("my fuel card is not working", {"id": "facilities", "where": "#house", "topics": ["fuel card"]})
    assert answer.route == "facilities" and "#house" in answer.message


@pytest.mark.parametrize("topic", ["", "  ", "(", "a|b", ".*"])
def test_odd_topics_match_nothing_by_accident(ask: Asks, topic: str) -> None:
    """Topics are words, no patterns."""
    assert ask("what is the capital of peru", {"id": "odd", "name": "Odd", "topics": [topic]}).route is None
