"""How much of what was wanted of an answer it says: the share of key points that one of its sentences carries.

A key point counts as said where the cosine between it and some sentence of the answer, by the published MiniLM
vectors, is at least ``SAID``. That is lenient, so two other figures stand beside it: the same of the answers in another
order (each question with the answer to another one), and of one fixed good text, the floor. What all sentences of
the right practice say together is the most that an answer from it could.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge.embedder import MiniLM
from knowledge.library import Library
from knowledge.reading import Vectors
from knowledge.splitter import as_document

if TYPE_CHECKING:
    from answers import Graded

SAID = 0.5
"""Fixed before any answer was measured."""
FLOOR = (
    "Start small, with one project that has an owner, a date and a goal. Agree with your sponsor what success is and "
    "write it down on one page. Ask legal and security once, before you begin. Give the people who do the work credit. "
    "Note today's numbers, so that a change can be shown. Test one thing at a time and look at the figures every two "
    "weeks. Answer people politely and within a working day. Keep what works, stop what does not, and tell others what "
    "you learned."
)
"""Good advice in general, for no question in particular."""


def coverage(found: Sequence[Graded], reader: MiniLM, library: Library) -> dict[str, float]:
    """Percent of key points said: by our answers, by the same answers in another order, by the floor, by all that the
    right practice holds.
    """
    asked = [each for each in found if each.line.key_points]
    if not asked:
        return {}
    points = [_vectors(reader, each.line.key_points) for each in asked]
    answers = [_vectors(reader, sentences(each.words)) for each in asked]
    floor = _vectors(reader, sentences(FLOOR))
    right = [library.practices[each.line.practices[0]] for each in asked]
    whole = [_vectors(reader, sentences("\n".join(as_document(practice).paragraphs))) for practice in right]
    return {
        "key points said": _share(points, answers),
        "key points said by another answer": _share(points, [answers[place] for place in _others(asked)]),
        "key points said by the floor": _share(points, [floor] * len(asked)),
        "key points said by the whole practice": _share(points, whole),
    }


def sentences(text: str) -> list[str]:
    """Without marks, headings and addresses of sources."""
    body = re.sub(r"^\[\d+\] .*\n?", "", text, flags=re.MULTILINE)
    parts = re.split(r"(?<=[.!?:])\s+|\n+", re.sub(r"\s?\[\d+\]", "", body))
    return [part for part in parts if len(part.split()) > 2] or [body]


def _vectors(reader: MiniLM, texts: Sequence[str]) -> Vectors:
    return reader.passages(texts)[0]


def _share(points: Sequence[Vectors], answers: Sequence[Vectors]) -> float:
    said = [np.mean((one @ other.T).max(axis=1) >= SAID) for one, other in zip(points, answers, strict=True)]
    return round(100 * float(np.mean(said)), 1)


def _others(asked: Sequence[Graded]) -> list[int]:
    """For each question the place of one that another practice answers."""
    chance = random.Random(7)  # noqa: S311  # the same order every time
    places = list(range(len(asked)))

    def other(place: int) -> int:
        right = set(asked[place].line.practices)
        return chance.choice([each for each in places if right.isdisjoint(asked[each].line.practices)])

    return [other(place) for place in places]
