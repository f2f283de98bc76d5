"""Short messages that take up an answer."""

from __future__ import annotations

import pytest

from knowledge.service import Knowledge
from knowledge.taking_up import LONGEST, asked_again, corrected, once_more, picked
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

APPROVE = "who should approve our posts"


@pytest.mark.parametrize("text", ["again?", "can you repeat that?", "Sorry, say that again please", "nochmal bitte", "otra vez", "répète ça"])
def test_who_wants_to_hear_it_again_is_known(text: str) -> None:
    assert once_more(text)


@pytest.mark.parametrize("text", ["again somebody hacked our page", "repeat posts, good or bad?", "how do we post again after a crisis", "once more about the charter"])
def test_other_messages_with_such_words_are_questions(text: str) -> None:
    assert not once_more(text)


@pytest.mark.parametrize(("text", "again"), [
    ("and where do we start?", True), ("the steps please", True), ("who should  approve our posts", True),
    ("her post was deleted again, what now?", False), ("what are the next steps?", False), ("where do we start on TikTok?", False),
])
def test_what_was_said_is_said_again_only_to_whoever_asks_for_it(text: str, again: bool) -> None:
    assert asked_again(text, [APPROVE]) is again


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the other one", 0), ("No, the first one please", 0), ("das andere", 0), ("nein, ich meine das erste", 0), ("l'autre", 0), ("la otra", 0),
        ("the second one", 1), ("I meant the second", 1), ("das zweite", 1), ("non, je veux dire la deuxième", 1), ("el segundo", 1), ("The latter.", 1),
        ("the second one failed, what now", None), ("what is the first step?", None), ("another one", None), ("first", None),
    ],
)
def test_which_of_those_named_is_meant(text: str, place: int | None) -> None:
    assert picked(text) == place


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no I meant for the dealers", "for the dealers"), ("No, on X", "on X"), ("sorry, what I meant was trolls", "trolls"),
        ("nein, ich meine für die Händler", "für die Händler"), ("non, je parle de la vidéo", "la vidéo"), ("no, me refiero a los trolls", "los trolls"),
        ("I mean who replaces her when she is ill?", "who replaces her when she is ill?"),
        ("no", None), ("No, thanks", None), ("I mean", None), ("no budget for ads, what now", None), ("what do you mean?", None),
        ("no, for " + "the dealers and " * LONGEST, None),
    ],
)
def test_what_was_meant_instead(text: str, meant: str | None) -> None:
    assert corrected(text) == meant


def test_a_correction_is_read_with_what_it_corrects(real_knowledge: Knowledge) -> None:
    """However often: it is no small talk, and no cry for help."""
    asked = real_knowledge.look_up(APPROVE)
    for turns in (["no I meant for the dealers"], ["no, on X", "no, I mean who replaces her when she is ill"]):
        *before, last = [APPROVE, *turns]
        answer = real_knowledge.look_up(last, before)
        assert answer.parts and not answer.small_talk
        whole = " ".join([APPROVE, *("for the dealers" if "dealers" in turn else turn.removeprefix("no, ").removeprefix("I mean ") for turn in turns)])
        assert [part.practice for part in answer.parts] == [part.practice for part in real_knowledge.look_up(whole).parts]
    assert asked.parts[0].practice == "approval-tiers"


def test_of_those_named_one_can_be_picked_by_its_place(real_knowledge: Knowledge) -> None:
    asked = "how do we measure success"
    named = real_knowledge.look_up(asked).see_also
    assert len(named) == 2
    for text, tongue, near in (("the other one", "en", named[0]), ("the second", "en", named[1]), ("das zweite", "de", named[1])):
        answer = real_knowledge.look_up(text, [asked])
        assert ([part.practice for part in answer.parts], answer.lang) == ([near.id], tongue)


def test_where_nothing_was_named_nothing_is_picked(real_knowledge: Knowledge) -> None:
    answer = real_knowledge.look_up("the second one", ["what is the capital of Peru"])
    assert answer.outcome in {"answered", "declined"}


def test_a_practice_that_is_named_is_told_as_it_stands(real_knowledge: Knowledge) -> None:
    """Words of its title ask for no part of it, and no point comes first."""
    for name in ("stop-or-say-no", "own-mistakes", "danger-to-life", "internal-network-measure"):
        practice = real_knowledge.library.practices[name]
        answer = real_knowledge.look_up(practice.title)
        assert next(listing.heading for listing in answer.parts[0].lists) == "Steps"
