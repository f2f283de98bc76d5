"""A message that is turned away though it may be ours names the practices that lie nearest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from knowledge.ahead import LIKE_THIS
from knowledge.answerer import IN_DOUBT, YOURSELF, Answerer
from knowledge.answers import Answer, Outcome
from knowledge.frames import say
from knowledge.gate import GOOD, OFF, Desk, gate_data
from knowledge.judgement import LEAST_LIKELY, SLOPE, SURELY_HARMFUL, USUAL, Judged
from knowledge.library import Library
from knowledge.nearness import Nearness
from knowledge.points import NOWHERE
from knowledge.retriever import Hit, Query, Retriever
from knowledge.service import Knowledge
from knowledge.turning_away import NEARBY, TurningAway
from knowledge.wanted import Asked
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

KIT, TEMPLATES = "plantillas logo kit delegaciones", "vorlagen ortsvereine"
BRAND = "desk:brand"
REVIEWS = "refuse:fake-reviews"
TWO = "How do we write a pilot charter? And who should approve our posts?"


class Judging(Retriever):
    """Finds as the real one does, none that stands out more than usual, and takes every message for ``good`` with this chance, else for
    ``other``.
    """

    def __init__(self, real: Retriever, good: float, other: str) -> None:
        vars(self).update(vars(real))
        self._good, self._other = good, other

    def understand(self, message: str, before: Sequence[str] = ()) -> Query:
        query = super().understand(message, before)
        return replace(query, kinds=dict.fromkeys(query.kinds, 0.0) | {GOOD: self._good, self._other: 1 - self._good})

    def search(self, query: Query, limit: int = 5) -> list[Hit]:
        usual = USUAL * math.log(len(self.snapshot.documents))
        return [replace(hit, score=usual) for hit in super().search(query, limit)]


def turned_away(knowledge: Knowledge, good: float, other: str, *own: Desk, message: str = KIT) -> Answer:
    """What is said to it, where the organization has these desks of its own."""
    assert knowledge.retriever
    gate = gate_data()
    judging = Judging(knowledge.retriever, good, other)
    desks = {**gate.desks, **{desk.id: desk for desk in own}}
    return Answerer(knowledge.library, judging, gate, desks, lambda: date(2026, 6, 1)).answer(message)


def doubtful(knowledge: Knowledge) -> float:
    """How likely it must be ours for half the log odds at which it is turned away."""
    assert knowledge.retriever
    best = knowledge.retriever.search(knowledge.retriever.understand(KIT))[0]
    odds = -IN_DOUBT / 2 - SLOPE * (best.cosine - knowledge.retriever.snapshot.threshold)
    return 1 / (1 + math.exp(-odds))


@pytest.mark.parametrize(("other", "outcome"), [(OFF, Outcome.DECLINED), (BRAND, Outcome.ROUTED)])
def test_what_may_be_ours_names_what_lies_nearest(real_knowledge: Knowledge, other: str, outcome: Outcome) -> None:
    answer = turned_away(real_knowledge, NEARBY, other, message=TEMPLATES)
    assert answer.outcome == outcome
    assert answer.nearest[0].id == "local-brand-kit" and len(answer.nearest) == 2
    assert all(near.gist for near in answer.nearest)


@pytest.mark.parametrize("other", [OFF, BRAND])
def test_what_is_clearly_not_ours_names_nothing(real_knowledge: Knowledge, other: str) -> None:
    answer = turned_away(real_knowledge, NEARBY / 2, other)
    assert answer.declined and not answer.nearest and not answer.offer_expert


def test_in_doubt_it_is_answered_unless_the_organization_names_a_desk_for_it(real_knowledge: Knowledge) -> None:
    good = doubtful(real_knowledge)
    assert turned_away(real_knowledge, good, OFF).outcome == Outcome.ANSWERED
    print_shop = Desk("print-shop", "Print shop", "Floor 2", ("logo kit",))
    routed = turned_away(real_knowledge, good, OFF, print_shop)
    assert (routed.outcome, routed.route) == (Outcome.ROUTED, "print-shop")


def refusing(odds: float) -> float:
    """How likely what is honest must be for these log odds that a message is to be refused."""
    return 1 / (1 + math.exp(odds))


def test_what_is_clearly_to_be_refused_is_not_answered(real_knowledge: Knowledge) -> None:
    answer = turned_away(real_knowledge, refusing(SURELY_HARMFUL + 0.01), REVIEWS)
    assert answer.outcome == Outcome.REFUSED and not answer.may_be_honest
    assert [part.practice for part in answer.parts] == ["reviews-testimonials"] and not answer.see_also


def test_what_is_refused_though_it_may_be_honest_is_answered_too(real_knowledge: Knowledge) -> None:
    """And the practice that says why is named beside it, where it is not the answer."""
    answer = turned_away(real_knowledge, refusing(SURELY_HARMFUL - 0.01), REVIEWS)
    assert answer.outcome == Outcome.REFUSED and answer.may_be_honest and answer.declined
    because = say("es", gate_data().refusals["fake-reviews"].because, key=REVIEWS)
    assert answer.message.startswith("Por si fuera eso") and because in answer.message
    assert [part.practice for part in answer.parts] == ["local-brand-kit"] and answer.parts[0].lists
    assert answer.see_also[0].id == "reviews-testimonials"
    asked = turned_away(real_knowledge, refusing(SURELY_HARMFUL - 0.01), REVIEWS, message="Wie bitten wir Gäste um Bewertungen?")
    assert asked.parts[0].practice == "reviews-testimonials" not in [near.id for near in asked.see_also]
    assert asked.message.startswith("Falls es so gemeint ist")


def test_what_hardly_resembles_it_is_answered_and_the_limit_is_named(real_knowledge: Knowledge) -> None:
    vague = "what would you tell them then, first and last"
    answer = turned_away(real_knowledge, refusing(LEAST_LIKELY - 0.1), REVIEWS, message=vague)
    assert answer.outcome == Outcome.ANSWERED and not answer.declined
    because = gate_data().refusals["fake-reviews"].because
    assert answer.parts[-1].notes[-1] == f"One limit: {because}"
    plain = turned_away(real_knowledge, 1.0, REVIEWS, message=vague)
    assert not any(note.startswith("One limit") for part in plain.parts for note in part.notes)


def test_without_a_practice_that_says_why_the_reason_stands_alone(real_knowledge: Knowledge) -> None:
    gate = gate_data()
    without = Library({name: each for name, each in real_knowledge.library.practices.items() if name != "reviews-testimonials"})
    away = TurningAway(without, gate, gate.desks, lambda: date(2026, 6, 1))
    judged = Judged.of(dict.fromkeys([GOOD, OFF, BRAND, "small:thanks"], 0.0) | {REVIEWS: 1.0})
    answer = away.refused(Asked("five stars", "five stars", "en"), judged, [], lambda _: NOWHERE)
    assert gate.refusals["fake-reviews"].because in answer.message and not answer.parts and not answer.citations


def test_what_is_refused_is_told_the_short_answer_to_it(real_knowledge: Knowledge) -> None:
    """And no steps: they are for who wants something else."""
    followers = "Is it ok to buy followers so that we look bigger?"
    answer = turned_away(real_knowledge, 0.0, "refuse:bought-followers", message=followers)
    assert answer.outcome is Outcome.REFUSED and not answer.may_be_honest
    [part] = answer.parts
    assert part.practice == "earn-influence" and part.lead.startswith("No, we refuse it") and not part.lists
    other = turned_away(real_knowledge, 0.0, "refuse:bought-followers", message="hmm, more of them by friday, whatever it takes")
    assert {listing.heading for part in other.parts for listing in part.lists} <= {LIKE_THIS}


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (TWO, Outcome.ANSWERED),
        ("How do we write a pilot charter?", Outcome.REFUSED),
    ],
)
def test_of_two_questions_each_stands_out_in_its_own_part(real_knowledge: Knowledge, message: str, outcome: Outcome) -> None:
    """Their practices share the message as a whole, so that neither stands out in it; what stands out is hardly to be refused."""
    assert turned_away(real_knowledge, 0.9, REVIEWS, message=message).outcome is outcome


def test_what_lies_near_alone_is_not_turned_away_for_what_was_said_before(real_knowledge: Knowledge) -> None:
    """Whether "it" is Mastodon or all of social media, there is an answer."""
    answer = real_knowledge.look_up("my boss thinks it is a waste", ["Is Mastodon worth the time?"])
    assert answer.outcome is Outcome.ANSWERED
    assert answer.parts[0].practice in ("open-networks", "sceptic-answers")


def test_thanks_are_no_question_whatever_was_said_before(real_knowledge: Knowledge) -> None:
    before = ["Where do we buy followers?", "How do we calculate the return honestly?"]
    for turns in (before, before[::-1]):
        assert real_knowledge.look_up("Thank you very much", turns).small_talk == "thanks"


class Far(Judging):
    """Finds nothing that lies quite near."""

    def search(self, query: Query, limit: int = 5) -> list[Hit]:
        found = np.array([0]), np.array([self.snapshot.threshold - 0.01])
        far = Nearness(self.snapshot, lambda: found)
        return [replace(hit, near=far) for hit in super().search(query, limit)]


@pytest.mark.parametrize(("message", "sure"), [(TWO, True), ("How do we write a pilot charter?", False)])
def test_of_two_questions_both_are_answered_without_a_doubt(real_knowledge: Knowledge, message: str, sure: bool) -> None:
    """Such a message lies between their practices, near neither."""
    assert real_knowledge.retriever
    gate = gate_data()
    far = Far(real_knowledge.retriever, 0.6, OFF)
    answer = Answerer(real_knowledge.library, far, gate, gate.desks, lambda: date(2026, 6, 1)).answer(message)
    assert answer.outcome is Outcome.ANSWERED
    assert (not answer.message, not answer.offer_expert) == (sure, sure)


@pytest.mark.parametrize("other", [OFF, BRAND, REVIEWS, "small:frustration"])
@pytest.mark.parametrize("message", ["ich möchte sterben", "she says she wants to kill herself"])
def test_who_may_die_is_never_turned_away(real_knowledge: Knowledge, other: str, message: str) -> None:
    answer = turned_away(real_knowledge, 0.01, other, message=message)
    assert (answer.outcome, answer.citations[0].id) == (Outcome.ANSWERED, "danger-to-life")
    assert answer.message == say(answer.tongue, YOURSELF)
    assert any("helpline" in point.lead for part in answer.parts for each in part.lists for point in each.points)


def test_before_what_to_do_for_somebody_who_may_die_nothing_else_is_named(real_knowledge: Knowledge) -> None:
    """Though other practices fit as well."""
    message = "a follower writes that he wants to kill himself, what do we do"
    answer = turned_away(real_knowledge, 1.0, OFF, message=message)
    assert answer.parts[0].practice == "danger-to-life" and answer.see_also
    assert answer.message == YOURSELF and not answer.ambiguous


def test_what_a_practice_answers_stays_with_it(real_knowledge: Knowledge) -> None:
    message = "Is it suicidal to launch a pilot before the summer?"
    answer = turned_away(real_knowledge, 1.0, OFF, message=message)
    assert answer.citations[0].id != "danger-to-life" and YOURSELF not in answer.message
