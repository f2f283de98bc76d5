"""What is a command and what is a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Ask, ChannelTeam, Help, MyTeam, ShowTeam, intent_of


@pytest.mark.parametrize("said", ["help", "Help!", "/help", "?", "???", "/midway help", "midway: help", "  HELP ", "commands", "midway", "/midway"])
def test_help_is_asked_for(said: str) -> None:
    """In any case, with or without the program's name before it; the name alone asks for help, too."""
    assert intent_of(said) == Help()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("my team is Chapter North", "Chapter North"),
        ("My team is  Chapter   North.", "Chapter North"),
        ("our team is “Händler Süd”", "Händler Süd"),
        ("my team's name is R&D 2", "R&D 2"),
        ("/midway my team is 営業部", "営業部"),
        ("midway, my team is Toronto", "Toronto"),
    ],
)
def test_a_person_names_their_team(said: str, name: str) -> None:
    assert intent_of(said) == MyTeam(name)


@pytest.mark.parametrize(
    ("said", "name"),
    [("team Chapter North", "Chapter North"), ("set team: North", "North"), ("TEAM = North", "North"), ("team sizing ideas", "sizing ideas")],
)
def test_a_channel_is_given_a_team(said: str, name: str) -> None:
    """Whether an unknown name was a question is decided where the teams are known."""
    assert intent_of(said) == ChannelTeam(name)


@pytest.mark.parametrize("said", ["my team", "team", "which team am I in?", "What is my team?", "/midway team"])
def test_a_person_asks_for_their_team(said: str) -> None:
    assert intent_of(said) == ShowTeam()


@pytest.mark.parametrize(
    "said",
    [
        "How do we launch a pilot?",
        "help me find a sponsor",
        "helpful metrics for a pilot",
        "my team is\nChapter North\nhow do we start",
        "teams that failed",
        "midway through the pilot nobody posts any more",
        "midwayish",
        "",
        "   ",
    ],
)
def test_everything_else_is_a_question(said: str) -> None:
    """Also what merely begins like a command; the words stay as they were said."""
    assert intent_of(said) == Ask(said.strip())


@pytest.mark.parametrize(
    "said",
    [
        "my team is not convinced, what should I do",
        "my team is too small for this",
        "our team is new to social media. how do we start?",
        "team up with legal, how?",
        "team of two: who should post what",
        "my team is Chapter North\nhow do we start",
        "team Can Tho",
        "team one two three four five six seven eight nine",
    ],
)
def test_words_that_look_like_a_question_name_a_known_team_only(said: str) -> None:
    """Which teams are known is not known here."""
    intent = intent_of(said)
    assert isinstance(intent, MyTeam | ChannelTeam) and intent.doubtful


@given(st.text(max_size=300))
def test_any_text_has_an_intent(said: str) -> None:
    """A name is never blank, and on one line."""
    intent = intent_of(said)
    if isinstance(intent, MyTeam | ChannelTeam):
        assert intent.name
        assert intent.name == " ".join(intent.name.split())


@given(st.sampled_from(["my team is ", "team "]), st.text(max_size=100))
def test_any_words_may_stand_behind_a_command(command: str, name: str) -> None:
    intent = intent_of(command + name)
    assert isinstance(intent, MyTeam | ChannelTeam | ShowTeam | Ask)
