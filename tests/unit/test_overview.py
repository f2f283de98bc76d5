"""Broad questions get a map and one first step; others do not."""

from __future__ import annotations

import pytest

from knowledge.library import Library, load_shipped
from knowledge.overview import FIRST, MAP, is_broad, overview


@pytest.mark.parametrize("text", [
    "How do we do social media?", "where do we start", "social media strategy", "Tell me everything about social media",
    "hi, how should we start with social media?", "We are new to social media, where do we begin?", "social media",
    "I need help with social media please", "How do I get started with social media in our company?", "Where should I start?",
])
def test_broad_questions(text: str) -> None:
    assert is_broad(text)


@pytest.mark.parametrize("text", [
    "How do we start a pilot?", "Where do we start with alt text?", "social media policy", "Who decides on social media?",
    "How do we measure social media?", "Where do we start if our sponsor has left and the budget with her?", "social media crisis",
    "Tell me everything about crisis drills", "How do we use social media for recruiting nurses?", "",
])
def test_questions_about_something(text: str) -> None:
    assert not is_broad(text)


def test_the_map_is_short_and_has_one_first_step() -> None:
    found = overview(load_shipped())
    assert found
    first, part = found
    assert first.id == FIRST
    assert [len(listing.points) for listing in part.lists] == [1, len(MAP)]
    assert len(MAP) == 5


def test_without_its_first_practice_there_is_no_map() -> None:
    assert overview(Library({})) is None
