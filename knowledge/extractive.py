"""Composes an answer from the fields of a practice that fit the question, without any language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

from knowledge.ahead import (
    AT_A_GLANCE,
    best_point,
    closest_steps,
    led_by,
    measures,
    resembling,
    section,
    settled_by,
    telling_step,
)
from knowledge.amounts import Tells
from knowledge.answers import Citation, Listing, Near, Part, Point
from knowledge.aspects import Aspect
from knowledge.differing import differing, topics
from knowledge.excerpts import first_sentences, points_of, sentences_of, unsaid
from knowledge.fitting import fitted, shortened, words
from knowledge.frames import say
from knowledge.going_on import WHOLE_OF, Told, going_on
from knowledge.points import NOWHERE, STEPS, Closeness, concerned
from knowledge.practice import CITATION, HEADINGS, Practice, Source
from knowledge.prose import CHECKED, LAWYER

LONGEST_LEAD, BESIDE_A_POINT, MOST_WORDS = 55, 35, 207
"""Words of the sentences that answer, of those before the point that fits the question best, and of an answer in all.
"""
SHARED = MOST_WORDS // 2
"""Words of a part that shares an answer with another: its lead is as short as before a point, so that steps have room.
"""
LONGEST_MORE = 35
"""Words of a point that goes on from what was said: there are few of them."""
FIRST_STEPS = 3
"""Steps that stand beside another list."""
SMALL_PRINT = 20
"""Words of small print beside the budget."""
LONGEST_GIST, GIST_BESIDE = 30, 21
"""Words of what a practice is about, where it is only named; and beside an answer, whose steps need the room."""
ROOM, FEWEST_WORDS = 22, 25
"""Words beside the budget up to which sources that differ are told of, and how many at least that takes."""

COVERED = {"US": "the US", "UK": "the UK", "EU": "the EU"}
"""Where a practice's law holds."""


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
        closeness: Closeness = NOWHERE,
        tells: Tells | None = None,
        said: Told = frozenset(),
        *,
        openly: bool = False,
        unsure: bool = False,
    ) -> Part:
        """What this practice says about this aspect, in at most about ``budget`` words. Where it is known how close its
        points lie to the question, the one that fits comes first, and where sources differ is told if it concerns it.
        Where the question asks for an amount, the step that ``tells`` it is more than its lead. What was ``said`` in
        the thread gives way to what was not. Asked ``openly``, no answer begins with yes or no; ``unsure``,
        none begins with a short answer, which stands beside its own question.
        """
        self._practices.setdefault(practice.id, practice)
        telling = telling_step(practice, closeness, tells) if tells else None
        settled = "" if unsure else settled_by(practice, closeness, openly=openly)
        lead = self._lead(practice, aspect, LONGEST_LEAD, settled)
        first = best_point(practice, aspect, closeness, telling, amount=bool(tells))
        if settled or (tells and tells(lead)):
            first = None
        lists = self._lists(practice, aspect)
        wanted = [] if aspect in WHOLE_OF else lists[:1]
        if said and (more := going_on(practice, closeness, said, first, wanted, tells, settled)):
            return self._more(practice, aspect, settled, more)
        # An amount that is asked for comes before all steps, wherever it stands among them.
        glance = 0 if first is not None and first == telling else AT_A_GLANCE
        asked = [] if settled else resembling(practice, closeness, first, tells)
        ahead, others = (asked, lists) if asked else led_by(first, practice, lists, glance)
        if ahead or budget <= SHARED:
            lead = self._lead(practice, aspect, BESIDE_A_POINT, settled)
        lead = self._marked(practice, lead)
        differ = differing(practice.sections.conflicts, concerned(closeness), budget * 2 // 5)
        spent = len(lead.split()) + max(0, len(differ.split()) - SMALL_PRINT) + words(ahead)
        asked_for = points_of(practice.sections.steps)[telling.at].lead if telling else ""
        told = [*ahead, *fitted(closest_steps(practice, others, closeness), budget - spent, asked_for)]
        marked = tuple(self._marked_list(practice, item) for item in told)
        left = budget + ROOM - len(lead.split()) - words(marked)
        notes = self._conflicts(practice, differ, left)
        return Part(practice.id, practice.title, lead, marked, notes + self._warnings(practice, lead))

    def _more(self, practice: Practice, aspect: Aspect, settled: str, lists: Sequence[Listing]) -> Part:
        """What a follow-up gets beyond what was said: its first sentences were said, too, but why is asked anew."""
        lead = self._lead(practice, aspect, LONGEST_LEAD, settled) if aspect is Aspect.WHY else settled
        marked = tuple(self._marked_list(practice, shortened(item, LONGEST_MORE)) for item in lists)
        return Part(practice.id, practice.title, self._marked(practice, lead), marked, self._warnings(practice, lead))

    def marked(self, practice: Practice, part: Part) -> Part:
        """A part made elsewhere from the practice's sentences, with their marks counted."""
        self._practices.setdefault(practice.id, practice)
        lists = tuple(self._marked_list(practice, listing) for listing in part.lists)
        lead = self._marked(practice, part.lead)
        return Part(part.practice, part.title, lead, lists, self._warnings(practice, lead))

    def everything(self, practice: Practice) -> Part:
        """All there is, in the order of the file."""
        self._practices.setdefault(practice.id, practice)
        lists = []
        for heading, name in HEADINGS.items():
            told = getattr(practice.sections, name)
            items = (told,) if isinstance(told, str) else told
            if name != "summary" and any(items):
                lists.append(self._marked_list(practice, Listing(heading, points_of(items), numbered=name == STEPS)))
        lead = self._marked(practice, practice.sections.summary)
        return Part(practice.id, practice.title, lead, tuple(lists), self._warnings(practice, lead))

    def citations(self) -> tuple[Citation, ...]:
        """The practices used, in order, each with the sources that were cited; a practice is never without one."""
        return tuple(Citation(name, item.title, self._sources(item)) for name, item in self._practices.items())

    def _lead(self, practice: Practice, aspect: Aspect, most: int, settled: str = "") -> str:
        """What settles the question, where that is known, its first sentences, and when what ages was last checked."""
        sections = practice.sections
        text = sections.why_for_leaders if aspect is Aspect.WHY and sections.why_for_leaders else sections.summary
        room = most - len(settled.split())
        lead = first_sentences(unsaid(text, settled) if settled else text, room)
        if settled and len(lead.split()) > room:
            lead = ""
        dated = [sentence for sentence in sentences_of(text) if CHECKED.search(sentence) and sentence not in lead]
        return " ".join(filter(None, [settled, lead, *dated]))

    def _lists(self, practice: Practice, aspect: Aspect) -> list[Listing]:
        part = practice.sections
        start = Listing("First steps", points_of(part.steps[:FIRST_STEPS]), numbered=True)
        watch = Listing("What to watch", points_of(part.measure[:1]))
        match aspect:
            case Aspect.MEASURE if measures(practice):
                return [section(practice, STEPS), section(practice, "measure")]
            case Aspect.MEASURE:
                return [section(practice, "measure"), start]
            case Aspect.MISTAKES:
                return [section(practice, "mistakes"), start]
            case Aspect.WHEN_NOT:
                return [section(practice, "when_not"), Listing("When it fits", points_of(part.when)), start]
            case Aspect.WHO if part.who_decides:
                return [section(practice, "who_decides"), start, watch]
        return [section(practice, STEPS), watch]

    def _conflicts(self, practice: Practice, differ: str, left: int) -> tuple[str, ...]:
        """Where that concerns the question: what sources differ on, and what they say if there is room for it."""
        if not differ:
            return ()
        told = first_sentences(differ, left) if left >= FEWEST_WORDS else ""
        if told and len(told.split()) <= left:
            return (self._say("Sources differ: {points}", points=self._marked(practice, told)),)
        if about := "; ".join(topics(practice.sections.conflicts)):
            return (self._say("Sources differ on some of this: {topics}. See the whole practice.", topics=about),)
        return (self._say("Sources differ on some of this; the whole practice says where."),)

    def _warnings(self, practice: Practice, lead: str) -> tuple[str, ...]:
        notes = []
        if practice.jurisdictions:
            covered = _listed([self._say(COVERED[name]) for name in practice.jurisdictions], self._say("and"))
            law = "Law: this covers {covered}. Rules differ by country; ask a lawyer in yours."
            sent = "Law: this covers {covered}. Rules differ by country."  # the lead sends to a lawyer already
            notes.append(self._say(sent if LAWYER.search(lead) else law, covered=covered))
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


def near(practice: Practice, most: int = LONGEST_GIST) -> Near:
    """A practice named beside an answer, with what it says of itself before the first sentence that needs a source."""
    told = takewhile(lambda sentence: not CITATION.search(sentence), sentences_of(practice.sections.summary))
    gist = first_sentences(" ".join(told), most)
    return Near(practice.id, practice.title, gist if len(gist.split()) <= most else "", practice.sources[:1])


def whole(practice: Practice, today: date, tongue: str = "en") -> tuple[Part, tuple[Citation, ...]]:
    """Every section of a practice, with all its sources."""
    composer = Composer(today, tongue)
    part = composer.everything(practice)
    citations = composer.citations()
    return numbered([part], citations)[0], citations


def noted_once(parts: Sequence[Part]) -> list[Part]:
    """A remark that several parts of an answer end with stands below the last of them only."""
    found: list[Part] = []
    for part in reversed(parts):
        later = {note for each in found for note in each.notes}
        found.append(replace(part, notes=tuple(note for note in part.notes if note not in later)))
    return found[::-1]


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


def _listed(names: Sequence[str], joined: str) -> str:
    return f" {joined} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
