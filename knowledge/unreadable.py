"""Messages that cannot be read, and what is said to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from knowledge.answers import Answer, Outcome
from knowledge.frames import say
from knowledge.language import small_words

LONGEST_QUESTION = 20_000
LONGEST_WORD = 45
"""Letters: the longest compounds that are written in German have about so many."""
NO_WORDS = "There are no words in that. Ask a question, for instance: How do we launch a pilot?"
TOO_LONG = "That is {count:,} characters; I read up to {most:,}. Send the question and the part that matters."
READS = "I read English, German, French and Spanish. Please ask in one of these, or ask an expert."
SHARE = 0.34
"""The share of a message's words that are of the language that it is taken for, at least."""
FEWEST = 4
"""Words by which that can be told."""
_WORD, _LONG = re.compile(r"[^\W_]+"), re.compile(r"[^\W\d_]{3,}")


def unreadable(text: str, tongue: str = "en") -> Answer | None:
    """What to say to a message without words, or to one too long to be read. What is longer than any word is none:
    a key that was held down would else be taken for small talk. Nothing is read in other letters than Latin ones.
    """
    if not any(len(word) <= LONGEST_WORD for word in _WORD.findall(text)):
        return _failed(say(tongue, NO_WORDS), tongue)
    if len(text) > LONGEST_QUESTION:
        return _failed(say(tongue, TOO_LONG, count=len(text), most=LONGEST_QUESTION), tongue)
    if not _in_latin_letters(text):
        return Answer(Outcome.DECLINED, READS, offer_expert=True)
    return None


def in_our_tongues(text: str, lang: str) -> bool:
    """Whether a message taken for one in ``lang`` is in that language: what is in none is taken for the nearest."""
    words = [word.lower() for word in _LONG.findall(text)]
    return len(words) < FEWEST or sum(map(_knows(lang), words)) >= SHARE * len(words)


def _knows(lang: str) -> Callable[[str], bool]:
    """Whether a word is one of that language."""
    from knowledge.glossaries import LANGUAGES, english_words, folded, glossary  # read only where they are needed

    if lang not in LANGUAGES:
        return english_words().__contains__
    small, known = small_words(lang), glossary(lang)
    return lambda word: word in small or bool(known.certainly(folded(word, lang)))


def _in_latin_letters(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) >= len(letters)


def _failed(sentence: str, tongue: str) -> Answer:
    return Answer(Outcome.FAILED, sentence, lang=tongue[:2], tongue=tongue)
