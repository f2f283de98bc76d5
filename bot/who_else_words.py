"""The words by which somebody asks which other teams took a practice up. What people asked is never meant by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.phrasing import say
from bot.views import WHO_ELSE
from knowledge.practice import Practice

_TEAM = (
    r"(?:teams?|chapters?|dealers?|dealerships?|agents?|agency|agencies|units?|franchises?|franchisees?|regions?|"
    r"departments?|branch|branches|offices?|locations?)"
)
_ADVERB = r"(?:(?:already|also|ever|currently|actually|now)\s+)*"
_DID = (
    rf"{_ADVERB}(?:(?:has|have|had)\s+{_ADVERB}(?:done|tried|used|adopted|introduced)|"
    rf"(?:is|are|was|were)\s+{_ADVERB}(?:doing|trying|using|adopting|introducing)|did|does|do|tried|tries|try|"
    r"used|uses|use|adopted|adopts|adopt|introduced|introduces|introduce)"
)
"""What a team can do with a practice."""
_DONE = (
    rf"{_ADVERB}(?:done|doing|did|do|tried|trying|try|used|using|use|adopted|adopting|adopt|introduced|introducing|"
    "introduce)"
)
_ASKS_WHETHER = r"(?:(?:has|have|had|did|does|do|is|are|was|were)\s+)"
_WHAT = (
    r"\b(?!\s+(?:you|we|they|i|he|she|not|well|best|better|badly|worse|worst|most|the\s+(?:most|best|worst))\b)"
    r"(?:\s+(?:this|that|it)(?:\s+(?:one|practice))?\b)?(?P<what>.*)"
)
_NOT_OURS = r"\b(?!\s+(?:our|my)\b)"
"""Who uses what is ours is asked where it is misused."""
_FORMS = (
    (False, rf"who\s+else\s+(?:did|does|tried|tries|uses|adopted){_WHAT}"),
    (False, rf"who\s+else\s+{_DID}{_NOT_OURS}{_WHAT}"),
    (False, rf"(?:which|what)\s+other\s+{_TEAM}\s+{_DID}{_WHAT}"),
    (False, rf"{_ASKS_WHETHER}?(?:any(?:one|body)\s+else|(?:any\s+other|another)\s+{_TEAM})\s+{_DONE}{_WHAT}"),
    (False, rf"(?:which|what)\s+{_TEAM}\s+{_DID}\s+(?:this|that|it)(?:\s+(?:one|practice))?(?P<what>[?.!\s]*)"),
    # A question for the library may begin like these.
    (True, rf"(?:which|what)\s+{_TEAM}\s+{_DID}{_WHAT}"),
    (True, rf"{_ASKS_WHETHER}(?:other|any)\s+{_TEAM}\s+{_DONE}{_WHAT}"),
    (True, rf"who(?:'s|’s|\s+(?:is|has|have))\s+{_DONE}{_WHAT}"),
    (True, rf"who\s+(?:tried|used|uses|adopted|introduced){_WHAT}"),
)
_PATTERNS = tuple((by_name, re.compile(form, re.IGNORECASE | re.DOTALL)) for by_name, form in _FORMS)
_ASKED = re.compile(
    r"\b(?:ask(?:s|ed|ing)?|t(?:ell|ells|old|elling)|question(?:s|ed|ing)?)\s+"
    r"(?:you|midway|the\s+bot|this\s+bot|about)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:\s+(?:too|already|before|yet|so far|here))+$", re.IGNORECASE)
_SMALL = frozenset((
    "a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "our", "the", "their", "this", "to", "with",
    "your",
))
_TONGUES = ("en", "de", "fr", "es")
ALIKE = 5
"""Letters in which two forms of a word begin alike."""
NAMES = 2
"""Words of its name that make it clear that a practice is meant, and not the subject that it is about."""


@dataclass(frozen=True, slots=True)
class WhoElse:
    """``words`` tell the practice; empty for the one that the thread is about. Where it has to be told ``by_name`` and
    is not, this is a question for the library.
    """

    words: str
    by_name: bool = False


def who_else(said: str) -> WhoElse | None:
    """What a message (see ``plain_command``) asks of other teams; None where it does not, or asks what they asked."""
    if _plain(said) in _labels():
        return WhoElse("")
    if _ASKED.search(said):
        return None
    for by_name, pattern in _PATTERNS:
        if found := pattern.fullmatch(said):
            words = _ENDS.sub("", found["what"].rstrip(" ?.!\n")).strip(' ?.!:,“”"\n')
            return WhoElse(words, by_name) if words or not by_name else None
    return None


def names(words: str, practice: Practice) -> bool:
    """Whether these are words of the practice's name and nothing else, and enough of them."""
    name = _words(f"{practice.title} {practice.id}")
    said = _words(words)
    return len(said) >= NAMES and all(any(_alike(word, known) for known in name) for word in said)


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    """The button's own words."""
    return frozenset(_plain(say(tongue, WHO_ELSE)) for tongue in _TONGUES)


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").strip(" ?¿.!\n").casefold().split())


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if word not in _SMALL}


def _alike(word: str, known: str) -> bool:
    return word == known or (min(len(word), len(known)) >= ALIKE and word[:ALIKE] == known[:ALIKE])
