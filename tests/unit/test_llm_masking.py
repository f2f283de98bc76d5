"""Nothing that names a person goes to a model."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.llm.masking import ADDRESS, NUMBER, PERSON, masked

WORDS = st.lists(st.sampled_from(["how", "do", "we", "launch", "a pilot", "with the sponsor", "and measure it"]), max_size=6).map(" ".join)
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}([._+-][a-z0-9]{1,8}){0,2}", fullmatch=True)
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9](\.[a-z]{2,6}){1,2}", fullmatch=True)
PHONES = st.from_regex(r"(\+|00)[1-9][0-9]{0,2}[ -]?(\([0-9]{2,4}\)|[0-9]{2,4})[ ./-]?[0-9]{3,4}[ -]?[0-9]{2,4}", fullmatch=True)
AROUND = st.sampled_from([(" ", " "), ("(", ")"), (" <", ">"), ("\n", ","), (": ", "."), ('"', '"'), ("", "?")])


@settings(deadline=None)
@given(WORDS, WORDS, NAMES, HOSTS, AROUND)
def test_no_address_is_left(before: str, after: str, name: str, host: str, around: tuple[str, str]) -> None:
    """Whatever stands around it."""
    text = masked(f"{before} {around[0]}{name}@{host}{around[1]} {after}")
    assert "@" not in text
    assert host not in text
    assert ADDRESS in text or PERSON in text


@settings(deadline=None)
@given(WORDS, WORDS, PHONES, AROUND)
def test_no_phone_number_is_left(before: str, after: str, number: str, around: tuple[str, str]) -> None:
    text = masked(f"{before} {around[0]}{number}{around[1]} {after}")
    assert NUMBER in text
    assert sum(letter.isdigit() for letter in text) == 0


@settings(deadline=None)
@given(WORDS, st.sampled_from(["<@U0123|jo>", "<@U0123>", "<!channel>", "<#C01|north>", "<at id='1'>Jo Doe</at>", "@jo", "@jo-doe", "@Jo.Doe", "\uff20jo", "@jo@Doe", "@jo@sam@pat"]))
def test_no_mention_is_left(words: str, mention: str) -> None:
    text = masked(f"{words} {mention} {words}")
    assert PERSON in text
    assert not {"@", "\uff20", "<"} & set(text)
    assert "Doe" not in text


@settings(deadline=None)
@given(st.text())
@example("@0@0")
def test_masking_again_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@settings(deadline=None)
@given(st.text())
def test_what_goes_out_can_be_sent(text: str) -> None:
    """No half characters, nothing invisible."""
    masked(text).encode("utf-8")
    assert not {"\u200b", "\u202e", "\x00", "\U000e0041"} & set(masked(text))


@pytest.mark.parametrize(
    "text",
    [
        "How do we launch a pilot with 12 dealers in 2026?",
        "Our budget was 1,250,000 in 2024/2025 and 1 000 000 before.",
        "The review is on 2026-10-07, the launch on 07.10.2026.",
        "From 2019 - 2024 we had 40.000 members, then 3,500.",
        "Is 3:1 a good ratio? 50% of 9 to 5 and (2) 24/7 cover.",
        "mail us at noon about email rules",
    ],
)
def test_figures_and_dates_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("text", ["jo [at] example [dot] org", "jo(at)example.org", "jo.doe @ example.org", "jörg@exämple.org",
                                  "mailto:jo@example.org", "jo@example\uff0eorg", "jo\u200b@\u200bexample.org"])
def test_disguised_addresses_go(text: str) -> None:
    assert masked(f"ask {text} now") == f"ask {ADDRESS} now"


@pytest.mark.parametrize("text", ["030 1234567", "(030) 123-4567", "555-867-5309", "+1 (555) 867-5309", "0171/2345678", "+44 20 7946 0958", "5551234"])
def test_usual_ways_of_writing_a_phone_number(text: str) -> None:
    assert masked(f"call {text} today") == f"call {NUMBER} today"


@pytest.mark.parametrize("piece", ["a", "a.", "1", "1 ", "@", "a@", "<at ", "<at>", "(at) ", "a [at] b. ", "<@", "é", "+1("])
def test_a_long_message_takes_no_time(piece: str) -> None:
    """No pattern goes over the same letters again and again."""
    before = time.process_time()
    masked(piece * (20_000 // len(piece)))
    assert time.process_time() - before < 2
