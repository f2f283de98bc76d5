"""What is said to a message that is turned away: refused, sent to its desk, or declined."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from knowledge.ahead import LIKE_THIS
from knowledge.answers import Answer, Near, Outcome
from knowledge.aspects import Aspect
from knowledge.extractive import Composer, near, numbered
from knowledge.gate import DESK, REFUSE, Desk, GateData
from knowledge.judgement import Judged
from knowledge.library import Library
from knowledge.points import Closeness
from knowledge.practice import Practice
from knowledge.retriever import Hit
from knowledge.unreadable import READS, in_our_tongues
from knowledge.wanted import Asked

NEARBY = 0.2
"""How likely a message that is turned away must be ours for the practices that lie nearest to be named. Of 156
off-topic ones of the open sets that are declined or routed, seven were as likely.
"""
NOTHING = (
    "I have no practice on that, and I answer only from the library. I know about social media in "
    "organizations: pilots, sponsors, measuring, working with units you cannot order about."
)
HERE = "That is not a question of social media practice. The desk for it: {desk}. You find them here: {where}."
SOMEWHERE = (
    "That is not a question of social media practice. The desk for it: {desk}. Your intranet or manager knows how to "
    "reach them."
)
FARTHEST = 1.5
"""How much worse than the best practice one may fit that is named beside it, or that says why something is refused:
standard deviations over the library. Of the right practices among the first three of ``open-library.jsonl`` and
``working.jsonl``, all were within 1.
"""
BRIEFLY = 80
"""Words of the practice that says why something is refused."""


class TurningAway:
    """Turns messages away from one library. ``desks`` are the organization's, by id."""

    def __init__(self, library: Library, gate: GateData, desks: dict[str, Desk], today: Callable[[], date]) -> None:
        self._library = library
        self._gate = gate
        self._desks = desks
        self._today = today

    def because(self, asked: Asked, judged: Judged) -> str:
        """Why what the message seems to want is refused, in the asker's tongue."""
        refusal = self._gate.refusals[judged.best_refusal]
        return asked.say(refusal.because, key=REFUSE + refusal.id)

    def says_why(self, judged: Judged, hits: Sequence[Hit]) -> str | None:
        """The practice that says why; None in a library without any."""
        practices = self._gate.refusals[judged.best_refusal].practices
        fitting = [hit.practice for hit in hits if hit.practice in practices and hits[0].score - hit.score <= FARTHEST]
        return next((name for name in (*fitting, *practices) if name in self._library.practices), None)

    def refused(
        self, asked: Asked, judged: Judged, hits: Sequence[Hit], closeness_of: Callable[[Practice], Closeness]
    ) -> Answer:
        """A no with its reason, and the practice that says why, with its short answer to what is much like that.
        ``closeness_of`` tells how close a practice's points lie to what was asked.
        """
        composer = Composer(self._today(), asked.tongue)
        told = []
        if why := self.says_why(judged, hits):
            practice = self._library.practices[why]
            part = composer.part(practice, Aspect.HOW, BRIEFLY, closeness_of(practice))
            told = [replace(part, lists=tuple(each for each in part.lists if each.heading == LIKE_THIS), notes=())]
        citations = composer.citations()
        parts = numbered(told, citations)
        message = asked.say("I do not help with that. {because}", because=self.because(asked, judged))
        return Answer(Outcome.REFUSED, message, parts, citations, confidence=judged.refuse)

    def routed(self, asked: Asked, judged: Judged, hits: Sequence[Hit]) -> Answer:
        """To the desk that it seems to be for; declined where the organization has none."""
        if desk := self._desks.get(judged.best_desk):
            return self.to_desk(asked, desk, judged, hits, judged.desk)
        return self.declined(asked, judged, hits)

    def to_desk(self, asked: Asked, desk: Desk, judged: Judged, hits: Sequence[Hit], confidence: float) -> Answer:
        """To this desk."""
        message = asked.say(HERE if desk.where else SOMEWHERE, desk=self.named(asked, desk).name, where=desk.where)
        nearest = self._nearby(judged, hits)
        return Answer(Outcome.ROUTED, message, route=desk.id, confidence=round(confidence, 3), nearest=nearest)

    def declined(self, asked: Asked, judged: Judged, hits: Sequence[Hit]) -> Answer:
        """With what lies nearest, and the offer of an expert where something does."""
        nearest = self._nearby(judged, hits)
        confidence = 1 - judged.good
        if not in_our_tongues(asked.text, asked.tongue):
            return Answer(Outcome.DECLINED, READS, confidence=confidence, offer_expert=True)
        return Answer(
            Outcome.DECLINED, asked.say(NOTHING), confidence=confidence, offer_expert=bool(nearest), nearest=nearest
        )

    def named(self, asked: Asked, desk: Desk) -> Desk:
        """The desk with its name in the asker's tongue; an organization's own name is not translated."""
        shipped = self._gate.desks.get(desk.id)
        own = shipped is None or shipped.name != desk.name
        return desk if own else replace(desk, name=asked.say(desk.name, key=DESK + desk.id))

    def desk_named(self, asked: Asked) -> Desk | None:
        """The desk one of whose topics, as the organization named them, stands in the message, as typed or in English;
        the longest topic counts.
        """
        return self._desk_in(asked.text) or self._desk_in(asked.english)

    def _desk_in(self, text: str) -> Desk | None:
        said = " ".join(text.casefold().split())
        shipped = {topic for desk in self._gate.desks.values() for topic in desk.topics}
        named = [(topic, desk) for desk in self._desks.values() for topic in desk.topics if topic not in shipped]
        found = [(len(topic), desk) for topic, desk in named if _stands_in(topic, said)]
        return max(found, key=lambda item: item[0])[1] if found else None

    def _nearby(self, judged: Judged, hits: Sequence[Hit]) -> tuple[Near, ...]:
        """What may have been meant by a message that is turned away, if it may be ours at all."""
        return tuple(near(self._library.practices[hit.practice]) for hit in hits[:2]) if judged.good >= NEARBY else ()


def _stands_in(topic: str, said: str) -> bool:
    """Whether the topic's words stand there as words, in the singular or with an s."""
    words = " ".join(topic.casefold().split())
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?:e?s)?(?!\w)", said) is not None
