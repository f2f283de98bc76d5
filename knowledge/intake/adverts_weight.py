"""How much in a piece of text speaks for an advert."""

from __future__ import annotations

import re

from knowledge.intake.cues import cue

ENOUGH = 3.0
"""A sentence whose cues weigh this much is an advert."""
_CALL, _OFFER, _WEAK, _GLUE, _START, _SHOUT, _YOU = 2.0, 1.5, 1.0, 1.5, 1.0, 0.5, 0.5
_MOST_WEAK = 3
_TOLD = -1.5
_PRICE = re.compile(r"(?:only )?[$€£]")
_QUOTED = re.compile(r"[\"“”][^\"“”]{1,200}[\"“”]")
_OWN_TELLING = re.compile(
    r"\b(?:we|they|she|he|i) (?:\w+ )?(?:tried|ran|asked|saw|found|learned|learnt|had|did|were|was|made|used|think)\b"
    r"|\bbecause\b|\bshould\b|\binstead\b",
    re.IGNORECASE,
)


def weight(piece: str, glued: bool) -> float:
    """The sum of its cues; what stands in quotation marks is an example. ``glued``: no space stands before it."""
    plain = _QUOTED.sub(" ", piece)
    called, offers = len(cue("ad_call").findall(plain)), cue("ad_offer").findall(plain)
    # Sentences that report figures hold several prices; one price is as good as many.
    offered = sum(not _PRICE.match(offer) for offer in offers) + any(_PRICE.match(offer) for offer in offers)
    weak = min(_MOST_WEAK, len(cue("ad_weak").findall(plain)))
    if not called and not offered and not (glued or "!" in plain or starts_like_seller(plain)):
        return 0.0
    total = _CALL * called + _OFFER * offered + _WEAK * weak
    if total == 0:
        return 0.0
    total += _GLUE if glued else 0.0
    total += _START if starts_like_seller(plain) else 0.0
    total += _SHOUT if "!" in plain else 0.0
    total += _YOU if re.search(r"\byour?\b", plain, re.IGNORECASE) else 0.0
    return total + (_TOLD if _OWN_TELLING.search(plain) else 0.0)


def starts_like_seller(piece: str) -> bool:
    """Whether it begins as sellers begin."""
    return bool(cue("ad_start").match(piece.lstrip(" >*»[(")))


def is_offer(piece: str) -> bool:
    """Whether it calls to do something or offers something; a word of the trade alone is neither."""
    return bool(cue("ad_call").search(piece) or cue("ad_offer").search(piece) or weight(piece, False) >= ENOUGH - 1)
