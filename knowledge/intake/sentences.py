"""Sentences of text that was glued together: also where no space stands between two of them."""

from __future__ import annotations

import re

_END = re.compile(
    r"(?<=[.!?…])[\"'”’)\]]{0,3}\s+(?=[\"'“‘(\[]{0,3}[A-Z0-9À-ÞА-Я@#])"  # the usual bound
    r"|(?<=[a-z0-9)\]”\"][.!?…])(?=[“\"(\[]?[A-Z][a-z])"  # seen?The
    r"|(?<=[a-zà-ÿ][!?])(?=[a-z])"  # today!and
    r"|(?<=[»→])\s*(?=[A-Z])|(?<=[。！？])|\n+"
)
_GLUED = re.compile(r"(?<=[a-z0-9)\]”\"][.!?…])(?=[“\"(\[]?[A-Z][a-z])|(?<=[a-zà-ÿ][!?])(?=[a-z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|cf|no|vol|fig|inc|ltd|co|corp|dept|approx|jr|sr|jan|feb|mar|apr|jun|jul|aug|sept?|"
    r"oct|nov|dec|u\.s|u\.k|a\.m|p\.m|z\.b|d\.h|bzw)|(?:^|\s)[A-Z])\.$",
    re.IGNORECASE,
)
_CASED_INITIAL = re.compile(r"(?:^|\s)[A-Z]\.$")


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, the space behind it included: together they are the whole text."""
    found: list[tuple[int, int]] = []
    start = 0
    for bound in _END.finditer(text):
        if bound.end() > start and not _is_abbreviated(text[start : bound.start()]):
            found.append((start, bound.end()))
            start = bound.end()
    if start < len(text):
        found.append((start, len(text)))
    return found


def sentences(text: str) -> list[str]:
    """The sentences without the space around them."""
    return [piece for start, end in spans(text) if (piece := text[start:end].strip())]


def is_glued(text: str, start: int) -> bool:
    """Whether a sentence begins here without a space before it."""
    return start > 0 and bool(_GLUED.match(text, start))


def _is_abbreviated(before: str) -> bool:
    tail = before[-12:].rstrip("\"'”’)")
    match = _ABBREVIATION.search(tail)
    if not match:
        return False
    # A lower-case letter alone is a word ("plan b."), a capital one an initial.
    return len(match[0].strip()) > 2 or bool(_CASED_INITIAL.search(tail))
