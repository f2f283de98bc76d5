"""Whatever is typed, the gloss is some text, the same every time; English is left alone."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chatter import SHORTEST_LEFT, without_chatter
from knowledge.glossaries import LANGUAGES, glossary
from knowledge.language import language_of
from knowledge.translation import into_english, thread_in_english

WORDS = st.sampled_from([word for lang in LANGUAGES for word in list(glossary(lang).exact)[::7]])
TYPED = st.one_of(st.text(max_size=300), st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=40).map(" ".join))
LANG = st.sampled_from([*LANGUAGES, "en", "xx"])


@settings(max_examples=150, deadline=None)
@given(TYPED, LANG)
def test_a_text_with_letters_is_never_glossed_away(text: str, lang: str) -> None:
    gloss = into_english(text, lang)
    assert gloss == into_english(text, lang)
    assert any(map(str.isalpha, gloss)) or not any(map(str.isalpha, text))


@settings(max_examples=100, deadline=None)
@given(TYPED)
def test_english_is_left_as_it_is(text: str) -> None:
    assert into_english(text, "en") == text
    if language_of(text) == "en":
        assert thread_in_english([text]) == [without_chatter(text)]


@settings(max_examples=150, deadline=None)
@given(TYPED)
def test_without_chatter_a_message_is_a_part_of_itself(text: str) -> None:
    left = without_chatter(text)
    assert left in text
    assert left == text or len(re.findall(r"[^\W\d_]+", left)) >= SHORTEST_LEFT
