"""Cuts lists of points to a number of words: whole sentences, then bold leads, then fewer points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.answers import Listing, Point
from knowledge.excerpts import first_sentences

LONGEST_POINT, LEEWAY = 18, 35
"""Words of a point, and by how many all may exceed the budget before a list is left out."""
MOST_POINTS, FEWEST_POINTS, IN_FULL = 6, 3, 2
"""Points of a list, those that stay, and steps that are more than their lead: to begin one wants to know how, and of
the others that they come. With two rather than three, answers to ``open-library.jsonl`` say half a percent more of the
key points in as many words.
"""


def fitted(lists: list[Listing], budget: int, asked_for: str = "") -> list[Listing]:
    """Shorten long points to whole sentences, tell later steps by their bold lead alone, then drop the last ones until
    the words nearly fit. The step that is ``asked_for``, by its lead, is told with what it says.

    The first list is the answer: three points of it always stay, and what follows it goes first. Steps say most in
    their bold lead, so that one sentence of each will do.
    """
    short = [shortened(replace(item, points=item.points[:MOST_POINTS]), LONGEST_POINT) for item in lists]
    made = _led(short, budget, asked_for)
    for place in (0, len(made) - 1):
        while words(made) > budget and len(made[place].points) > FEWEST_POINTS:
            made[place] = replace(made[place], points=made[place].points[:-1])
    while words(made) > budget and len(made) > 2:
        made.pop()
    if words(made) > budget:
        made = [shortened(item, 1) if item.numbered else item for item in made]
    if words(made) > budget + LEEWAY and len(made[0].points) >= FEWEST_POINTS:
        del made[1:]
    return made


def _led(lists: list[Listing], budget: int, asked_for: str) -> list[Listing]:
    """Steps after the second by their leads alone, from the last one on, as far as the words do not fit."""
    made = list(lists)
    for place, item in enumerate(lists):
        points = list(item.points)
        for at in range(len(points) - 1, IN_FULL - 1, -1):
            lead = points[at].lead
            if item.numbered and lead not in ("", asked_for) and words(made) > budget:
                points[at] = Point(lead, "")
                made[place] = replace(item, points=tuple(points))
    return made


def shortened(item: Listing, most: int) -> Listing:
    """Each point in whole sentences, at least one."""
    points = tuple(Point(point.lead, first_sentences(point.text, most)) for point in item.points)
    return replace(item, points=points)


def words(lists: Sequence[Listing]) -> int:
    return sum(len(f"{point.lead} {point.text}".split()) for item in lists for point in item.points)
