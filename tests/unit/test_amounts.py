"""A question for an amount is known by its form, and the sentence that tells it by what it holds."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.amounts import amount_asked
from knowledge.aspects import Aspect
from knowledge.extractive import Composer
from knowledge.library import load_shipped
from knowledge.points import Place

PILOT = load_shipped().practices["pilot-charter"]
END, FEW = 5, 150
"""Which step, from nought, says how long a pilot takes; words that do not suffice for all steps in full."""


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("How long should a pilot take?", "We suggest six to twelve weeks; name one event that ends it early.", True),
        ("how fast must we reply", "Answer within four working hours.", True),
        ("how many weeks are enough", "Publish six pairs over three to six weeks.", True),
        ("how often do we rehearse", "Look at the list every quarter.", True),
        ("How often should the team post there?", "Write one post twice a week.", True),
        ("how many people do we need", "Form one circle of two to five people.", True),
        ("How many more posts before we know?", "Publish six pairs of posts.", True),
        ("how often should we post", "Perhaps plan two posts a week.", True),
        ("how often should they meet", "Offer practice, then a monthly call.", True),
        ("how often should they meet", "One university plans two to three hours a month.", False),
        ("how often should we post", "Draw weekly slots and leave one empty.", False),
        ("how fast must we reply", "Measure your times for two weeks.", False),
        ("how fast must we reply", "Multiply messages a day by minutes each.", False),
        ("how soon do we answer", "Answer within an hour.", True),
        ("hashtags, how many?", "Two hashtags at the end are enough.", True),
        ("what does it cost", "We suggest two paid hours a month for each volunteer.", True),
        ("how expensive is that", "It costs about 40 a seat.", True),
        ("what does it cost", "Ask five people.", False),
        ("normal budget for boosting a month", "Spend up to 50 euros a post.", True),
        ("give me an example of a statement", 'For example: "We know of a fire at our plant."', True),
        ("what do we say to them", 'Write: "We know of a fire at our plant."', True),
        ("give me an example of a statement", 'Use the word "we" in it.', False),
        ("How long should a pilot take?", "Name one event that ends it early and who decides.", False),
        ("how often do we rehearse", "LinkedIn is quoted as saying that many pages are seldom read.", False),
        ("how many people do we need", "Choose three figures: cost, result, and risk.", False),
        ("how many people do we need", "Name the people who decide.", False),
    ],
)
def test_the_sentence_that_tells_the_amount_is_known_from_others(question: str, sentence: str, told: bool) -> None:
    tells = amount_asked(question)
    assert tells and tells(sentence) is told


@pytest.mark.parametrize("question", ["How do we launch a pilot?", "who decides", "how much it matters"])
def test_other_questions_ask_for_no_amount(question: str) -> None:
    assert amount_asked(question) is None


def steps(question: str) -> list[str]:
    """What the steps say beside their leads, in an answer of few words."""
    closeness = {Place("steps", at): 0.01 * at for at in range(len(PILOT.sections.steps))}
    part = Composer(date(2026, 6, 1)).part(PILOT, Aspect.HOW, FEW, closeness, amount_asked(question))
    return [point.text for point in part.lists[0].points]


def test_the_step_that_tells_the_amount_is_told_in_full() -> None:
    assert "six to twelve weeks" in PILOT.sections.steps[END]
    for question, told in (("How do we launch a pilot?", False), ("How long should a pilot take?", True)):
        assert any("six to twelve weeks" in text for text in steps(question)) is told
