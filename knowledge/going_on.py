"""What a follow-up gets that stays with its practice: what it asks for, and the closest of what was not said yet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.ahead import HEADINGS
from knowledge.amounts import Tells
from knowledge.answers import Listing, Part, Point
from knowledge.aspects import Aspect
from knowledge.excerpts import point_of
from knowledge.points import SHORT, STEPS, Closeness, Place, point_text
from knowledge.practice import Practice

Told = frozenset[tuple[str, str]]
"""What was said: of each point its practice and how it begins."""
MOST, FEWEST = 4, 2
"""Points that are told beyond what was said; with fewer left the practice is told again."""
WHOLE_OF = frozenset({Aspect.HOW, Aspect.WHY})
"""What is asked for is no list of its own."""
BY_THEMSELVES = (STEPS, SHORT)
"""Sections whose points say by themselves what they are; a mistake or a limit needs its heading."""
_MARK = re.compile(r"\s*\[[^\]]*\]")
_WORDS, _FIRST_WORDS = 3, 6
"""Words after the bold ones that a point is known by: a step of which only the bold ones were said is not yet told.
The first words that a short answer is known by, where it opens an answer.
"""


def told_in(parts: Sequence[Part]) -> Told:
    """What an answer says: points by what they are known by, and what it begins with, which may be a short answer."""
    begun = frozenset((part.practice, _opening(part.lead)) for part in parts)
    return begun | frozenset(
        (part.practice, _begins(point)) for part in parts for listing in part.lists for point in listing.points
    )


def going_on(
    practice: Practice,
    closeness: Closeness,
    said: Told,
    first: Place | None,
    asked: Sequence[Listing],
    tells: Tells | None = None,
    settled: str = "",
) -> list[Listing]:
    """The list that was asked for, if one was, and more beside it; nothing where the practice was not told of, or too
    little is left to tell. The point that comes ``first`` is told again if need be, an amount that is asked for before
    the others. What has ``settled`` the question stands above already.
    """
    if not any(name == practice.id for name, _ in said):
        return []
    left = [place for place in closeness if place.section in BY_THEMSELVES and place != first]
    now = said | {(practice.id, _opening(settled))} if settled else said
    left = [place for place in left if not now & {(practice.id, known) for known in _known_by(practice, place)}]
    left.sort(key=lambda place: (bool(tells and tells(_point(practice, place).text)), closeness[place]), reverse=True)
    alone = [Listing(HEADINGS[first.section], (_point(practice, first),))] if first and first.section != STEPS else []
    known = {point for listing in asked for point in listing.points}
    points = [_point(practice, place) for place in ([first] if first and not alone else []) + left]
    fresh = tuple(point for point in points if point not in known)[: FEWEST if asked or alone else MOST]
    if not (asked or alone) and len(fresh) < FEWEST:
        return []
    begun = [*asked] or alone
    return [*begun, Listing("More on this", fresh)] if fresh else begun


def _point(practice: Practice, place: Place) -> Point:
    return point_of(point_text(practice, place))


def _known_by(practice: Practice, place: Place) -> set[str]:
    point = _point(practice, place)
    return {_begins(point), _opening(point.text)} if place.section == SHORT else {_begins(point)}


def _begins(point: Point) -> str:
    return " ".join([_MARK.sub("", point.lead), *_MARK.sub("", point.text).split()[:_WORDS]]).strip()


def _opening(text: str) -> str:
    """What a short answer without its question is known by."""
    return " ".join(_MARK.sub("", text).split()[:_FIRST_WORDS])
