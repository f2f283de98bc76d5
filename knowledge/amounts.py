"""What a question wants told in so many words: how long, how often, how many of what, what it costs, an example."""

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
_SPAN = (
    rf"(?:{_NUMBERS}|\b(?:within|in|for|after|takes?|about|than|over) an?)(?:(?: to |-| or )(?:{_NUMBERS}))?[- ]"
    r"(?:working |service )?"
)
"""How long something takes; "a day" alone tells how often."""
_ASKED = {
    re.compile(r"\bhow (?:fast|quick(?:ly)?|soon)\b", re.IGNORECASE): re.compile(
        rf"\b{_SPAN}(?:second|minute|hour|day)s?\b", re.IGNORECASE
    ),
    re.compile(rf"\bhow long\b|\bhow much time\b|\bhow many {_UNIT}\b", re.IGNORECASE): re.compile(
        rf"\b{_SPAN}{_UNIT}\b", re.IGNORECASE
    ),
    re.compile(r"\bhow (?:often|frequently|regularly)\b|\bhow many times\b", re.IGNORECASE): re.compile(
        rf"\b(?:every|each) (?:\w+ )?{_UNIT}\b"
        r"|\b(?:daily|weekly|monthly|quarterly|yearly)"
        r"(?=\W*$|[,.;:]| (?:and|or|by|in|at|on|calls?|meetings?|rounds?|talks?|reviews?|posts?)\b)"
        rf"|\b(?:once|twice|times|{_NUMBERS}) (?:(?!{_UNIT}\b)\w+ )?(?:an?|per|each) {_UNIT}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bwhat (?:do|does|will|would|might) .{2,60} cost\b|\b(?:what|which|normal|usual|typical) (?:is )?(?:a |the )?"
        r"(?:\w+ )?budget\b|\bhow (?:much (?:do|does|will|would|money)\b.{0,60}"
        r"|expensive\b)|\b(?:the|any|and) costs?\W*$|\bat what (?:cost|price)\b",
        re.IGNORECASE,
    ): re.compile(
        rf"\bcosts? (?:\w+ )?{_ONE}\b|[$€£]\s?\d|\b\d[\d.,]* (?:euros|dollars|pounds)"
        rf"|\b(?:free|{_NUMBERS})[- ](?:\w+ )?hours?\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:an? |for )(?:example|sample|instance)s?\b|\bwording\b|\btemplates?\b"
        r"|\b(?:an?|the) (?:\w+ )?(?:text|paragraph|reply) (?:for|to|about|that)\b"
        r"|\bhow (?:do|should|can|could|would) (?:i|we|one|you) (?:word|phrase|put) (?:it|this|that)\b"
        r"|\bwhat should it say\b"
        r"|\bwhat (?:exactly )?(?:do|should|can|could|would) (?:i|we|one|you) (?:say|write|answer|reply)\b",
        re.IGNORECASE,
    ): re.compile(r"[\"“][^\"”]*(?:\s[^\"”\s]+){3}[^\"”]*[\"”]"),
}
"""What is asked for, and how a sentence tells it; an example stands in quotes."""
_MANY = re.compile(r"\bhow many (?:more )?([a-z]+)|([a-z]+),? how many\W*$", re.IGNORECASE)
_NUMBER = re.compile(_NUMBERS, re.IGNORECASE)


def amount_asked(question: str) -> Tells | None:
    """What to know an answer to "how long", "how often", "how many …" by; None where no such thing is asked."""
    for asked, told in _ASKED.items():
        if asked.search(question):
            return lambda sentence: bool(told.search(sentence))
    if many := _MANY.search(question):
        counted = stemmed([(many[1] or many[2]).lower()])[0]
        return lambda sentence: _counts(counted, sentence)
    return None


def _counts(counted: str, sentence: str) -> bool:
    words = stemmed(re.findall(r"[\w.,]*\w", sentence.lower()))
    return any(
        word == counted and any(_NUMBER.fullmatch(before) for before in words[max(0, at - BEFORE) : at])
        for at, word in enumerate(words)
    )
