"""The skeleton of a practice for somebody to complete: what is known filled in, what is missing marked TODO."""

from __future__ import annotations

import json
from datetime import date, timedelta

TODO = "TODO"
"""Marks what a person has to write; no practice is published while it stands in it."""
_SKELETON = """---
id: {id}
title: {title}
topic: {todo}
stage: pilot
audience: [middle manager]
kind: technique
relationships: [unit, chapter, dealer, agent, franchise, region]
owners: [{todo} role, {todo} role]
review_by: {review_by}
related: [{related}]
questions:
{questions}
sources:
  {key}:
    title: {source}
    publisher: {publisher}
    year: {year}
    url: {url}
    basis: experience
---

## Summary

{summary}

## When it fits

- {todo}

## When it does not

- {todo}

## Steps

{steps}

## What to measure

- {todo}

## Common mistakes

- {todo}
- {todo}
"""


def draft_of_reply(practice_id: str, question: str, reply: str, today: date) -> str:
    """Markdown for a new practice from a question and an expert's reply to it."""
    asked = " ".join(question.split())
    return skeleton(
        practice_id,
        title=f"{TODO}: an imperative a reader recognizes",
        questions=[asked] if asked else [],
        summary=f"{' '.join(reply.split())} [^expert]",
        key="expert",
        source=f"Reply of our expert, {today.year}",
        publisher="Our own experts",
        url=f"https://{TODO.lower()}.invalid/",
        today=today,
    )


def blank(practice_id: str, today: date) -> str:
    """Markdown for a new practice of which nothing is known yet."""
    return skeleton(
        practice_id, title=f"{TODO}: an imperative a reader recognizes", questions=[], summary=TODO, key="source",
        source=TODO, publisher=TODO, url=f"https://{TODO.lower()}.invalid/", today=today,
    )


def skeleton(
    practice_id: str, *, title: str, questions: list[str], summary: str, key: str, source: str, publisher: str,
    url: str, today: date, steps: list[str] | None = None, related: str = TODO.lower(),
) -> str:
    """Markdown in the library's format. Whatever is not given says TODO."""
    asked = questions + [f"{TODO}: as people type it"] * max(0, 6 - len(questions))
    listed = steps or [f"**{TODO}.** {TODO}"] * 3
    return _SKELETON.format(
        id=practice_id, title=_quoted(title), todo=TODO, review_by=today + timedelta(days=365), related=related,
        questions="\n".join(f"  - {_quoted(question)}" for question in asked), key=key, source=_quoted(source),
        publisher=_quoted(publisher), year=today.year, url=url, summary=summary,
        steps="\n".join(f"{number}. {step}" for number, step in enumerate(listed, start=1)),
    )


def unfinished(body: str) -> bool:
    """Whether something is still to be written."""
    return TODO in body


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
