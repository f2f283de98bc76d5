"""Messages that cannot be read, and what is said to them."""

from __future__ import annotations

import re

from knowledge.answers import Answer, Outcome
from knowledge.frames import say

LONGEST_QUESTION = 20_000
LONGEST_WORD = 45
"""Letters: the longest compounds that are written in German have about so many."""
NO_WORDS = "There are no words in that. Ask a question, for instance: How do we launch a pilot?"
TOO_LONG = "That is {count:,} characters; I read up to {most:,}. Send the question and the part that matters."
_WORD = re.compile(r"[^\W_]+")


def unreadable(text: str, tongue: str = "en") -> Answer | None:
    """What to say to a message without words, or to one too long to be read. What is longer than any word is none:
    a key that was held down would else be taken for small talk.
    """
    if not any(len(word) <= LONGEST_WORD for word in _WORD.findall(text)):
        return _failed(say(tongue, NO_WORDS), tongue)
    if len(text) > LONGEST_QUESTION:
        return _failed(say(tongue, TOO_LONG, count=len(text), most=LONGEST_QUESTION), tongue)
    return None


def _failed(sentence: str, tongue: str) -> Answer:
    return Answer(Outcome.FAILED, sentence, lang=tongue[:2], tongue=tongue)
