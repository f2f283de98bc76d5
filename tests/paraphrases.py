"""Answers in a careful writer's words, with the passages they were written from, for tests of what may be said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.answers import Answer, Citation, Listing, Outcome, Part, Point
from knowledge.practice import Source


@dataclass(frozen=True)
class Paraphrase:
    """A question, the composed answer from one practice, and ``text``: that answer in other words."""

    practice: str
    question: str
    text: str
    composed: Answer


def composed(practice: str, lang: str = "en") -> Answer:
    """The composed answer from one practice."""
    [found] = (written.composed for written in PARAPHRASES if written.practice == practice)
    return Answer(found.outcome, parts=found.parts, citations=found.citations, confidence=found.confidence, lang=lang)


def _read(row: dict[str, Any]) -> Paraphrase:
    given = row["passages"]
    steps = tuple(Point(lead, text) for lead, _, text in (step.partition("|") for step in given["steps"]))
    lists = (Listing("Steps", steps, numbered=True), Listing("What to watch", (Point("", given["watch"]),)))
    part = Part(row["practice"], row["title"], given["lead"], lists)
    cited = Citation(row["practice"], row["title"], tuple(_source(place, name) for place, name in enumerate(row["sources"])))
    answer = Answer(Outcome.ANSWERED, parts=(part,), citations=(cited,), confidence=0.9)
    return Paraphrase(row["practice"], row["question"], row["answer"].strip(), answer)


def _source(place: int, publisher: str) -> Source:
    return Source(key=f"s{place}", title=publisher, publisher=publisher, url=f"https://example.org/{place}")


PARAPHRASES = tuple(map(_read, yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))))
