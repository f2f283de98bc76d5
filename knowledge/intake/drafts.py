"""Draft practices in the library's format as far as it can be filled, for a person to edit. Every passage is a quote.

A draft carries ``draft: true``, which no practice may have: it cannot get into the library as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from knowledge.intake.blocks import words_of
from knowledge.intake.values import ARTICLE_AUTHOR, Claim, Draft, Extract

Nearest = Callable[[str], tuple[str, float] | None]
"""The practice a text is near to and how near; None where none is near enough. The threshold is the callable's."""

_ADDED = "say in your own words what of this {} does not say yet, or take it out"
_LONGEST_QUOTE = 40
_LONGEST_ID = 60
_SECTIONS = (
    ("Summary", ("summary",), "two or three sentences of your own, 35 to 70 words, that answer by themselves"),
    ("When it fits", ("experience",), "2-4 bullets"),
    ("When it does not", ("limit",), "2-3 bullets"),
    ("Steps", ("step",), "3-8 numbered steps, each with a bold imperative, in your own words"),
    ("What to measure", (), "2-4 bullets: a number, how to count it, when to look"),
    ("Common mistakes", ("mistake",), "3-5 bullets: the mistake, then what to do instead"),
)


def drafts_of(extract: Extract, name: str, nearest: Nearest | None) -> tuple[Draft, ...]:
    """One new draft, and one addition for each practice that some of the claims are near to."""
    groups: dict[str | None, list[Claim]] = {}
    scores: dict[str | None, float] = {}
    for target, score, claim in _routed(extract, nearest):
        groups.setdefault(target, []).append(claim)
        scores[target] = max(score, scores.get(target, 0.0))
    return tuple(_draft(extract, name, target, tuple(claims), scores[target]) for target, claims in groups.items())


def _routed(extract: Extract, nearest: Nearest | None) -> list[tuple[str | None, float, Claim]]:
    """The article goes where it is near as a whole; a comment's claim may be near to another practice."""
    whole = nearest(_gist(extract)) if nearest and extract.claims else None
    home: tuple[str | None, float] = whole or (None, 0.0)
    found: list[tuple[str | None, float, Claim]] = []
    for claim in extract.claims:
        is_articles = claim.author == (extract.author or ARTICLE_AUTHOR)
        near = None if is_articles or nearest is None else nearest(claim.text)
        target, score = near or home
        found.append((target, score, claim))
    return found


def _gist(extract: Extract) -> str:
    return f"{extract.title}. {' '.join(extract.article.split()[:200])}"


def _draft(extract: Extract, name: str, target: str | None, claims: tuple[Claim, ...], score: float) -> Draft:
    title = extract.title or re.sub(r"\.\w{1,5}$", "", name)
    own = f"{target}-addition" if target else slug(title)
    markdown = "\n".join([*_front(extract, name, own, title, target), "", *_body(claims, _key(extract), target), ""])
    return Draft(own[:_LONGEST_ID].strip("-"), title, markdown, claims, target, score if target else None)


def _front(extract: Extract, name: str, own: str, title: str, target: str | None) -> list[str]:
    lines = ["---", "draft: true", f"id: {own}", f"title: {_quoted(title)}  # TODO: an imperative a reader recognizes"]
    if target:
        lines.append(f"adds_to: {target}")
    else:
        lines += [
            "topic: TODO",
            "stage: TODO",
            "audience: [TODO]",
            "kind: TODO",
            "owners: [TODO, TODO]",
            "review_by: TODO",
            "related: [TODO]",
            "questions:",
            "  - TODO",
        ]
    said = extract.title or name
    return [
        *lines,
        "sources:",
        f"  {_key(extract)}:",
        f"    title: {_quoted(said)}",
        f"    publisher: {_quoted(extract.author) if extract.author else 'TODO'}",
        f"    year: {extract.year or 'TODO'}",
        f"    url: {_quoted(extract.url) if extract.url else 'TODO'}",
        "    basis: experience",
        f"    imported_from: {_quoted(name)}",
        "---",
    ]


def _body(claims: Sequence[Claim], key: str, target: str | None) -> list[str]:
    lines: list[str] = []
    for heading, kinds, wanted in _SECTIONS:
        said = [claim for claim in claims if claim.kind in kinds]
        if said or not target:
            lines += [f"## {heading}", "", f"TODO: {_ADDED.format(target) if target else wanted}.", ""]
        for claim in said:
            lines += [_as_quote(claim, key), ""]
    return lines[:-1]


def _as_quote(claim: Claim, key: str) -> str:
    """One quoted sentence, who said it, who says the same. Long ones are cut, and the cut is shown."""
    words = claim.text.split()
    text = " ".join(words[:_LONGEST_QUOTE]) + (" […]" if len(words) > _LONGEST_QUOTE else "")
    people = "1 person" if claim.support == 1 else f"{claim.support} people"
    names = ", ".join(_inert(name) for name in claim.supporters)
    return f"> “{_inert(text)}” ({_inert(claim.author)}; said by {people}: {names}) [^{key}]"


def _inert(text: str) -> str:
    """Without line breaks and marks that markdown would take for its own."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", " ".join(text.split())).replace("\\[…\\]", "[…]")


def _key(extract: Extract) -> str:
    first = words_of(extract.author or extract.title)
    name = slug(" ".join(first[-1:] if extract.author else first[:2])) or "source"
    return f"{name}-{extract.year}" if extract.year else name


def slug(text: str) -> str:
    """Words joined by hyphens, as ids are; ``imported`` where nothing is left."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    kept = [
        word for word in words if word not in {"the", "a", "an", "of", "to", "and", "in", "for", "on", "is"}
    ] or words
    return "-".join(kept[:6])[:_LONGEST_ID].strip("-") or "imported"


def _quoted(text: str) -> str:
    """As YAML reads it: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)
