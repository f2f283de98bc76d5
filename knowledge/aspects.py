"""Which part of a practice a question is after, told by its form."""

from __future__ import annotations

import re
from enum import StrEnum


class Aspect(StrEnum):
    """Which part of a practice a question is after."""

    HOW = "how"
    MEASURE = "measure"
    MISTAKES = "mistakes"
    WHEN_NOT = "when not"
    WHO = "who"
    WHY = "why"


_SIGNS: tuple[tuple[Aspect, str], ...] = (
    (
        Aspect.WHEN_NOT,
        r"when (should|would|must) (we|i|you|one)? ?(not|never)"
        r"|when (is|are|does) .{0,40}(not|n't|pointless|too early|a bad idea|wrong)"
        r"|when not\b|should(n't| not) (we|i|you)|not worth|pointless"
        r"|(really|actually) (need|necessary)|is it (worth|necessary)|bad idea|overkill",
    ),
    (
        Aspect.MISTAKES,
        r"go(es|ing)?( \w+)? wrong|went wrong|do(ing)? wrong|pitfall|\btraps?\b|\bfail(s|ed|ure|ures)?\b|backfire"
        r"|(?<!scared of )(?<!afraid of )(?<!fear of )(?<!scared of making )(?<!afraid of making )(?<!fear of making )"
        r"mistake|watch out|careful|beware|\b(stupid|dumb)(est)?\b|(typical(ly)?|common|usual) (problem|error)"
        r"|why do(es)? (so many|most)|dangers?\b|what('?s| is| are) (the )?((big(gest)?|main) )?risks?\b"
        r"|how risky|any risks?\b",
    ),
    (
        Aspect.MEASURE,
        r"\bmeasur|\bmetrics?\b|\bindicators?\b|(what|which) (numbers?|figures?)|know (if|whether|that) it"
        r"|how (do|will|would|can|could|should) (we|i|you|one) (know|prove|(tell|see|show) ((if|whether|that) (it|this"
        r"|that|they|we|our)|it|how|what|success|results?|progress|the (effect|value|result|difference)))\b"
        r"|success looks? like"
        r"|\b(we|i|you|one|to|and|or) (track|count)\b",
    ),
    (
        Aspect.WHO,
        r"(?:^|[^a-z\s]\s*|\b(?:and|or|so|but|then|also|just|exactly|know|knows|clear|decided?|settle|define|agree|say"
        r"|tell|ask|see|sure|us|me|is|it's|its|of|on|about|for|to|ok|hi|hello|hey|well|now)\s+)who "
        r"(decides?|approves?|signs?|owns?|should|has|is (responsible|in charge|accountable|supposed|meant)"
        r"|gets? to|must|can(?! (?:write|help|film|do|make|take|tell|explain))|may|says?|needs? to|writes?|does|runs?"
        r"|leads?|pays?|checks?|keeps?|reviews?|handles?|takes?|answers?|monitors?|looks after|maintains?|updates?)\b"
        r"|whose (job|call|decision)|last word|sign.?off|responsib|accountab|in charge",
    ),
    (
        Aspect.WHY,
        r"^\W*why\b|what('s| is) the (point|benefit|use)|why (should|would|bother)|what (do|does) .{0,30} get out"
        r"|what('s| is) in it for"
        r"|what (do|would|will|can|could) (we|i|you|they|one) (get|gain)( from| for)?( it| that| this)?\W*$",
    ),
)


def aspect_of(question: str) -> Aspect:
    """Which part of a practice this question asks for; how-to when it does not say."""
    lowered = question.lower()
    for aspect, pattern in _SIGNS:
        if re.search(pattern, lowered):
            return aspect
    return Aspect.HOW
