"""What is typed around a question and not about it."""

from __future__ import annotations

import pytest

from knowledge.chatter import FARTHEST, without_chatter


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("ugh. mondays. how do we start a pilot", "how do we start a pilot"),
        ("sorry if this is a stupid question but who owns the page?", "who owns the page?"),
        ("Hi all, quick one. Who owns the page?", "Who owns the page?"),
        ("*sigh* nobody reads our posts", "nobody reads our posts"),
        ("Not sure if this is the right place - our dealer posts prices", "our dealer posts prices"),
        ("Hello Midway team,\nwe have a page. Who owns it?\nBest regards", "we have a page. Who owns it?"),
        ("how do we measure this? Any ideas? Cheers.", "how do we measure this?"),
        ("nobody answers our messages (no rush)", "nobody answers our messages"),
        ("who may post for us thx!!", "who may post for us"),
        ("how many posts are enough asking for a friend", "how many posts are enough"),
        ("Hallo zusammen, kurze Frage: wer darf posten?", "wer darf posten?"),
        ("Hola a todos, una pregunta: ¿quién decide aquí?", "¿quién decide aquí?"),
    ],
)
def test_chatter_goes(typed: str, left: str) -> None:
    assert without_chatter(typed) == left


@pytest.mark.parametrize(
    "typed",
    [
        "thanks!",
        "Fake reviews. How do we get some?",
        "Instagram. How do we start there?",
        "is there any advice for new chapters?",
        "Is this ok? We posted it.",
        "boss says no. now what?",
        "please be brief: how do we start?",
    ],
)
def test_what_is_about_something_stays(typed: str) -> None:
    assert without_chatter(typed) == typed


def test_a_long_story_keeps_its_pieces() -> None:
    assert without_chatter("well. so. ok. right. anyway. who owns the page?") == "anyway. who owns the page?"


def test_nothing_typed_takes_long() -> None:
    """Only the ends of a message are looked at, whatever its length."""
    for typed in (". " * 20_000 + "a.b", "." + " " * 40_000 + "a.b", "thanks " * 6_000, "(" * 40_000):
        assert len(without_chatter(typed)) > len(typed) - 4 * FARTHEST
