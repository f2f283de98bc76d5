"""A typed message made readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.wording import (
    FIRST_WORDS,
    LAST_WORDS,
    Wording,
    asking,
    asks_openly,
    faint_pieces,
    led_by_reference,
    pieces,
    refers_back,
    sentences,
)

LIBRARY = ["The pilot needs a sponsor and a baseline.", "Ask the sponsor before the pilot; measure the baseline."]
WORDING = Wording.of(LIBRARY, vocabulary=["where", "people", "colleague", "canteen", "campaign"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("who is the sponser", "who is the sponsor"),
        ("basline frist", "baseline first"),
        ("our Pilto?", "our pilot?"),
        ("we asked Tunde", "we asked Tunde"),
        ("Pilto for us. Basline?", "pilot for us. baseline?"),
        ("WE NEED A SPONSER", "WE NEED A sponsor"),
        ("our XKCDs, DMing", "our XKCDs, DMing"),
        ("bord\tsays no", "board says no"),
        ("where is the canteen", "where is the canteen"),
        ("ER dropped", "engagement rate dropped"),
        ("er, hello", "er, hello"),
        ("adn teh pilot", "and the pilot"),
        ("pilots and piloting", "pilots and piloting"),
        ("howdo we start", "how do we start"),
        ("theyre late", "they are late"),
        ("unrelated zzyzx stays", "unrelated zzyzx stays"),
    ],
)
def test_slips_are_mended_and_abbreviations_written_out(typed: str, read: str) -> None:
    """Words near nothing, forms of the library's words and what is written like a name or an abbreviation stay."""
    assert WORDING.readable(typed) == read


@pytest.mark.parametrize("slips", [13, 40])
def test_another_language_is_left_as_it_is(slips: int) -> None:
    words = " ".join(f"{'bcdfghjklm'[place % 10]}sponsor{'bcdf'[place // 10]}" for place in range(slips))
    assert WORDING.readable(words) == words
    assert WORDING.readable("bsponsor") == "sponsor"


def test_a_long_message_may_have_many_slips() -> None:
    slips = [
        "sponser",
        "basline",
        "pilto",
        "colleage",
        "becuase",
        "thier",
        "peple",
        "frist",
        "agian",
        "wrok",
        "whcih",
        "shoud",
        "abuot",
    ]
    said = " ".join(f"{slip} needs the same people every month" for slip in slips)
    assert not set(slips) & set(WORDING.readable(said).split())


@pytest.mark.parametrize("blank", ["\t", "\u00a0", " ", "\n", "\t\n"])
def test_blanks_without_end_cost_nothing(blank: str) -> None:
    """Read and taken apart in time that grows with the text, not with its square (20,000 tabs took seconds)."""
    text = f"What do we measure,{blank * 20_000}and how do I find a sponsor?"
    readable = WORDING.readable(text)
    assert len(readable) < 100
    assert len(pieces(readable)) == 2


@pytest.mark.parametrize("typed", ["🔥 how do we 🔥 get likes", "how do we ❤️👩🏽‍💻 get likes", "how do we get likes🎉"])
def test_emoji_say_nothing(typed: str) -> None:
    assert Wording.of(["how do we get likes"]).readable(typed) == "how do we get likes"


def test_a_very_long_message_keeps_both_ends() -> None:
    words = [f"w{number}" for number in range(FIRST_WORDS + LAST_WORDS + 100)]
    kept = WORDING.readable(" ".join(words)).split()
    assert len(kept) == FIRST_WORDS + LAST_WORDS
    assert (kept[0], kept[-1]) == (words[0], words[-1])


@given(st.text(max_size=200))
def test_anything_typed_can_be_read(text: str) -> None:
    readable = WORDING.readable(text)
    assert sentences(readable)
    assert asking(readable)


def test_lines_and_sentences_of_three_words_and_more_stand_alone() -> None:
    assert sentences("We run a pilot. OK.\nThe boss is on leave!") == ["We run a pilot.", "The boss is on leave!"]
    assert sentences("pilot charter") == ["pilot charter"]


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("We run a pilot. What do we measure?", ["What do we measure?"]),
        ("help me write the charter. the boss is on leave", ["help me write the charter."]),
        ("We have no numbers. The boss is on leave.", ["The boss is on leave."]),
        ("Who signs it? The boss is on leave. What if she says no?", ["Who signs it?", "What if she says no?"]),
    ],
)
def test_the_question_is_found_in_the_story(message: str, asked: list[str]) -> None:
    """By its mark or its first word; without either the last sentence is taken for it."""
    assert asking(message) == asked


@pytest.mark.parametrize(
    ("message", "back"),
    [
        ("and who should own it?", True),
        ("How often should we do that", True),
        ("But why?", True),
        ("ok thanks, who has to say yes?", True),
        ("common mistakes?", True),
        ("what mistakes do others make?", True),
        ("What's the most typical mistake?", True),
        ("thanks, great", False),
        ("ok", False),
        ("who decides on the tone?", False),
        ("How do we launch a pilot?", False),
        ("Thanks. And what would you put into a monthly scorecard for dealers in the north?", False),
    ],
)
def test_a_short_message_may_be_about_the_one_before(message: str, back: bool) -> None:
    assert refers_back(message) is back


@pytest.mark.parametrize(
    ("message", "led"),
    [
        ("It's writing to our followers that they won something. What first?", True),
        ("Well, they say that it takes too long. How do we answer the board next week?", True),
        ("Italy wants an account of its own. Who decides?", False),
        ("How do we launch a pilot with it?", False),
        ("This " + "and that " * 15 + "happened.", False),
    ],
)
def test_a_message_may_begin_with_what_was_said_before(message: str, led: bool) -> None:
    """A long one tells its own story, whatever it begins with."""
    assert led_by_reference(message) is led


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("What do we measure, and how do I find a sponsor?", ["What do we measure", "how do I find a sponsor?"]),
        (
            "Which link do we tag? Also, the board says it is a fad.",
            ["Which link do we tag?", "Also, the board says it is a fad."],
        ),
        ("how do i bring bread and butter to the table", ["how do i bring bread and butter to the table"]),
        ("Who signs?", ["Who signs?"]),
        ("Our page is dead. How do we end it?", ["Our page is dead.", "How do we end it?"]),
        (
            "hi! 1) how do we name links 2) which hours suit dealers",
            ["hi!", "1) how do we name links", "2) which hours suit dealers"],
        ),
        ("Besides, who signs it?", ["Besides, who signs it?"]),
        (
            "how do i launch a pilot also where do i find a sponsor",
            ["how do i launch a pilot", "also where do i find a sponsor"],
        ),
        ("no question here at all", ["no question here at all"]),
        ("\n", ["\n"]),
    ],
)
def test_a_message_comes_apart_where_another_question_may_begin(message: str, found: list[str]) -> None:
    assert pieces(message) == found


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("pilot charter template + who signs a post", ["pilot charter template", "who signs a post"]),
        ("can i post it without an ok / who decides here", ["can i post it without an ok", "who decides here"]),
        ("what do we post n why do we sound dull", ["what do we post", "n why do we sound dull"]),
        ("bread and butter", ["bread and butter"]),
        ("yes, a checklist for the page", ["yes, a checklist for the page"]),
        ("no joint here at all", ["no joint here at all"]),
    ],
)
def test_a_message_without_any_sign_comes_apart_at_its_joints(message: str, found: list[str]) -> None:
    """No piece is a word or two."""
    assert faint_pieces(message) == found


@given(st.text(alphabet="ab ?.\n1)", max_size=60))
def test_no_word_is_lost_where_it_comes_apart(text: str) -> None:
    assert "".join("".join(pieces(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "openly"),
    [
        ("Who holds the passwords?", True),
        ("ok, and how do i answer. what is best", True),
        ("Can we do it, and how?", False),
        ("Where do I begin? Straight to all?", False),
        ("What if we give a voucher?", False),
        ("external expert convince management", False),
        ("", False),
    ],
)
def test_what_neither_yes_nor_no_would_answer(text: str, openly: bool) -> None:
    assert asks_openly(text) is openly
