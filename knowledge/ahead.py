"""Which point of a practice an answer says before the others, and the lists that are left without it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.amounts import Tells
from knowledge.answers import Listing, Point
from knowledge.aspects import Aspect
from knowledge.excerpts import first_sentences, point_of, points_of
from knowledge.fitting import IN_FULL, LONGEST_POINT, MOST_POINTS, shortened
from knowledge.points import (
    RESEMBLES,
    SETTLES,
    SHORT,
    STEPS,
    TELLS,
    Closeness,
    Place,
    asked_so,
    point_text,
    to_the_point,
)
from knowledge.practice import Kind, Practice

LONGEST_FIRST, AT_A_GLANCE = 25, 2
"""Words of the point that fits the question best; how many steps are seen at a glance, so that none of them is put
before the others.
"""
HEADINGS = {
    STEPS: "Steps",
    "measure": "What to measure",
    "mistakes": "What often goes wrong",
    "when_not": "When it does not fit",
    "who_decides": "Who decides",
}
"""What a section is called in an answer."""
LIKE_THIS = "A question like this"
"""What a short answer is called whose question resembles the one that was asked."""
METRICS = "metrics"
"""The topic of practices that tell what to measure, in their steps."""
_VERDICT = re.compile(r"(?:yes|no)\b", re.IGNORECASE)
_AFTER = {
    Aspect.MEASURE: "measure",
    Aspect.MISTAKES: "mistakes",
    Aspect.WHEN_NOT: "when_not",
    Aspect.WHO: "who_decides",
}


def section(practice: Practice, name: str) -> Listing:
    points = points_of(getattr(practice.sections, name))
    return Listing(HEADINGS[name], points, numbered=name == STEPS, of=len(points))


def closest_steps(practice: Practice, lists: Sequence[Listing], closeness: Closeness) -> list[Listing]:
    """Of more steps than an answer has room for the first ones, and those that lie closest to the question."""
    close = {point: closeness.get(Place(STEPS, at), 0.0) for at, point in enumerate(points_of(practice.sections.steps))}

    def kept(listing: Listing) -> Listing:
        if listing.heading != HEADINGS[STEPS]:
            return listing
        later = sorted(listing.points[IN_FULL:], key=close.__getitem__, reverse=True)
        stay = {*listing.points[:IN_FULL], *later[: MOST_POINTS - IN_FULL]}
        return replace(listing, points=tuple(point for point in listing.points if point in stay))

    return [kept(listing) for listing in lists]


def measures(practice: Practice) -> bool:
    """Whether its steps are about measuring, so that they answer what to measure; its own measures only tell how well
    that is done.
    """
    return practice.topic == METRICS or practice.kind is Kind.METRIC


def best_point(
    practice: Practice, aspect: Aspect, closeness: Closeness, telling: Place | None = None, *, amount: bool = False
) -> Place | None:
    """The point that comes first: the step that is ``telling`` the ``amount`` where one is asked for, else the closest
    one; of a question for an amount a step at most, as a mistake or a limit has other figures.
    """
    if telling is not None and closeness.get(telling, 0.0) >= TELLS:
        return telling
    if amount or (aspect is Aspect.MEASURE and measures(practice)):
        return to_the_point(closeness, sections=(STEPS,))
    return to_the_point(closeness, _AFTER.get(aspect, STEPS))


def settled_by(practice: Practice, closeness: Closeness, *, openly: bool = False) -> str:
    """What settles the question; nothing where no short answer does, or where one says yes or no to what was asked
    ``openly``: beside its own question it is clear what it says yes to.
    """
    place = asked_so(closeness, SETTLES)
    found = point_of(point_text(practice, place)).text if place else ""
    return "" if openly and _VERDICT.match(found) else found


def resembling(
    practice: Practice, closeness: Closeness, first: Place | None, tells: Tells | None
) -> list[Listing]:
    """The short answer to a question much like this one, told with that question; nothing where the point that comes
    ``first`` lies closer. Where an amount is asked for, one that ``tells`` it need not be as close.
    """
    least = closeness[first] if first else 0.0
    place = asked_so(closeness, RESEMBLES)
    if place and closeness[place] < least:
        place = None
    if place is None and tells:
        told = (place for place in closeness if place.section == SHORT and tells(point_text(practice, place)))
        best = max(told, key=closeness.__getitem__, default=None)
        place = best if best and closeness[best] >= max(TELLS, least) else None
    return [Listing(LIKE_THIS, (point_of(point_text(practice, place)),))] if place else []


def telling_step(practice: Practice, closeness: Closeness, tells: Tells) -> Place | None:
    """The step that tells the amount, of several the one closest to the question."""
    steps = points_of(practice.sections.steps)
    told = [f"{step.lead} {first_sentences(step.text, LONGEST_POINT)}" for step in steps]
    found = [Place(STEPS, at) for at, text in enumerate(told) if tells(text)]
    return max(found, key=lambda place: closeness.get(place, 0.0), default=None)


def led_by(
    first: Place | None, practice: Practice, lists: Sequence[Listing], glance: int = AT_A_GLANCE
) -> tuple[list[Listing], list[Listing]]:
    """The point that comes first, as a list of its own, and the lists without it.

    Where the lists begin with one that it belongs to it only leads that one, and where it is among the first steps
    it stays where it is.
    """
    steps_first = lists[0].heading == HEADINGS[STEPS]
    if first is None or (first.section == STEPS and steps_first and first.at < glance):
        return [], [*lists]
    point, heading = point_of(point_text(practice, first)), HEADINGS[first.section]
    if heading == lists[0].heading and not steps_first:
        return [], [replace(lists[0], points=(point, *_without(point, lists[0]))), *lists[1:]]
    alone = Listing("Most to the point" if first.section == STEPS else heading, (point,))
    others = [replace(each, points=(left := _without(point, each)), of=_of(each, left)) for each in lists]
    return [shortened(alone, LONGEST_FIRST)], [each for each in others if each.points]


def _of(listing: Listing, left: tuple[Point, ...]) -> int:
    """How many there are once those that are told elsewhere are gone."""
    return max(0, listing.of - (len(listing.points) - len(left)))


def _without(point: Point, listing: Listing) -> tuple[Point, ...]:
    return tuple(each for each in listing.points if each != point)
