"""A practice made small: one thing to do this week, why, how to tell that it worked. In its own sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.answers import Citation, Listing, Part, Point
from knowledge.excerpts import first_sentences, point_of, sentences_of
from knowledge.extractive import Composer, numbered
from knowledge.practice import CITATION, Practice

LONGEST_LEAD, LONGEST_DOING, LONGEST_WHY, LONGEST_MEASURE = 30, 50, 40, 35
"""Words; a tip is read between two other things."""
LONGEST_HOOK = 20
DOING, WHY, OTHERWISE, MEASURE = "This week", "Why", "What goes wrong otherwise", "How to tell that it worked"


@dataclass(frozen=True, slots=True)
class TipText:
    """``hook`` is a question that people ask. ``part`` has one list each for ``DOING``, ``WHY`` (or ``OTHERWISE``) and
    ``MEASURE``, with marks that count through the sources of ``citation``.
    """

    hook: str
    part: Part
    citation: Citation


def tip_of(practice: Practice, today: date) -> TipText:
    """The practice as a tip."""
    sections = practice.sections
    doing = point_of(sections.steps[0])
    room = LONGEST_DOING - len(doing.lead.split())
    lists = (
        Listing(DOING, (Point(doing.lead, first_sentences(doing.text, room)),)),
        _why(practice),
        Listing(MEASURE, (point_of(first_sentences(sections.measure[0], LONGEST_MEASURE)),)),
    )
    lead = first_sentences(sections.summary, LONGEST_LEAD)
    composer = Composer(today)
    part = composer.marked(practice, Part(practice.id, practice.title, lead, lists))
    citations = composer.citations()
    return TipText(_hook(practice), numbered([part], citations)[0], citations[0])


def _hook(practice: Practice) -> str:
    """The first that is a whole and short question; practices list bare keywords, too."""
    whole = (said for said in practice.questions if said.endswith("?") and said[0].isupper())
    return next((said for said in whole if len(said.split()) <= LONGEST_HOOK), practice.title)


def _why(practice: Practice) -> Listing:
    """The first short statement that names its source, else what it is worth to leaders."""
    for heading, statements in _statements(practice):
        for text in statements:
            if CITATION.search(text) and len(text.split()) <= LONGEST_WHY:
                return Listing(heading, (point_of(text),))
    sections = practice.sections
    return Listing(WHY, (Point("", first_sentences(sections.why_for_leaders or sections.summary, LONGEST_WHY)),))


def _statements(practice: Practice) -> Iterator[tuple[str, Sequence[str]]]:
    sections = practice.sections
    yield WHY, sentences_of(sections.summary) + sentences_of(sections.why_for_leaders)
    yield WHY, sections.when
    yield OTHERWISE, sections.mistakes
    yield WHY, sections.conflicts
    for items in (sections.mistakes, sections.steps, sections.measure, sections.conflicts):
        yield WHY, [sentence for item in items for sentence in sentences_of(item)]
