"""Who wants few words gets few."""

from __future__ import annotations

import pytest

from knowledge.answers import Answer
from knowledge.brevity import FEW_WORDS, in_few_words
from knowledge.service import Knowledge
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]


@pytest.mark.parametrize(
    "text",
    ["shorter please", "too long", "can you make it shorter?", "ok, in short", "tl;dr", "give me the short version",
     "Short answer: do we need a policy?", "briefly"],
)
def test_few_words_are_wanted(text: str) -> None:
    assert in_few_words(text)


@pytest.mark.parametrize(
    "text",
    ["how do we make our posts shorter", "are our videos too long?", "short videos", "a short policy", "how long", "please",
     "what should a brief for the agency contain"],
)
def test_how_to_shorten_something_is_another_matter(text: str) -> None:
    assert not in_few_words(text)


def test_a_thread_that_asks_for_fewer_words_gets_them(real_knowledge: Knowledge) -> None:
    question = "how do I write alt text for charts"
    full, brief = real_knowledge.look_up(question), real_knowledge.look_up("shorter please", [question])
    assert brief.parts[0].practice == full.parts[0].practice
    assert not brief.see_also
    assert _words(brief) < 2 * FEW_WORDS < _words(full)


def _words(answer: Answer) -> int:
    points = [f"{point.lead} {point.text}" for part in answer.parts for each in part.lists for point in each.points]
    return len(" ".join([*(part.lead for part in answer.parts), *points]).split())
