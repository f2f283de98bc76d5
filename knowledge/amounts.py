"""What a question wants to know how much of: how long, how often, how many of what."""

from __future__ import annotations

import re
from collections.abc import Callable

from knowledge.stems import stemmed

Tells = Callable[[str], bool]
"""Whether a sentence tells the amount."""
BEFORE = 3
"""Words between a number and what it counts, at most: "one short public post"."""

_UNIT = r"(?:second|minute|hour|day|week|month|quarter|year)s?"
_NUMBERS = (
    r"\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"ninety|hundred|half|few|dozen"
)
_ONE = rf"(?:an?|{_NUMBERS})"
_ASKED = {
    re.compile(
        rf"\bhow (?:long|fast|quick(?:ly)?|soon)\b|\bhow much time\b|\bhow many {_UNIT}\b",
        re.IGNORECASE,
    ): re.compile(rf"\b{_ONE}(?:(?: to |-| or ){_ONE})?[- ](?:working )?{_UNIT}\b", re.IGNORECASE),
    re.compile(r"\bhow (?:often|frequently|regularly)\b|\bhow many times\b", re.IGNORECASE): re.compile(
        rf"\b(?:every|each) (?:\w+ )?{_UNIT}\b|\b(?:daily|weekly|monthly|quarterly|yearly)\b"
        rf"|\b(?:once|twice|times|{_NUMBERS}) (?:an?|per|each) {_UNIT}\b",
        re.IGNORECASE,
    ),
}
_MANY = re.compile(r"\bhow many (?:more )?([a-z]+)", re.IGNORECASE)
_NUMBER = re.compile(_NUMBERS, re.IGNORECASE)


def amount_asked(question: str) -> Tells | None:
    """What to know an answer to "how long", "how often", "how many …" by; None where no such thing is asked."""
    for asked, told in _ASKED.items():
        if asked.search(question):
            return lambda sentence: bool(told.search(sentence))
    if many := _MANY.search(question):
        counted = stemmed([many[1].lower()])[0]
        return lambda sentence: _counts(counted, sentence)
    return None


def _counts(counted: str, sentence: str) -> bool:
    words = stemmed(re.findall(r"[\w.,]*\w", sentence.lower()))
    return any(
        word == counted and any(_NUMBER.fullmatch(before) for before in words[max(0, at - BEFORE) : at])
        for at, word in enumerate(words)
    )
