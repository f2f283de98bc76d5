"""Adverts and other foreign pieces glued into a paragraph, cut out at the bounds of sentences or from inside one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.intake.adverts_weight import ENOUGH, is_offer, starts_like_seller, weight
from knowledge.intake.cues import cue, whole
from knowledge.intake.furniture import looks_like_newsletter
from knowledge.intake.sentences import is_glued, spans
from knowledge.intake.wordings import URL

_SHOUTED = (
    r"(?:ADVERTISEMENTS?|ADVERTISING|SPONSORED(?: (?:CONTENT|POST|LINKS?|MESSAGE))?|PROMOTED(?: CONTENT)?"
    r"|PAID (?:CONTENT|POST)|ANZEIGE|WERBUNG)\b"
)
_NAMED = (
    r"\b(?:[Aa]dvertisement|[Ss]ponsored(?: (?:content|post|links?|message|by [\w ]{2,30}))?|[Pp]romoted(?: content)?"
    r"|Ad|AD|Promo|PROMO|Anzeige|Werbung|(?:[Aa] )?(?:[Ww]ord|[Mm]essage) from our sponsors?)"
)
_MARKER = re.compile(
    rf"(?:[\[(](?:{_SHOUTED}|{_NAMED})[\])]|{_SHOUTED}|{_NAMED}\s*(?:[:|–—]|-\s)|\bAdvertisement(?=\s*(?:$|[A-Z])))"
    r"(?:\W{1,3}(?i:continue reading|(?:story|article) continues) below)?"
)
_LONE_WORD = re.compile(r"(?<=[a-z,;])(?:\s+|(?=A))(?:Advertisement|ADVERTISEMENT|Anzeige)\s*(?=[a-z])")
_OPEN = r"(?:\[{1,3}|\({1,2}|\{{1,2}|<{1,2}|>{2}|\*{2,3}|-{2,3}|={2,3})"
_SHUT = r"(?:\]{1,3}|\){1,2}|\}{1,2}|>{1,2}|<{2}|\*{2,3}|-{2,3}|={2,3})"
_BRACKETED = re.compile(
    rf"\s?{_OPEN}\s*(?:ad|advert|advertisement|sponsored|sponsor|promoted|promo|paid|anzeige|werbung)\b"
    rf"[^\[\](){{}}<>*=]{{3,400}}{_SHUT}",
    re.IGNORECASE,
)
_BRACKETED_CAPTION = re.compile(
    r"\s?[\[(](?:image|photo(?:graph)?|picture|illustration)s?\s*(?:credits?|courtesy|source|by|via|from|:)[^\[\]()]{1,120}[\])]",
    re.IGNORECASE,
)
_INNER_START = re.compile(r"(?<=[a-zà-ÿ,;])(?:\s+|(?=[A-Z]))(?=[A-Z0-9\[(>*»])")
_RESUMED = re.compile(
    r"(?<=[a-zà-ÿ0-9)\]][.!?»])(?:\s+|(?<![.]))(?=[a-zà-ÿ])|(?<=[a-z]{2}\.)(?=[a-z])|(?<=[»\])])\s*(?=[a-z])"
)
_CAPTION = re.compile(
    r"^(?i:image|photo(?:graph)?|picture|pic|illustration)s?"
    r"(?:(?i: credits?| courtesy| source|:)(?!\w)|(?i: by| via| from) (?=[A-Z@©]))"
)
_QUOTE = re.compile("«.+»")
_LONGEST_CAPTION, _LONGEST_INSERT = 14, 400
_LEAD_IN = 10
_AFTER_ADVERT, _LED_IN = 1.0, 0.5

Place = tuple[int, int, str]
"""Start, end and reason of a piece to be cut."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece that does not belong, and why."""

    text: str
    reason: str


def without_adverts(text: str) -> tuple[str, list[Cut]]:
    """The paragraph without what was glued into it, and what that was."""
    cuts: list[Cut] = []
    for find in _PASSES:
        places = find(text)
        cuts += [Cut(text[first:last].strip(), reason) for first, last, reason in places]
        text = _joined(text, places) if places else text
    return text, cuts


def _masked(text: str) -> str:
    """The dots in addresses end no sentence."""
    return URL.sub(lambda found: re.sub(r"[.!?](?=.)", "u", found[0]), text)


def _bracketed(text: str) -> list[Place]:
    """``[Sponsored: …]``"""
    found = [(one.start(), one.end(), "advert") for one in _BRACKETED.finditer(text)]
    return found + [(one.start(), one.end(), "picture caption") for one in _BRACKETED_CAPTION.finditer(text)]


def _lone_words(text: str) -> list[Place]:
    """The word *Advertisement* in the middle of a sentence that goes on behind it."""
    return [(found.start(), found.end(), "advert") for found in _LONE_WORD.finditer(text)]


def _embedded(text: str) -> list[Place]:
    """A whole sentence inside another: it begins with a capital after a small letter, and a small letter follows."""
    found: list[Place] = []
    free = 0
    for end in _RESUMED.finditer(_masked(text)):
        start = _start_of_insert(text, max(free, end.start() - _LONGEST_INSERT), end.start())
        if start is not None:
            reason = _whole_reason(text[start : end.start()].strip()) or "advert"
            found.append((start, end.end(), reason))
            free = end.end()
    return found


def _start_of_insert(text: str, first: int, end: int) -> int | None:
    starts = [found.start() for found in _INNER_START.finditer(text, first, end)]
    likely = [start for start in starts if starts_like_seller(text[start:end]) or _is_labelled(text[start:end])]
    for start in likely:
        piece = text[start:end].strip()
        if is_offer(piece) or _whole_reason(piece) or _is_labelled(piece):
            return start
    return next((start for start in starts if weight(text[start:end], True) >= ENOUGH), None)


def _is_labelled(piece: str) -> bool:
    return bool(_MARKER.match(piece.lstrip()))


def _sentences(text: str) -> list[Place]:
    """Sentences that are adverts, calls to follow or subscribe, captions; and adverts at the end of a sentence."""
    found: list[Place] = []
    pieces = spans(_masked(text))
    was_advert = False
    for number, (start, end) in enumerate(pieces):
        before = pieces[number - 1] if number else (0, 0)
        is_led_in = _leads_in(text[slice(*before)])
        place = _cut_in(text, start, end, _AFTER_ADVERT if was_advert else _LED_IN if is_led_in else 0.0)
        was_advert = place is not None and place[2] == "advert" and place[1] == end
        if place is None:
            continue
        if was_advert and place[0] == start and is_led_in and (not found or found[-1][1] < start):
            found.append((*before, "advert"))
        found.append(place)
    return found


def _leads_in(piece: str) -> bool:
    """``Looking for a better one?``, ``Visit our shop!``: a seller's question or call before the offer."""
    return piece.rstrip().endswith(("?", "!")) and len(piece.split()) <= _LEAD_IN and starts_like_seller(piece)


def _cut_in(text: str, start: int, end: int, eased: float) -> Place | None:
    """``eased``: by how much less is enough after what stands before it."""
    piece = text[start:end]
    if reason := _whole_reason(piece.strip()):
        return start, end, reason
    if marker := _MARKER.search(piece):
        return _marked(text, start + marker.start(), start + marker.end(), end)
    inner = _inner(piece)
    if inner is None and weight(piece, is_glued(text, start)) >= ENOUGH - eased:
        return start, end, "advert"
    return (start + inner, end, "advert") if inner is not None else None


def _whole_reason(piece: str) -> str:
    if len(piece) > 300:
        return ""
    if looks_like_newsletter(piece):
        return "newsletter box"
    if _CAPTION.match(piece) and len(piece.split()) <= _LONGEST_CAPTION:
        return "picture caption"
    if whole("related_line").match(piece) and not _QUOTE.search(piece):
        return "related links"
    if whole("follow_line").match(piece) or (
        len(piece) <= 80 and len(piece.split()) > 1 and whole("share").match(piece)
    ):
        return "share buttons"
    is_paid = cue("sponsor_line").match(piece) or cue("affiliate_line").search(piece)
    return "advert" if is_paid else ""


def _marked(text: str, start: int, after: int, end: int) -> Place:
    """From the word *Advertisement* to the end of its sentence; only that word where what follows offers nothing."""
    rest = text[after:end]
    is_headed = bool(re.search(r"[:|–—)\]-]\s*$", text[start:after]))
    return start, end if is_headed or weight(rest, True) > 0 else after, "advert"


def _inner(piece: str) -> int | None:
    """Where in a sentence an advert begins that runs to its end."""
    for bound in _INNER_START.finditer(piece):
        before, rest = piece[: bound.start()], piece[bound.end() :]
        if len(before.split()) < 2 or not starts_like_seller(rest) or weight(before, False) >= ENOUGH - 1:
            continue
        if is_offer(rest) and weight(rest, bound.start() == bound.end()) >= ENOUGH:
            return bound.start()
    return None


def _joined(text: str, cuts: list[Place]) -> str:
    pieces: list[str] = []
    place = 0
    for first, last, _ in sorted(cuts):
        pieces.append(text[place:first])
        place = max(place, last)
    pieces.append(text[place:])
    kept = [piece.strip() for piece in pieces if piece.strip()]
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(kept))


_PASSES: tuple[Callable[[str], list[Place]], ...] = (_bracketed, _lone_words, _embedded, _sentences)
