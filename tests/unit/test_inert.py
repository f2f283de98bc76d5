"""What of a text is seen: one table for what is stored and for what every platform shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.plain import as_text
from adapters.web.render import render as web
from bot.inert import capitalised, seen, shortened
from bot.privacy import clean_text
from bot.replies import Paragraph, Reply

FAMILY, PERSIAN = "👨\u200d👩\u200d👧", "می\u200cروم"


@pytest.mark.parametrize("text", [FAMILY, PERSIAN, "क्\u200dष", "❤\ufe0f\u200d🔥", "one\ttwo\nthree", "é نجح 领导"])
def test_words_and_emoji_stay_as_they_are(text: str) -> None:
    assert seen(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\u200bb\ufeff\u2060", "ab"),
        ("hi\U000e0041\U000e007f", "hi"),
        ("so\u00adcial", "social"),
        ("\u200d a\u200c b\u200d", " a b"),
        ("a\u200d\u200c\u200db", "a\u200db"),
        ("a\x00\x07\ud800b", "ab"),
        ("1\r\n2\r3\x854\u20285\v6", "1\n2\n3\n4\n5 6"),
    ],
)
def test_what_hides_or_reorders_goes(text: str, left: str) -> None:
    assert seen(text) == left


@given(st.text(st.sampled_from("a \n\u200c\u200d\u202e\u200b\ud800\U000e0041👨"), max_size=12))
def test_twice_changes_nothing(text: str) -> None:
    assert seen(seen(text)) == seen(text)


@pytest.mark.parametrize("text", [FAMILY, PERSIAN])
def test_they_are_stored_and_shown_the_same_everywhere(text: str) -> None:
    """The web and plain text, which the chat platforms build on."""
    reply = Reply("", (Paragraph(f"\u202e{text}\U000e0041"),))
    assert clean_text(f"\u202e{text}\U000e0041", 100) == text
    assert as_text(reply) == text
    assert f">{text}</p>" in str(web(reply))


@pytest.mark.parametrize(("text", "limit", "left"), [
    ("four", 4, "four"), ("fives", 4, "fiv…"), ("two words", 5, "two…"), ("ab", 1, "…"), ("", 1, ""),
])
def test_what_is_too_long_says_so(text: str, limit: int, left: str) -> None:
    """And leaves no space before the ellipsis."""
    assert shortened(text, limit) == left


@pytest.mark.parametrize(("text", "said"), [
    ("time to first answer", "Time to first answer"), ("élèves inscrits", "Élèves inscrits"), ("iOS installs", "iOS installs"),
    ("NPS", "NPS"), ("24 hours", "24 hours"), (" ", " "), ("", ""),
])
def test_a_sentence_begins_with_a_capital(text: str, said: str) -> None:
    assert capitalised(text) == said
