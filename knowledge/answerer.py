"""A question becomes an answer: understood, judged, looked up, composed. Grounded or not at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from knowledge.answers import Answer, Near, Outcome, Part
from knowledge.aspects import Aspect
from knowledge.brevity import FEW_WORDS, in_few_words
from knowledge.chatter import without_chatter
from knowledge.extractive import GIST_BESIDE, MOST_WORDS, Composer, near, noted_once, numbered
from knowledge.gate import GOOD, SMALL, Desk, GateData
from knowledge.going_on import Told, told_in
from knowledge.judgement import Judged, probability, stands_out
from knowledge.language import tongue_of
from knowledge.library import Library
from knowledge.minilm.branch import kinds_by_words
from knowledge.overview import is_broad, overview
from knowledge.practice import Practice
from knowledge.retriever import Hit, Query, Retriever
from knowledge.taking_up import asked_again, corrected, once_more, picked
from knowledge.translation import thread_in_english
from knowledge.turning_away import FARTHEST, TurningAway
from knowledge.unreadable import unreadable
from knowledge.wanted import Asked, Wanted
from knowledge.wording import LONGEST_REFERENCE, each_question, names_nothing, refers_back

LONGEST_THREAD, REMEMBERED = 12, 3
"""Earlier questions of a thread that count; the last of them whose answers are not told once more."""
SHORT_TALK = 16
"""Small talk is short; a longer message that starts with hello has a question in it."""
STAYS_AMONG, STAYS_WITHIN = 3, 3.0
"""A short follow-up stays with the practice that was answered with if it is among so many that fit best, and none fits
better by more ("and on TikTok?" names another): standard deviations over the library.
"""
STALE = 0.5
"""How much worse a practice past its review counts: standard deviations over the library."""
MOST_NAMED = 3
"""Practices that an answer names."""
CLOSE = 0.55
"""By how much a practice must fit better than the next one to be what was meant (standard deviations over the
library). What that says of the open sets, ``bench/answers.py`` prints.
"""
IN_DOUBT = 0.25
"""Log odds by which a message must seem not to be ours to be turned away: an answer that was not wanted is seen to be
one, a question turned away is lost.
"""
EITHER, BY_WORDS = 0.8, 0.1
"""How likely one of several questions must be ours, and another one another desk's, to be told apart; and how likely
that desk's by its words alone, for the question to be read by itself.
"""
UNLESS = "Just in case: {because} If you meant something else, here is what I know:"
LIMIT = "One limit: {because}"
NEAREST = "I am not sure that I have exactly that. The nearest I know:"
YOURSELF = "If you mean yourself: you are not alone. Please call 112, 999 or 911 now, or a helpline below."


class Answerer:
    """Answers from one library and the retriever over it. ``desks`` are the organization's, by id."""

    def __init__(
        self, library: Library, retriever: Retriever, gate: GateData, desks: dict[str, Desk], today: Callable[[], date]
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._gate = gate
        self._desks = desks
        self._away = TurningAway(library, gate, desks, today)
        self._today = today

    def answer(self, question: str, before: Sequence[str] = ()) -> Answer:
        """Answer the question; ``before`` are the earlier questions of the same thread, oldest first. Never raises for
        anything a person can type."""
        before = before[-LONGEST_THREAD:]
        told = self._told(before) if _goes_on(question, before) else frozenset()
        return self._answer(question, before, told)

    def _told(self, turns: Sequence[str]) -> Told:
        """What was said to the last turns of a thread: they are answered again, as no words of answers are kept."""
        told: Told = frozenset()
        for place in range(max(0, len(turns) - REMEMBERED), len(turns)):
            turn, before = turns[place], turns[:place]
            # Whoever opens a practice, or gets a tip, has not read what an answer from it says.
            if not self._retriever.is_title(turn):
                answer = self._answer(turn, before, told if _goes_on(turn, before) else frozenset())
                told |= told_in(answer.parts)
        return told

    def _answer(self, question: str, before: Sequence[str], told: Told) -> Answer:
        text = question.strip()
        tongue = tongue_of(text, before)
        if failed := unreadable(text, tongue):
            return failed
        text, before = self._taken_up(text, before)
        query = self._retriever.understand(text, before)
        hits = self._fresh_first(self._retriever.search(query))
        *earlier, english = thread_in_english([*before, text])
        back = bool(before) and not query.typed and refers_back(english)
        if back:
            hits = self._staying(hits, earlier, anyhow=names_nothing(english))
        asked = Asked(text, english, tongue, back, told)
        answer = self._judge(asked, query, hits)
        if self._gate.urgent.is_said(text):
            answer = self._urgent(asked, query, answer)
        desk = self._desks.get(answer.route or "")
        named = self._away.named(asked, desk) if desk else None
        return replace(answer, desk=named, lang=tongue[:2], tongue=tongue)

    def _taken_up(self, text: str, before: Sequence[str]) -> tuple[str, Sequence[str]]:
        """A message with its thread, one that takes up the last answer as what it means: the title of the practice that
        it picks of those named, the last question with what it corrects, or that question once more.
        """
        place, rest = picked(text), corrected(text)
        again = once_more(text)
        if not before or not (again or rest or place is not None):
            return text, before
        asked, earlier = self._taken_up(before[-1].strip(), before[:-1])
        if again:
            return asked, earlier
        if place is None:
            return f"{asked} {rest}", earlier
        named = self.answer(asked, earlier).see_also
        return (named[place].title, before) if place < len(named) else (text, before)

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
        near = [hit.practice for hit in hits[:STAYS_AMONG] if hits[0].score - hit.score <= STAYS_WITHIN]
        return sorted(hits, key=lambda hit: hit.practice != answered.practice or hit.practice not in near)

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
            if not judged.surely_harmful:
                return self._refused_unless(query, asked, judged, hits)
            closeness_of = partial(self._retriever.closeness, question=asked.english, intent=query.intent)
            return self._away.refused(asked, judged, hits, closeness_of)
        if broad and (found := overview(self._library, asked.tongue)):
            return self._mapped(asked, *found)
        if answer := self._partly_ours(asked):
            return answer
        ours = judged.ours(clear, margin)
        if ours < 0 and (desk := self._away.desk_named(asked)):
            # What the organization says of its own desks leaves no doubt.
            return self._away.to_desk(asked, desk, judged, hits, judged.off + judged.desk)
        if ours < -IN_DOUBT:
            turned = self._away.routed if judged.desk >= judged.off else self._away.declined
            return turned(asked, judged, hits)
        # A message with two questions lies between their practices, near neither; each was found by its own part.
        unsure = not query.questions and judged.nearest_only(clear, margin)
        answer = self._answered(asked, query, hits, judged, ours, unsure=unsure)
        return self._with_limit(asked, judged, answer) if judged.near_a_limit(clear) else answer

    def _partly_ours(self, asked: Asked) -> Answer | None:
        """The answer to what is ours of a message in which another question is surely for a desk, with that desk."""
        found = each_question(asked.english)
        if len(found) < 2 or max(Judged.of(kinds_by_words(text)).desk for text in found) < BY_WORDS:
            return None
        each = [(text, Judged.of(self._retriever.understand(text).kinds)) for text in found]
        desks = [judged.best_desk for _, judged in each if judged.desk > EITHER and judged.best_desk in self._desks]
        ours = " ".join(text for text, judged in each if judged.good > EITHER)
        if not (desks and ours):
            return None
        query = self._retriever.understand(ours)
        hits = self._fresh_first(self._retriever.search(query))
        answer = self._judge(Asked(ours, ours, asked.tongue, told=asked.told), query, hits)
        return replace(answer, route=desks[0]) if answer.outcome is Outcome.ANSWERED else None

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
        # Nothing stands before what to do now, not even what else may be meant.
        return replace(answer, message=asked.say(YOURSELF), ambiguous=False) if told else answer

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
        ambiguous = not (brief or unsure) and self._is_close(asked, chosen, hits)
        see_also = () if brief else self._see_also(hits, [each.practice for each in chosen])
        most = FEW_WORDS if brief else MOST_WORDS - sum(each.words for each in see_also)
        budget = most // len(chosen)
        told = asked.told if len(chosen) == 1 and not brief else frozenset()
        parts = noted_once([self._part(composer, each, budget, told, unsure=unsure) for each in chosen])
        citations = composer.citations()
        message = asked.say(NEAREST) if unsure else ""
        route = judged.best_desk if judged.desk > judged.good / 2 and judged.desk > judged.refuse else None
        return Answer(
            Outcome.ANSWERED, message, numbered(parts, citations), citations, route, probability(ours),
            offer_expert=unsure, see_also=see_also, ambiguous=ambiguous,
        )

    def _with_limit(self, asked: Asked, judged: Judged, answer: Answer) -> Answer:
        """The answer, ending with what is refused near it."""
        *others, last = answer.parts
        limit = asked.say(LIMIT, because=self._away.because(asked, judged))
        return replace(answer, parts=(*others, replace(last, notes=(*last.notes, limit))))

    def _refused_unless(self, query: Query, asked: Asked, judged: Judged, hits: list[Hit]) -> Answer:
        """A no to what it may be, and the answer to what else it may be: whoever asks honestly is not sent away."""
        answer = self._answered(asked, query, hits, judged, 0.0)
        why = self._away.says_why(judged, hits)
        told = [part.practice for part in answer.parts]
        others = [each for each in answer.see_also if each.id != why]
        because = [near(self._library.practices[why], GIST_BESIDE)] if why and why not in told else []
        return replace(
            answer, outcome=Outcome.REFUSED, message=asked.say(UNLESS, because=self._away.because(asked, judged)),
            route=None, confidence=judged.refuse, see_also=(*because, *others)[: MOST_NAMED - len(told)],
            ambiguous=False, may_be_honest=True,
        )

    def _is_close(self, asked: Asked, chosen: Sequence[Wanted], hits: Sequence[Hit]) -> bool:
        """Whether another practice may as well be what a single question means that begins something."""
        single = len(chosen) == 1 and len(hits) > 1 and not asked.back
        return single and hits[0].score - hits[1].score < CLOSE

    def _see_also(self, hits: Sequence[Hit], told: Sequence[str]) -> tuple[Near, ...]:
        """What may have been meant instead: the next best practices, where they fit nearly as well as the best."""
        close = [hit.practice for hit in hits if hits[0].score - hit.score <= FARTHEST and hit.practice not in told]
        named = close[: MOST_NAMED - len(told)]
        return tuple(near(self._library.practices[name], GIST_BESIDE) for name in named)

    def _questions(self, text: str, query: Query, hits: list[Hit]) -> list[Wanted]:
        """What answers each question in the message, of two the one that fits the whole message better first."""
        places = [hit.practice for hit in hits]
        found = [Wanted.by(each.text, each.practice, each.intent) for each in query.questions]
        if found:
            return sorted(found, key=lambda item: [*places, item.practice].index(item.practice))
        if query.titled:
            return [Wanted(text, hits[0].practice, Aspect.HOW, None, None)]
        # Words without a subject lie near none of a practice's points: with their thread they do.
        wanted = Wanted.by(text, hits[0].practice, query.intent)
        return [replace(wanted, question=query.text, intent=query.reading.intent) if names_nothing(text) else wanted]

    def _part(self, composer: Composer, wanted: Wanted, budget: int, told: Told, *, unsure: bool) -> Part:
        practice = self._library.practices[wanted.practice]
        if wanted.intent is None:
            return composer.part(practice, wanted.aspect, budget)
        closeness = self._retriever.closeness(practice, wanted.question, wanted.intent)
        form = {"openly": wanted.openly, "unsure": unsure}
        return composer.part(practice, wanted.aspect, budget, closeness, wanted.tells, told, **form)


def _goes_on(question: str, before: Sequence[str]) -> bool:
    """Whether a question is short enough to go on from what was said, and does not ask for that again; what is longer
    says itself what it is about.
    """
    short = len(without_chatter(question).split()) <= LONGEST_REFERENCE
    return bool(before) and short and not asked_again(question, before)
