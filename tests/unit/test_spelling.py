"""Slips of the finger are mended by what somebody most likely meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.spelling import SHORTEST, Spelling, one_slip

SPELLING = Spelling.of(
    ["Dealers post; a dealer posts. Draw the sociogram."] * 20, vocabulary=["colour", "organisation"]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shoud", "should"),
        ("becuase", "because"),
        ("tehm", "them"),
        ("fihsing", "fishing"),
        ("anser", "answer"),
        ("evrything", "everything"),
        ("zzyzxq", None),
    ],
)
def test_the_likeliest_word_is_meant(typed: str, meant: str | None) -> None:
    assert (SPELLING.mended(typed) if SPELLING.is_slip(typed) else typed) == meant


@pytest.mark.parametrize(("typed", "meant"), [("dealr", "dealer"), ("sociogrm", "sociogram")])
def test_the_librarys_words_are_likelier(typed: str, meant: str) -> None:
    """ "dealr" is as near to "deal", which is spoken far oftener."""
    assert SPELLING.mended(typed) == meant
    assert Spelling.of([]).mended(typed) != meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("howdo", "how do"),
        ("outwhat", "out what"),
        ("apost", "a post"),
        ("dealersare", "dealers are"),
        ("andthat", "and that"),
    ],
)
def test_a_blank_may_be_left_out(typed: str, meant: str) -> None:
    assert SPELLING.mended(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "matron",
        "lathe",
        "footfall",
        "stricter",
        "colour",
        "organisation",
        "sociograms",
        "hashtag",
        "abc",
        "été",
        "h4sh",
        "x" * 3, "sponsor" * 6,
    ],
)
def test_words_that_exist_and_what_is_no_word_are_no_slips(word: str) -> None:
    """By the dictionary, the model's words, the library's and forms of those."""
    assert not SPELLING.is_slip(word)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=SHORTEST, max_size=30))
def test_what_is_mended_is_made_of_known_words(typed: str) -> None:
    if (meant := SPELLING.mended(typed)) is not None:
        assert set(meant.split()) <= SPELLING.known | set(SPELLING.words)


def test_one_slip_makes_one_of_these() -> None:
    assert one_slip("sponser", ["sponsor", "spender"]) == "sponsor"
    assert one_slip("sponser", ["pilot"]) is None
