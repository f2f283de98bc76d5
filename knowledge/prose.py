"""What the words of a practice are held to: figures sourced, tone, reading level, law dated, nothing written twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from knowledge.practice import CITATION, Practice, without_marks

LONGEST_STEP, LONGEST_SHORT_ANSWER = 60, 45
HARDEST = 45
"""The highest LIX of a whole practice; newspapers lie around 40, official texts above 50."""
RUN = 12
"""So many words in a row in two practices were copied."""
_FIGURE = re.compile(r"\d+(?:\.\d+)?\s?%|[$€£]\s?\d|\b(?:19|20)\d\d\b|\b\d{1,3}(?:,\d{3})+\b")
_OURS = re.compile(
    r"\bwe suggest|\bour (?:own )?(?:suggestion|proposal|limit)|\bexample\b|\bfor instance|last checked|\bsay[, ]",
    re.IGNORECASE,
)
_ORDERS = re.compile(r"(?<!\bif )\byou (?:must|are obliged to)\b", re.IGNORECASE)
CHECKED = re.compile(r"\blast checked (?:in )?[A-Z][a-z]+ 20\d\d", re.IGNORECASE)
LAWYER = re.compile(
    r"\b(?:ask|check with|see) (?:a |your |an employment )?(?:own )?(?:lawyer|legal|counsel)", re.IGNORECASE
)
_MARKUP = re.compile(r"\|[^|]*\||</?[A-Za-z][^<>]*>|<!--")
"""A table, or HTML: a practice is read out in many places, and none of them draws either."""
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def findings_in(practice: Practice) -> Iterator[str]:
    """One sentence for each thing that is wrong with the words of this practice."""
    for number, step in enumerate(practice.sections.steps, start=1):
        if not step.startswith("**"):
            yield f"step {number} does not start with a bold imperative"
        if len(without_marks(step).split()) > LONGEST_STEP:
            yield f"step {number} is longer than {LONGEST_STEP} words"
    for answer in practice.sections.short_answers:
        question, _, settles = answer.rpartition("**")
        if len(without_marks(settles).split()) > LONGEST_SHORT_ANSWER:
            yield f"a short answer is longer than {LONGEST_SHORT_ANSWER} words: “{question.lstrip('*')[:60]}…”"
    for text in practice.texts():
        if not practice.jurisdictions and practice.topic != "security" and _ORDERS.search(text):
            yield f"it orders where it may only suggest: “{text[:60]}…”"
        if markup := _MARKUP.search(text):
            yield f"it has a table or HTML, which no answer can show: “{text[markup.start():][:40]}…”; say it in words"
        yield from _unsourced(text)
    yield from _undated(practice)
    if (level := lix(" ".join(practice.texts()))) > HARDEST:
        yield f"it is hard to read (LIX {level:.0f}, {HARDEST} at most): shorten sentences and words"


def lix(text: str) -> float:
    """Björnsson's reading level (1968): words in a sentence, plus the share in per cent of words over six letters."""
    plain = without_marks(text).replace("**", "")
    words = _WORD.findall(plain)
    sentences = len(re.findall(r"[.!?](?=\s|$)", plain))
    long = sum(len(word) > 6 for word in words)
    return len(words) / max(sentences, 1) + 100 * long / max(len(words), 1)


def copied(practices: Sequence[Practice]) -> Iterator[tuple[str, str, str]]:
    """Pairs of practices that share a run of words, with the run; sentences on when the law was checked are exempt."""
    runs = {practice.id: _runs(practice) for practice in practices}
    for one, other in combinations(sorted(runs), 2):
        if shared := runs[one] & runs[other]:
            yield one, other, min(shared)


def _unsourced(text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text):
        figure = _FIGURE.search(sentence)
        if figure and not CITATION.search(sentence) and not _OURS.search(sentence):
            yield f"the figure {figure[0]} has no source: “{sentence[:70]}…”"


def _undated(practice: Practice) -> Iterator[str]:
    whole = " ".join(practice.texts())
    if practice.ages_fast and not CHECKED.search(whole):
        yield "it rests on law or on a product's features: say “Last checked MONTH YEAR”"
    if practice.jurisdictions and not LAWYER.search(whole):
        yield "it is about law and does not say to ask a lawyer"


def _runs(practice: Practice) -> set[str]:
    found: set[str] = set()
    for text in practice.texts():
        for sentence in re.split(r"(?<=[.!?])\s+", without_marks(text)):
            words = [] if CHECKED.search(sentence) or LAWYER.search(sentence) else _WORD.findall(sentence.lower())
            found.update(" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
    return found
