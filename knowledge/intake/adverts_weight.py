"""How much in a piece of text speaks for an advert."""

from __future__ import annotations

import re

from knowledge.intake.cues import cue
from knowledge.intake.wordings import TRADE, stems_of

ENOUGH = 3.0
"""A sentence whose cues weigh this much is an advert."""
_CALL, _OFFER, _WEAK, _GLUE, _START, _SHOUT, _YOU = 2.0, 1.5, 1.0, 1.5, 1.0, 0.5, 0.5
_MOST_URGED, _MOST_WEAK = 2, 3
_TOLD = -1.5
_OPENING = " >*»[("
_PRICE = re.compile(r"(?:only )?[$€£]")
_QUOTED = re.compile(r"[\"“”][^\"“”]{1,200}[\"“”]")
_NAME = r"([A-Z][\w&'’-]+)"
_NAMED_CALL = re.compile(
    r"(?i:buy|order|shop|book|download|subscribe to|enrol?l (?:in|at)|upgrade to|sign up (?:for|with)|try|switch to)"
    r"(?i: an? (?:free )?(?:demo|trial|tour|copy|seat)s? of)?(?i: the)? "
    rf"{_NAME}(?: [\w&'’-]+){{0,3}}? (?i:now|today|from|free)\b"
)
"""``Upgrade to Stackfern now``"""
_INTRODUCED = re.compile(
    r"(?i:introducing|meet|discover|try|switch to|upgrade to) "
    rf"{_NAME}(?: [A-Z][\w&'’-]+)?(?:,| today\b| now\b)"
)
"""``Discover Inkline, the …``"""


def weight(piece: str, glued: bool) -> float:
    """The sum of its cues; what stands in quotation marks is an example. ``glued``: no space stands before it."""
    plain = _QUOTED.sub(" ", piece)
    called, offers = len(cue("ad_call").findall(plain)) + _is_named(_NAMED_CALL, plain), cue("ad_offer").findall(plain)
    # Sentences that report figures hold several prices; one price is as good as many.
    offered = sum(not _PRICE.match(offer) for offer in offers) + any(_PRICE.match(offer) for offer in offers)
    urged = min(_MOST_URGED, len(cue("ad_urge").findall(plain)))
    praised = len(cue("ad_praise").findall(plain)) + _is_named(_INTRODUCED, plain)
    if not called and not offered and not (glued or (praised and ("!" in plain or starts_like_seller(plain)))):
        return 0.0
    weak = urged + min(_MOST_WEAK, praised + len(cue("ad_thing").findall(plain)))
    total = _CALL * called + _OFFER * offered + _WEAK * weak
    if total == 0:
        return 0.0
    total += _GLUE if glued else 0.0
    total += _START if starts_like_seller(plain) else 0.0
    total += _SHOUT if "!" in plain else 0.0
    total += _YOU if re.search(r"\byour?\b", plain, re.IGNORECASE) else 0.0
    return total + (_TOLD if cue("own_telling").search(plain) else 0.0)


def _is_named(pattern: re.Pattern[str], piece: str) -> bool:
    """Whether it begins so with a name that is none of a network or a team."""
    named = pattern.match(piece.lstrip(_OPENING))
    return named is not None and not stems_of(named[1]) & TRADE


def starts_like_seller(piece: str) -> bool:
    """Whether it begins as sellers begin."""
    return bool(cue("ad_start").match(piece.lstrip(_OPENING)))


def is_offer(piece: str) -> bool:
    """Whether it calls to do something or offers something; a word of the trade alone is neither."""
    return bool(cue("ad_call").search(piece) or cue("ad_offer").search(piece) or weight(piece, False) >= ENOUGH - 1)
