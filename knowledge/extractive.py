"""Composes an answer from the fields of a practice that fit the question, without any language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile
from types import MappingProxyType

from knowledge.amounts import Tells
from knowledge.answers import Citation, Listing, Near, Part, Point
from knowledge.aspects import Aspect
from knowledge.excerpts import first_sentences, point_of, points_of, sentences_of
from knowledge.fitting import LONGEST_POINT, fitted, shortened, words
from knowledge.frames import say
from knowledge.points import Closeness, Place, concerned, point_text, to_the_point
from knowledge.practice import CITATION, Practice, Source

LONGEST_LEAD, LONGEST_FIRST, MOST_WORDS = 55, 25, 207
"""Words of the sentences that answer, of the point that fits the question best, and of an answer in all."""
FIRST_STEPS, AT_A_GLANCE = 3, 2
"""Steps that stand beside another list; how many of all are seen at a glance, so that none of them is put before."""
SMALL_PRINT = 20
"""Words of small print beside the budget."""
LONGEST_GIST = 30
"""Words of what a practice is about, where it is only named."""
ROOM, FEWEST_WORDS = 22, 25
"""Words beside the budget up to which sources that differ are told of, and how many at least that takes."""

COVERED = {"US": "the US", "UK": "the UK", "EU": "the EU"}
"""Where a practice's law holds."""

STEPS = "steps"
HEADINGS = {
    STEPS: "Steps",
    "measure": "What to measure",
    "mistakes": "What often goes wrong",
    "when_not": "When it does not fit",
    "who_decides": "Who decides",
}
"""What a section is called in an answer."""


_UNKNOWN: Closeness = MappingProxyType({})


class Composer:
    """Builds the parts of one answer and numbers the sources they cite, in order of first use.

    Notes are worded in the asker's ``tongue``; headings are English, to be put into it where they are shown.
    """

    def __init__(self, today: date, tongue: str = "en") -> None:
        self._today = today
        self._tongue = tongue
        self._cited: dict[tuple[str, str], int] = {}
        self._practices: dict[str, Practice] = {}

    def part(
        self,
        practice: Practice,
        aspect: Aspect,
        budget: int = MOST_WORDS,
        closeness: Closeness = _UNKNOWN,
        tells: Tells | None = None,
    ) -> Part:
        """What this practice says about this aspect, in at most about ``budget`` words. Where it is known how close its
        points lie to the question, the one that fits comes first, and where sources differ is told if it concerns it.
        Where the question asks for an amount, the step that ``tells`` it is more than its lead.
        """
        self._practices.setdefault(practice.id, practice)
        first, concerns = to_the_point(closeness), concerned(closeness)
        lead = self._marked(practice, self._lead(practice, aspect))
        differ = _differing(practice, concerns.at, budget * 2 // 5) if concerns else ""
        ahead, others = _led_by(first, practice, self._lists(practice, aspect))
        asked_for = _telling(practice, closeness, tells) if tells else ""
        spent = len(lead.split()) + max(0, len(differ.split()) - SMALL_PRINT) + words(ahead)
        told = [*ahead, *fitted(others, budget - spent, asked_for)]
        lists = tuple(self._marked_list(practice, item) for item in told)
        left = budget + ROOM - len(lead.split()) - words(lists)
        notes = self._conflicts(practice, differ, left)
        return Part(practice.id, practice.title, lead, lists, notes + self._warnings(practice))

    def marked(self, practice: Practice, part: Part) -> Part:
        """A part made elsewhere from the practice's sentences, with their marks counted."""
        self._practices.setdefault(practice.id, practice)
        lists = tuple(self._marked_list(practice, listing) for listing in part.lists)
        return Part(part.practice, part.title, self._marked(practice, part.lead), lists, self._warnings(practice))

    def everything(self, practice: Practice) -> Part:
        """All there is, in the order of the file."""
        self._practices.setdefault(practice.id, practice)
        sections = practice.sections
        named = (
            ("When it fits", sections.when),
            ("When it does not", sections.when_not),
            ("Steps", sections.steps),
            ("What to measure", sections.measure),
            ("Common mistakes", sections.mistakes),
            ("Who decides", sections.who_decides),
            ("Where sources differ", sections.conflicts),
            ("Why it matters to leaders", (sections.why_for_leaders,) if sections.why_for_leaders else ()),
        )
        lists = tuple(
            self._marked_list(practice, Listing(heading, points_of(items), numbered=heading == "Steps"))
            for heading, items in named
            if items
        )
        return Part(
            practice.id, practice.title, self._marked(practice, sections.summary), lists, self._warnings(practice)
        )

    def citations(self) -> tuple[Citation, ...]:
        """The practices used, in order, each with the sources that were cited; a practice is never without one."""
        return tuple(Citation(name, item.title, self._sources(item)) for name, item in self._practices.items())

    def _lead(self, practice: Practice, aspect: Aspect) -> str:
        sections = practice.sections
        text = sections.why_for_leaders if aspect is Aspect.WHY and sections.why_for_leaders else sections.summary
        return first_sentences(text, LONGEST_LEAD)

    def _lists(self, practice: Practice, aspect: Aspect) -> list[Listing]:
        part = practice.sections
        start = Listing("First steps", points_of(part.steps[:FIRST_STEPS]), numbered=True)
        watch = Listing("What to watch", points_of(part.measure[:1]))
        match aspect:
            case Aspect.MEASURE:
                return [_section(practice, "measure"), start]
            case Aspect.MISTAKES:
                return [_section(practice, "mistakes"), start]
            case Aspect.WHEN_NOT:
                return [_section(practice, "when_not"), Listing("When it fits", points_of(part.when)), start]
            case Aspect.WHO if part.who_decides:
                return [_section(practice, "who_decides"), start, watch]
        return [_section(practice, STEPS), watch]

    def _conflicts(self, practice: Practice, differ: str, left: int) -> tuple[str, ...]:
        """That sources differ, and what they say where there is room for it."""
        if not practice.sections.conflicts:
            return ()
        told = first_sentences(differ, left) if differ and left >= FEWEST_WORDS else ""
        if told and len(told.split()) <= left:
            return (self._say("Sources differ: {points}", points=self._marked(practice, told)),)
        return (self._say("Sources differ on some of this; the whole practice says where."),)

    def _warnings(self, practice: Practice) -> tuple[str, ...]:
        notes = []
        if practice.jurisdictions:
            covered = _listed([self._say(COVERED[name]) for name in practice.jurisdictions], self._say("and"))
            law = "Law: this covers {covered}. Rules differ by country; ask a lawyer in yours."
            notes.append(self._say(law, covered=covered))
        if practice.review_by < self._today:
            due = "This practice was due for review on {day}: check before relying on it."
            notes.append(self._say(due, day=practice.review_by.isoformat()))
        return tuple(notes)

    def _say(self, english: str, **values: str) -> str:
        return say(self._tongue, english, **values)

    def _sources(self, practice: Practice) -> tuple[Source, ...]:
        used = [key for owner, key in self._cited if owner == practice.id]
        return tuple(practice.source(key) for key in used) or practice.sources[:1]

    def _marked_list(self, practice: Practice, listing: Listing) -> Listing:
        points = tuple(
            Point(self._marked(practice, point.lead), self._marked(practice, point.text)) for point in listing.points
        )
        return replace(listing, points=points)

    def _marked(self, practice: Practice, text: str) -> str:
        for key in CITATION.findall(text):
            self._cited.setdefault((practice.id, key), len(self._cited) + 1)
        return CITATION.sub(lambda mark: f" [{practice.id}:{mark[1]}]", text).strip()


def _telling(practice: Practice, closeness: Closeness, tells: Tells) -> str:
    """The lead of the step that tells the amount, of several the one closest to the question; empty if none does."""
    steps = points_of(practice.sections.steps)
    found = [at for at, step in enumerate(steps) if tells(first_sentences(step.text, LONGEST_POINT))]
    closest = max(found, key=lambda at: closeness.get(Place(STEPS, at), 0.0), default=None)
    return "" if closest is None else steps[closest].lead


def _section(practice: Practice, name: str) -> Listing:
    points = points_of(getattr(practice.sections, name))
    return Listing(HEADINGS[name], points, numbered=name == STEPS, of=len(points))


def _led_by(
    first: Place | None, practice: Practice, lists: Sequence[Listing]
) -> tuple[list[Listing], list[Listing]]:
    """The point that comes first, as a list of its own, and the lists without it.

    Where the lists begin with one that it belongs to it only leads that one, and where it is among the first steps
    it stays where it is.
    """
    steps_first = lists[0].heading == HEADINGS[STEPS]
    if first is None or (first.section == STEPS and steps_first and first.at < AT_A_GLANCE):
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


def near(practice: Practice) -> Near:
    """A practice named beside an answer, with what it says of itself before the first sentence that needs a source."""
    told = takewhile(lambda sentence: not CITATION.search(sentence), sentences_of(practice.sections.summary))
    gist = first_sentences(" ".join(told), LONGEST_GIST)
    return Near(practice.id, practice.title, gist if len(gist.split()) <= LONGEST_GIST else "", practice.sources[:1])


def whole(practice: Practice, today: date, tongue: str = "en") -> tuple[Part, tuple[Citation, ...]]:
    """Every section of a practice, with all its sources."""
    composer = Composer(today, tongue)
    part = composer.everything(practice)
    citations = composer.citations()
    return numbered([part], citations)[0], citations


def numbered(parts: Sequence[Part], citations: Sequence[Citation]) -> tuple[Part, ...]:
    """Replace the composer's marks by numbers that count through the sources of all citations in order."""
    numbers: dict[str, int] = {}
    for citation in citations:
        for source in citation.sources:
            numbers[f"{citation.id}:{source.key}"] = len(numbers) + 1

    def renumbered(text: str) -> str:
        return re.sub(r"\[([a-z0-9-]+:[a-z0-9-]+)\]", lambda mark: f"[{numbers[mark[1]]}]", text)

    return tuple(
        Part(
            part.practice,
            part.title,
            renumbered(part.lead),
            tuple(
                replace(
                    item, points=tuple(Point(renumbered(point.lead), renumbered(point.text)) for point in item.points)
                )
                for item in part.lists
            ),
            tuple(renumbered(note) for note in part.notes),
        )
        for part in parts
    )


def _differing(practice: Practice, begin: int, most: int) -> str:
    """Where sources differ, from the point that concerns the question on: whole points while they fit, as one alone may
    name one side only.
    """
    points = practice.sections.conflicts
    kept: list[str] = []
    for text in (*points[begin:], *points[:begin]):
        if kept and len(" ".join([*kept, text]).split()) > most:
            break
        kept.append(text)
    return first_sentences(" ".join(kept), most)


def _listed(names: Sequence[str], joined: str) -> str:
    return f" {joined} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
