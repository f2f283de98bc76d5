"""Composes an answer from the fields of a practice that fit the question, without any language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import takewhile

from knowledge.answers import Citation, Listing, Near, Part, Point
from knowledge.excerpts import first_sentences, points_of, sentences_of
from knowledge.frames import say
from knowledge.practice import CITATION, Practice, Source

LONGEST_LEAD, LONGEST_POINT, MOST_WORDS = 55, 18, 187
FEWEST_STEPS, MOST_STEPS = 3, 6
SMALL_PRINT, LEEWAY = 40, 35
"""Words of small print beside the budget, and by how many an answer may exceed it before a list is left out."""
LONGEST_GIST = 30
"""Words of what a practice is about, where it is only named."""
ROOM, FEWEST_WORDS = 42, 25
"""Words beside the budget up to which sources that differ are told of, and how many at least that takes."""

COVERED = {"US": "the US", "UK": "the UK", "EU": "the EU"}
"""Where a practice's law holds."""


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
        r"when (should|would|must) (we|i|you|one)? ?(not|never)|when (is|are|does) .{0,40}(not|n't|pointless|too early|"
        r"a bad idea|wrong)|when not|should(n't| not) (we|i|you)|not worth|pointless|(really|actually) (need|necessary)"
        r"|is it (worth|necessary)|bad idea|overkill",
    ),
    (
        Aspect.MISTAKES,
        r"go(es|ing)? wrong|went wrong|pitfall|mistake|\btraps?\b|\bfail(s|ed|ure|ures)?\b|watch out|careful|backfire"
        r"|do(ing)? wrong|\b(stupid|dumb)(est)?\b|beware|typical(ly)? (problem|error)|dangers?\b"
        r"|why do(es)? (so many|most)",
    ),
    (
        Aspect.MEASURE,
        r"\bmeasur|\bmetrics?\b|\bindicators?\b|what numbers?|which numbers?|which figures?|know (if|whether|that) it"
        r"|how (do|will|would|can|could|should) (we|i|you|one) (know|tell|see|show|prove)|success looks? like"
        r"|\btrack\b|\bcount\b",
    ),
    (
        Aspect.WHO,
        r"\bwho (decides?|approves?|signs?|owns?|should|has|is (responsible|in charge|accountable)|gets? to|must|can|"
        r"may|says?|needs? to)|whose (job|call|decision)|last word|sign.?off|responsib|accountab|in charge",
    ),
    (
        Aspect.WHY,
        r"^\W*why\b|what('s| is) the (point|benefit|use)|why (should|would|bother)|what (do|does) .{0,30} get out",
    ),
)


def aspect_of(question: str) -> Aspect:
    """Which part of a practice this question asks for; how-to when it does not say."""
    lowered = question.lower()
    for aspect, pattern in _SIGNS:
        if re.search(pattern, lowered):
            return aspect
    return Aspect.HOW


class Composer:
    """Builds the parts of one answer and numbers the sources they cite, in order of first use.

    Notes are worded in the asker's ``tongue``; headings are English, to be put into it where they are shown.
    """

    def __init__(self, today: date, tongue: str = "en") -> None:
        self._today = today
        self._tongue = tongue
        self._cited: dict[tuple[str, str], int] = {}
        self._practices: dict[str, Practice] = {}

    def part(self, practice: Practice, aspect: Aspect, budget: int = MOST_WORDS) -> Part:
        """What this practice says about this aspect, in at most about ``budget`` words."""
        self._practices.setdefault(practice.id, practice)
        lead = self._marked(practice, self._lead(practice, aspect))
        differ = _differing(practice, budget * 3 // 7)
        spent = len(lead.split()) + max(0, len(differ.split()) - SMALL_PRINT)
        lists = tuple(
            self._marked_list(practice, listing) for listing in _fitted(self._lists(practice, aspect), budget - spent)
        )
        left = budget + ROOM - len(lead.split()) - _words(lists)
        differ = first_sentences(differ, left) if differ and left >= FEWEST_WORDS else ""
        told = differ and len(differ.split()) <= left
        notes = (self._say("Sources differ: {points}", points=self._marked(practice, differ)),) if told else ()
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
        steps = Listing("Steps", points_of(part.steps[:MOST_STEPS]), numbered=True, of=len(part.steps))
        start = Listing("First steps", points_of(part.steps[:FEWEST_STEPS]), numbered=True)
        watch = Listing("What to watch", points_of(part.measure[:1]))
        match aspect:
            case Aspect.MEASURE:
                return [Listing("What to measure", points_of(part.measure), of=len(part.measure)), start]
            case Aspect.MISTAKES:
                return [Listing("What often goes wrong", points_of(part.mistakes), of=len(part.mistakes)), start]
            case Aspect.WHEN_NOT:
                unfit = Listing("When it does not fit", points_of(part.when_not), of=len(part.when_not))
                return [unfit, Listing("When it fits", points_of(part.when)), start]
            case Aspect.WHO if part.who_decides:
                return [Listing("Who decides", points_of(part.who_decides), of=len(part.who_decides)), start, watch]
        return [steps, watch]

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


def _differing(practice: Practice, most: int) -> str:
    """Where sources differ: whole points while they fit, as the first alone may name one side only."""
    kept: list[str] = []
    for text in practice.sections.conflicts:
        if kept and len(" ".join([*kept, text]).split()) > most:
            break
        kept.append(text)
    return first_sentences(" ".join(kept), most)


def _listed(names: Sequence[str], joined: str) -> str:
    return f" {joined} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _fitted(lists: list[Listing], budget: int) -> list[Listing]:
    """Shorten long points to whole sentences, tell later steps by their bold lead alone, then drop the last ones until
    the words nearly fit.

    The first list is the answer: three points of it always stay, and what follows it goes first. Steps say most in
    their bold lead, so that one sentence of each will do.
    """
    fitted = _led([_shortened(item, LONGEST_POINT) for item in lists], budget)
    for place in (0, len(fitted) - 1):
        while _words(fitted) > budget and len(fitted[place].points) > FEWEST_STEPS:
            fitted[place] = replace(fitted[place], points=fitted[place].points[:-1])
    while _words(fitted) > budget and len(fitted) > 2:
        fitted.pop()
    if _words(fitted) > budget:
        fitted = [_shortened(item, 1) if item.numbered else item for item in fitted]
    if _words(fitted) > budget + LEEWAY and len(fitted[0].points) >= FEWEST_STEPS:
        del fitted[1:]
    return fitted


def _led(lists: list[Listing], budget: int) -> list[Listing]:
    """Steps after the first three by their leads alone, from the last one on, as far as the words do not fit."""
    made = list(lists)
    for place, item in enumerate(lists):
        points = list(item.points)
        for at in range(len(points) - 1, FEWEST_STEPS - 1, -1):
            if item.numbered and points[at].lead and _words(made) > budget:
                points[at] = Point(points[at].lead, "")
                made[place] = replace(item, points=tuple(points))
    return made


def _shortened(item: Listing, most: int) -> Listing:
    """Each point in whole sentences, at least one."""
    points = tuple(Point(point.lead, first_sentences(point.text, most)) for point in item.points)
    return replace(item, points=points)


def _words(lists: Sequence[Listing]) -> int:
    return sum(len(f"{point.lead} {point.text}".split()) for item in lists for point in item.points)
