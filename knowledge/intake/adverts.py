"""Adverts and other foreign pieces glued into a paragraph, cut out at the bounds of sentences or inside one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.intake.cues import cue, whole
from knowledge.intake.furniture import looks_like_newsletter
from knowledge.intake.sentences import is_glued, spans

ENOUGH = 3.0
"""A piece whose cues weigh this much is an advert."""
_CALL, _OFFER, _WEAK, _ADDRESS, _GLUE, _START, _SHOUT, _YOU = 2.0, 1.5, 1.0, 1.0, 1.5, 1.0, 0.5, 0.5
_MOST_WEAK = 3
_TOLD = -1.5
_PRICE = re.compile(r"(?:only )?[$€£]")
_QUOTED = re.compile(r"[\"“”][^\"“”]{1,200}[\"“”]")
_MARKER = re.compile(
    r"(?:ADVERTISEMENTS?|ADVERTISING|SPONSORED(?: (?:CONTENT|POST|LINKS?|MESSAGE))?|PROMOTED(?: CONTENT)?"
    r"|PAID (?:CONTENT|POST)|ANZEIGE|WERBUNG)\b"
    r"|\b(?:[Aa]dvertisement|[Ss]ponsored(?: (?:content|post|links?|message|by [\w ]{2,30}))?|[Pp]romoted(?: content)?"
    r"|Ad|AD|Promo|PROMO|Anzeige|Werbung"
    r"|(?:[Aa] )?(?:[Ww]ord|[Mm]essage) from our sponsors?)\s*(?:[:|–—]|-\s)"
    r"|\bAdvertisement\b(?=\s*(?:$|[A-Z]))"
)
_BRACKETED = re.compile(
    r"\s?(?:\[{1,3}|\({1,2}|\{{1,2}|<{1,2}|\*{2,3}|-{2,3}|={2,3})\s*(?:ad|advert|advertisement|sponsored|sponsor|promoted|promo|paid|anzeige|werbung)\b[^\[\](){}<>*=]{0,400}"
    r"(?:\]{1,3}|\){1,2}|\}{1,2}|>{1,2}|\*{2,3}|-{2,3}|={2,3})",
    re.IGNORECASE,
)
_INNER_START = re.compile(r"(?<=[a-zà-ÿ,;])(?:\s+|(?=[A-Z]))(?=[A-Z0-9\[>*»])")
_OWN_TELLING = re.compile(
    r"\b(?:we|they|she|he|i) (?:\w+ )?(?:tried|ran|asked|saw|found|learned|learnt|had|did|were|was|made|used|think)\b"
    r"|\bbecause\b|\bshould\b|\binstead\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^(?:image|photo(?:graph)?|picture|pic|illustration)s?(?: credits?| courtesy| source| by| via| from|:)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece that does not belong, and why."""

    text: str
    reason: str


def without_adverts(text: str) -> tuple[str, list[Cut]]:
    """The paragraph without what was glued into it, and what that was, in order."""
    cuts: list[tuple[int, int, str]] = [(found.start(), found.end(), "advert") for found in _BRACKETED.finditer(text)]
    was_advert = False
    for start, end in _pieces(text):
        if any(first <= start and end <= last for first, last, _ in cuts):
            continue
        found = _cut_in(text, start, end, was_advert)
        was_advert = found is not None and found[2] == "advert" and found[1] == end
        if found and not any(found[0] < last and first < found[1] for first, last, _ in cuts):
            cuts.append(found)
    cuts.sort()
    return _joined(text, cuts), [Cut(text[first:last].strip(), reason) for first, last, reason in cuts]


def _pieces(text: str) -> list[tuple[int, int]]:
    """Sentences, cut once more where a small letter follows a shout: ``… today! and make``."""
    found: list[tuple[int, int]] = []
    for start, end in spans(text):
        begin = start
        for bound in re.finditer(r"(?<=[!?])\s+(?=[a-z])", text[start:end]):
            found.append((begin, start + bound.end()))
            begin = start + bound.end()
        found.append((begin, end))
    return [(start, end) for start, end in found if start < end]


def _cut_in(text: str, start: int, end: int, was_advert: bool) -> tuple[int, int, str] | None:
    piece = text[start:end]
    if reason := _whole_reason(piece.strip()):
        return start, end, reason
    if marker := _MARKER.search(piece):
        return _marked(text, start + marker.start(), start + marker.end(), end)
    if weight(piece, is_glued(text, start)) >= ENOUGH - (1.0 if was_advert else 0.0):
        inner = _inner(piece)
        return (start + inner[0], start + inner[1], "advert") if inner and inner[0] else (start, end, "advert")
    inner = _inner(piece)
    return (start + inner[0], start + inner[1], "advert") if inner else None


def _whole_reason(piece: str) -> str:
    if len(piece) > 300:
        return ""
    if looks_like_newsletter(piece):
        return "newsletter box"
    if _CAPTION.match(piece) and len(piece.split()) <= 14:
        return "picture caption"
    if whole("related_line").match(piece):
        return "related links"
    return "share buttons" if len(piece) <= 80 and whole("share").match(piece) and len(piece.split()) > 1 else ""


def _marked(text: str, start: int, after: int, end: int) -> tuple[int, int, str]:
    """From the word *Advertisement* to the end of its sentence; only that word where the sentence goes on."""
    rest = text[after:end]
    if (
        re.match(r"\s*[a-z]", rest)
        and weight(rest, False) < ENOUGH
        and not re.search(r"[:|–—-]\s*$", text[start:after])
    ):
        return start, after, "advert"
    return start, _end_of_offer(text, after, end) if _goes_on(text, start) else end, "advert"


def _goes_on(text: str, start: int) -> bool:
    """Whether a sentence was under way when the advert broke in."""
    return bool(re.search(r"[\w,;’']\s*$", text[:start]))


def _end_of_offer(text: str, start: int, end: int) -> int:
    """Behind the last cue, where at least four plain words follow that can only end the sentence that was broken."""
    last = max(
        (match.end() for name in ("ad_call", "ad_offer", "ad_weak") for match in cue(name).finditer(text, start, end)),
        default=end,
    )
    rest = text[last:end]
    if re.match(r"\s+[a-z]", rest) and len(rest.split()) >= 4:
        return last
    return end


def weight(piece: str, glued: bool) -> float:
    """How much speaks for an advert; ``ENOUGH`` is enough. What stands in quotation marks is somebody's example."""
    plain = _QUOTED.sub(" ", piece)
    called, offers = len(cue("ad_call").findall(plain)), cue("ad_offer").findall(plain)
    # Sentences that report figures hold several prices; one price is as good as many.
    offered = sum(not _PRICE.match(offer) for offer in offers) + any(_PRICE.match(offer) for offer in offers)
    weak = min(_MOST_WEAK, len(cue("ad_weak").findall(plain)))
    if not called and not offered and not (glued or "!" in plain or whole_start(plain)):
        return 0.0
    total = _CALL * called + _OFFER * offered + _WEAK * weak
    if total == 0:
        return 0.0
    total += _GLUE if glued else 0.0
    total += _START if whole_start(plain) else 0.0
    total += _SHOUT if "!" in plain else 0.0
    total += _YOU if re.search(r"\byour?\b", plain, re.IGNORECASE) else 0.0
    return total + (_TOLD if _OWN_TELLING.search(plain) else 0.0)


def whole_start(piece: str) -> bool:
    """Whether it begins as sellers begin."""
    return bool(cue("ad_start").match(piece.lstrip(" >*»[(")))


def _inner(piece: str) -> tuple[int, int] | None:
    """An advert that begins in the middle of a sentence: a seller's word with a capital after a small letter."""
    for bound in _INNER_START.finditer(piece):
        rest = piece[bound.end() :]
        before = piece[: bound.start()]
        if len(before.split()) < 2 or not whole_start(rest) or weight(before, False) >= _CALL:
            continue
        glued = bound.start() == bound.end()
        called, offered = cue("ad_call").search(rest), cue("ad_offer").search(rest)
        if (called or offered) and weight(rest, glued) >= ENOUGH:
            return bound.start(), _end_of_offer(piece, bound.end(), len(piece))
    return None


def _joined(text: str, cuts: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    place = 0
    for first, last, _ in cuts:
        pieces.append(text[place:first])
        place = max(place, last)
    pieces.append(text[place:])
    kept = [piece.strip() for piece in pieces if piece.strip()]
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(kept))
