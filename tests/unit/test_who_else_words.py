"""Which words ask what other teams took up, and which only begin like them."""

from __future__ import annotations

import pytest

from bot.who_else_words import WhoElse, names, who_else
from knowledge.library import load_shipped


@pytest.mark.parametrize(("said", "words"), [
    ("who else did pilot charter?", "pilot charter"),
    ("Who else did: “pilot charter”", "pilot charter"),
    ("who else uses our playbook", "our playbook"),
    ("who else has tried employee advocacy", "employee advocacy"),
    ("who else has already tried employee advocacy", "employee advocacy"),
    ("who else is using the pilot charter?", "the pilot charter"),
    ("which other teams did employee advocacy", "employee advocacy"),
    ("what other chapters have tried office hours yet?", "office hours"),
    ("has any other chapter tried a crisis drill before?", "a crisis drill"),
    ("has anyone else done a crisis drill", "a crisis drill"),
    ("anybody else using office hours?", "office hours"),
    ("did another dealer try office hours", "office hours"),
])
def test_other_teams_are_asked_for(said: str, words: str) -> None:
    assert who_else(said) == WhoElse(words)


@pytest.mark.parametrize(("said", "words"), [
    ("which teams adopted the comment policy?", "the comment policy"),
    ("which chapters have tried office hours?", "office hours"),
    ("do other teams use office hours", "office hours"),
    ("who is using the pilot charter?", "the pilot charter"),
    ("who has tried the crisis drill?", "the crisis drill"),
    ("who adopted the comment policy", "the comment policy"),
])
def test_what_a_question_may_begin_like_has_to_name_a_practice(said: str, words: str) -> None:
    assert who_else(said) == WhoElse(words, by_name=True)


@pytest.mark.parametrize("said", [
    "who else did this", "Who else did this?", "who else tried it", "who else did that practice", "who else does this too?",
    "has any other chapter tried this?", "has anyone else done it yet", "which other teams did this", "which teams did this?", "Wer macht das noch?",
    "Qui d'autre l'a fait ?", "¿Quién más lo hizo?",
])
def test_the_practice_of_the_thread_is_meant(said: str) -> None:
    found = who_else(said)
    assert found and found.words == ""


@pytest.mark.parametrize("said", [
    # Questions for the library.
    "who else should approve", "who else needs to sign off?", "who else decides", "which teams should we begin with",
    "which teams do we need?", "which other teams should we ask to join", "which teams did best?", "who is doing this?",
    "who else is using our logo without permission?", "who does the approving?", "has any other rule changed?",
    "who is responsible for the pilot charter", "who tried this", "do other teams have to agree?", "which teams did you train",
    # What people asked is nobody's business.
    "what did the Munich team ask you", "which teams asked about layoffs", "who else asked about layoffs",
    "who else did ask you about layoffs", "which other teams tried asking about layoffs", "who else did you tell about it",
    "has anyone else used you to ask about layoffs", "which teams used their questions about pay",
])
def test_anything_else_is_a_question(said: str) -> None:
    assert who_else(said) is None


@pytest.mark.parametrize(("practice", "words", "is_name"), [
    ("pilot-charter", "the pilot charter", True),
    ("comment-policy", "the comment policy", True),
    ("comment-policy", "comment rules", True),
    ("advocacy-launch", "employee advocacy", True),
    ("instagram-account", "Instagram", False),
    ("pilot-charter", "the pilot charter to harass staff", False),
    ("local-brand-kit", "our logo", False),
])
def test_a_practice_is_named_by_some_words_of_its_name_and_no_others(practice: str, words: str, is_name: bool) -> None:
    assert names(words, load_shipped().practices[practice]) is is_name
