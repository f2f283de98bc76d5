"""A question becomes an answer: understood, judged, looked up, composed. Grounded or not at all."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.amounts import Tells, amount_asked
from knowledge.answers import Answer, Near, Outcome, Part
from knowledge.aspects import Aspect, aspect_of
from knowledge.brevity import FEW_WORDS, in_few_words
from knowledge.extractive import GIST_BESIDE, MOST_WORDS, Composer, near, noted_once, numbered
from knowledge.frames import say
from knowledge.gate import DESK, GOOD, REFUSE, SMALL, Desk, GateData
from knowledge.judgement import Judged, probability, stands_out
from knowledge.language import tongue_of
from knowledge.library import Library
from knowledge.overview import is_broad, overview
from knowledge.practice import Practice
from knowledge.reading import Vectors
from knowledge.retriever import Hit, Query, Retriever
from knowledge.translation import thread_in_english
from knowledge.unreadable import unreadable
from knowledge.wording import asking, names_nothing, refers_back

SHORT_TALK = 16
"""Small talk is short; a longer message that starts with hello has a question in it."""
STAYS_AMONG = 3
"""A short follow-up stays with the practice that was answered with if it is among so many that fit best."""
STALE = 0.5
"""How much worse a practice past its review counts: standard deviations over the library."""
MOST_NAMED, FARTHEST = 3, 1.5
"""Practices that an answer names; how much worse than the best one may fit that is named under *see also* (standard
deviations over the library). Of the right practices among the first three of ``open-library.jsonl`` and
``working.jsonl``, all were within 1.
"""
NEARBY = 0.2
"""How likely a message that is turned away must be ours for the practices that lie nearest to be named. Of 156
off-topic ones of the open sets that are declined or routed, seven were as likely.
"""
IN_DOUBT = 0.25
"""Log odds by which a message must seem not to be ours to be turned away: an answer that was not wanted is seen to be
one, a question turned away is lost.
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


YOURSELF = "If you mean yourself: you are not alone. Please call 112, 999 or 911 now, or a helpline below."


@dataclass(frozen=True)
class Asked:
    """A message as typed, as it is searched for, and the tongue to answer it in. ``back``: it is about what was said
    before it.
    """

    text: str
    english: str
    tongue: str
    back: bool = False

    def say(self, english: str, *, key: str = "", **values: object) -> str:
        """A phrase of ours in the asker's tongue."""
        return say(self.tongue, english, key=key, **values)


@dataclass(frozen=True)
class _Wanted:
    """Which practice, and which aspect of it, answers a question that wants ``intent``; ``tells`` knows the amount that
    it asks for.
    """

    question: str
    practice: str
    aspect: Aspect
    intent: Vectors
    tells: Tells | None

    @classmethod
    def by(cls, question: str, practice: str, intent: Vectors) -> _Wanted:
        asked = " ".join(asking(question))
        return cls(question, practice, aspect_of(asked), intent, amount_asked(asked))


class Answerer:
    """Answers from one library and the retriever over it. ``desks`` are the organization's, by id."""

    def __init__(
        self, library: Library, retriever: Retriever, gate: GateData, desks: dict[str, Desk], today: Callable[[], date]
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._gate = gate
        self._desks = desks
        self._today = today

    def answer(self, question: str, before: Sequence[str] = ()) -> Answer:
        """Answer the question; ``before`` are the earlier questions of the same thread, oldest first. Never raises for
        anything a person can type."""
        text = question.strip()
        tongue = tongue_of(text, before)
        if failed := unreadable(text, tongue):
            return failed
        query = self._retriever.understand(text, before)
        hits = self._fresh_first(self._retriever.search(query))
        *earlier, english = thread_in_english([*before, text])
        back = bool(before) and refers_back(english)
        if back:
            hits = self._staying(hits, earlier, anyhow=names_nothing(english))
        asked = Asked(text, english, tongue, back)
        answer = self._judge(asked, query, hits)
        if self._gate.urgent.is_said(text):
            answer = self._urgent(asked, query, answer)
        return replace(answer, lang=tongue[:2], tongue=tongue)

    def _fresh_first(self, hits: list[Hit]) -> list[Hit]:
        """A practice past its review comes after one that fits about as well."""
        today = self._today()
        return sorted(hits, key=lambda hit: self._stale(hit, today) - hit.score)

    def _stale(self, hit: Hit, today: date) -> float:
        return STALE if self._library.practices[hit.practice].review_by < today else 0.0

    def _staying(self, hits: list[Hit], before: Sequence[str], *, anyhow: bool) -> list[Hit]:
        """The practice that answered the thread's question comes first where it fits the short follow-up, too, or
        ``anyhow``.
        """
        begun = max((turn for turn, said in enumerate(before) if not refers_back(said)), default=0)
        answered = self._retriever.search(self._retriever.understand(before[begun], before[:begun]), 1)[0]
        if anyhow:
            others = [hit for hit in hits if hit.practice != answered.practice]
            return [replace(answered, score=hits[0].score), *others]  # scores of two searches are not comparable
        return sorted(hits, key=lambda hit: hit.practice != answered.practice or hit not in hits[:STAYS_AMONG])

    def _judge(self, asked: Asked, query: Query, hits: list[Hit]) -> Answer:
        judged = Judged.of(query.kinds)

        def margin() -> float:
            return hits[0].cosine - self._retriever.snapshot.threshold

        short = len(asked.text.split()) <= SHORT_TALK
        broad = is_broad(asked.english) and not asked.back
        if short and not broad and judged.small > max(judged.good, judged.refuse, judged.off, judged.desk):
            talk = self._gate.small_talk[judged.best_small]
            said = asked.say(talk.answer, key=SMALL + talk.id)
            return Answer(Outcome.ANSWERED, said, confidence=judged.small, small_talk=talk.id)
        # Two questions share a message, so each stands out in its own part only.
        each = min((question.score for question in query.questions), default=-math.inf)
        clear = stands_out(max(each, *(hit.score for hit in hits)), len(self._library.practices))
        if judged.to_refuse(clear):
            return self._refused(asked, judged, hits)
        if broad and (found := overview(self._library, asked.tongue)):
            return self._mapped(asked, *found)
        ours = judged.ours(clear, margin)
        if ours < 0 and (desk := self._desk_by_topic(asked.text) or self._desk_by_topic(asked.english)):
            # What the organization says of its own desks leaves no doubt.
            return self._to_desk(asked, desk, judged.off + judged.desk, self._nearby(judged, hits))
        if ours < -IN_DOUBT:
            turned = self._routed if judged.desk >= judged.off else self._declined
            return turned(asked, judged, hits)
        # A message with two questions lies between their practices, near neither; each was found by its own part.
        unsure = not query.questions and judged.nearest_only(clear, margin)
        return self._answered(asked, query, hits, judged, ours, unsure=unsure)

    def _urgent(self, asked: Asked, query: Query, answer: Answer) -> Answer:
        """The answer to words of somebody who may die: what to do instead of turning it away, and a word to whoever
        means themselves. In a library without that practice the answer stays as it is.
        """
        practice = self._gate.urgent.practice
        if not (answer.parts and answer.outcome is Outcome.ANSWERED):
            found = self._retriever.search(query, len(self._library.practices))
            hits = [hit for hit in found if hit.practice == practice]
            sure = Judged.of({**dict.fromkeys(query.kinds, 0.0), GOOD: 1.0})
            answer = self._answered(asked, replace(query, questions=()), hits, sure, math.inf) if hits else answer
        told = any(part.practice == practice for part in answer.parts)
        return replace(answer, message=asked.say(YOURSELF)) if told else answer

    def _mapped(self, asked: Asked, first: Practice, part: Part) -> Answer:
        composer = Composer(self._today(), asked.tongue)
        marked = composer.marked(first, part)
        citations = composer.citations()
        return Answer(Outcome.ANSWERED, "", numbered([marked], citations), citations, confidence=0.5)

    def _answered(
        self, asked: Asked, query: Query, hits: list[Hit], judged: Judged, ours: float, *, unsure: bool = False
    ) -> Answer:
        """``ours`` are the log odds that the message is for this library; ``unsure`` whether to say that what is found
        may lie near only.
        """
        composer = Composer(self._today(), asked.tongue)
        chosen = self._questions(asked.english, query, hits)
        brief = in_few_words(asked.english)
        see_also = () if brief else self._see_also(hits, [each.practice for each in chosen])
        most = FEW_WORDS if brief else MOST_WORDS - sum(each.words for each in see_also)
        budget = most // len(chosen)
        parts = noted_once([self._part(composer, each, budget) for each in chosen])
        citations = composer.citations()
        message = asked.say("I have no practice on exactly that. The nearest I know:") if unsure else ""
        route = judged.best_desk if judged.desk > judged.good / 2 and judged.desk > judged.refuse else None
        return Answer(
            Outcome.ANSWERED, message, numbered(parts, citations), citations, route, probability(ours),
            offer_expert=unsure, see_also=see_also,
        )

    def _see_also(self, hits: Sequence[Hit], told: Sequence[str]) -> tuple[Near, ...]:
        """What may have been meant instead: the next best practices, where they fit nearly as well as the best."""
        close = [hit.practice for hit in hits if hits[0].score - hit.score <= FARTHEST and hit.practice not in told]
        named = close[: MOST_NAMED - len(told)]
        return tuple(near(self._library.practices[name], GIST_BESIDE) for name in named)

    def _questions(self, text: str, query: Query, hits: list[Hit]) -> list[_Wanted]:
        """What answers each question in the message, of two the one that fits the whole message better first."""
        places = [hit.practice for hit in hits]
        found = [_Wanted.by(each.text, each.practice, each.intent) for each in query.questions]
        if found:
            return sorted(found, key=lambda item: [*places, item.practice].index(item.practice))
        # Words without a subject lie near none of a practice's points: with their thread they do.
        wanted = _Wanted.by(text, hits[0].practice, query.intent)
        return [replace(wanted, question=query.text, intent=query.reading.intent) if names_nothing(text) else wanted]

    def _part(self, composer: Composer, wanted: _Wanted, budget: int) -> Part:
        practice = self._library.practices[wanted.practice]
        closeness = self._retriever.closeness(practice, wanted.question, wanted.intent)
        return composer.part(practice, wanted.aspect, budget, closeness, wanted.tells)

    def _refused(self, asked: Asked, judged: Judged, hits: Sequence[Hit]) -> Answer:
        refusal = self._gate.refusals[judged.best_refusal]
        fitting = [hit.practice for hit in hits if hit.practice in refusal.practices]
        says_why = [name for name in (*fitting, *refusal.practices) if name in self._library.practices][:1]
        composer = Composer(self._today(), asked.tongue)
        told = [composer.part(self._library.practices[name], Aspect.HOW, budget=80) for name in says_why]
        citations = composer.citations()
        parts = numbered([replace(part, lists=(), notes=()) for part in told], citations)
        because = asked.say(refusal.because, key=REFUSE + refusal.id)
        message = asked.say("I do not help with that. {because}", because=because)
        other = [hit for hit in hits if hit.practice not in says_why]
        nearest = self._nearby(judged, other)
        return Answer(Outcome.REFUSED, message, parts, citations, confidence=judged.refuse, nearest=nearest)

    def _routed(self, asked: Asked, judged: Judged, hits: list[Hit]) -> Answer:
        desk = self._desks.get(judged.best_desk)
        if desk is None:
            return self._declined(asked, judged, hits)
        return self._to_desk(asked, desk, judged.desk, self._nearby(judged, hits))

    def _to_desk(self, asked: Asked, desk: Desk, confidence: float, nearest: tuple[Near, ...]) -> Answer:
        shipped = self._gate.desks.get(desk.id)
        own = shipped is None or shipped.name != desk.name  # an organization's own name is not translated
        name = desk.name if own else asked.say(desk.name, key=DESK + desk.id)
        message = asked.say(HERE if desk.where else SOMEWHERE, desk=name, where=desk.where)
        return Answer(Outcome.ROUTED, message, route=desk.id, confidence=round(confidence, 3), nearest=nearest)

    def _desk_by_topic(self, text: str) -> Desk | None:
        """The desk one of whose topics, as the organization named them, stands in the text; the longest topic
        counts.
        """
        said = " ".join(text.casefold().split())
        shipped = {topic for desk in self._gate.desks.values() for topic in desk.topics}
        named = [(topic, desk) for desk in self._desks.values() for topic in desk.topics if topic not in shipped]
        found = [(len(topic), desk) for topic, desk in named if _stands_in(topic, said)]
        return max(found, key=lambda item: item[0])[1] if found else None

    def _declined(self, asked: Asked, judged: Judged, hits: list[Hit]) -> Answer:
        nearest = self._nearby(judged, hits)
        confidence = 1 - judged.good
        return Answer(
            Outcome.DECLINED, asked.say(NOTHING), confidence=confidence, offer_expert=bool(nearest), nearest=nearest
        )

    def _nearby(self, judged: Judged, hits: Sequence[Hit]) -> tuple[Near, ...]:
        """What may have been meant by a message that is turned away, if it may be ours at all."""
        return tuple(near(self._library.practices[hit.practice]) for hit in hits[:2]) if judged.good >= NEARBY else ()


def _stands_in(topic: str, said: str) -> bool:
    """Whether the topic's words stand there as words, in the singular or with an s."""
    words = " ".join(topic.casefold().split())
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?:e?s)?(?!\w)", said) is not None
