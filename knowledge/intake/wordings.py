"""Texts compared by their words: small words left out, the rest by stem."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.intake.blocks import words_of
from knowledge.stems import stemmed

URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|\[/?url[^\]]*\]|</?a\b[^>]*>|\b[\w-]{2,40}\.(?:com|net|biz|info|shop|store|online|xyz|ru|cn|top|site|club)\b(?:/\S*)?",
    re.IGNORECASE,
)

SMALL_WORDS = frozenset(
    "a about above after again against all also am an and any are as at be because been before being below between both but by can "
    "can't cannot could did didn't do does doesn't doing don't down during each even every few for from further get gets getting got had has have having he "
    "he's her here hers him his how i i'd i'll i'm i've if in into is isn't it it's its itself just let like me more most much my no nor "
    "not now of off on once only or other our ours out over own quite rather really same she should so some such than that that's the their them then there "
    "these they they're this those though through to too under until up us very was we we're were what when where which while who whom why "
    "will with won't would you you're your yours one two may might must shall since still yet many well way thing things lot make makes made "
    "making want wants need needs use used using going go goes come comes say says said see seen think know ever never always often already "
    "around back first last another something anything everything someone anyone everyone people time times day days year years new good great "
    "der die das und ist nicht ein eine zu den mit von für auf im sich auch es an als wir sie ich wie le la les et est une un des du pour que qui dans "
    "pas sur avec ce il nous vous je el los las y es una por con para del se lo que en su al".split()
)

# What people talk about in this trade: a genuine remark below a short article shares at least these words with it.
TRADE = frozenset(stemmed(
    "team manager management middle boss sponsor executive leader leadership ceo director department unit chapter dealer agent franchise region "
    "company organization organisation business corporate agency nonprofit association volunteer staff employee colleague employer client customer audience "
    "member fan follower community project pilot program campaign strategy plan goal budget cost revenue sale marketing "
    "brand social media facebook twitter linkedin instagram youtube tiktok channel network platform account "
    "policy legal compliance risk approval approve buy-in trust culture silo hierarchy top-down bottom-up change adopt adoption "
    "measure metric number data result report dashboard roi baseline engagement reach metrics kpi train training learn workshop meeting "
    "idea tool skill experience approach practice process work job role success fail failure problem question answer help support "
    "communication communicate conversation feedback complaint response influence expert resource budget".split()
))
_EMPTY = frozenset(stemmed("post posts article blog site website page read reading comment share content info information writing write".split()))


def content_words(text: str) -> list[str]:
    """The words that carry meaning, as they stand."""
    return [word for word in words_of(URL.sub(" ", text).replace("’", "'")) if word not in SMALL_WORDS and len(word) > 1]


@lru_cache(maxsize=4096)
def stems_of(text: str) -> frozenset[str]:
    """The stems of its content words."""
    return frozenset(stemmed(content_words(text))) - _EMPTY


def small_share(text: str) -> float:
    """The share of small words: about half in speech, next to none in lists of keywords."""
    words = words_of(text.replace("’", "'"))
    return sum(word in SMALL_WORDS for word in words) / max(1, len(words))
