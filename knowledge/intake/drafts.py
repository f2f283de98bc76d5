"""Draft practices in the library's format as far as it can be filled, for a person to edit. Every passage is a quote.

A draft carries ``draft: true``, which no practice may have: it cannot get into the library as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from knowledge.drafting import FIELDS, SECTIONS, TITLE, TODO, Cited, front_matter, in_sections, quoted
from knowledge.intake.blocks import words_of
from knowledge.intake.values import ARTICLE_AUTHOR, Claim, Draft, Extract
from knowledge.practice import LONGEST_ID, with_tail

Nearest = Callable[[str], tuple[str, float] | None]
"""The practice a text is near to and how near; None where none is near enough. The threshold is the callable's."""

_ADDED = "say in your own words what of this {} does not say yet, or take it out"
_LONGEST_QUOTE = 40
_KINDS = {
    "Summary": "summary",
    "When it fits": "experience",
    "When it does not": "limit",
    "Steps": "step",
    "Common mistakes": "mistake",
}
"""The kind of claims that a section quotes."""


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
    own = with_tail(target, "-addition") if target else slug(title)
    markdown = in_sections(_front(extract, name, own, title, target), _said(claims, _key(extract), target))
    return Draft(own, title, markdown, claims, target, score if target else None)


def _front(extract: Extract, name: str, own: str, title: str, target: str | None) -> list[str]:
    fields = {"draft": "true", "id": own, "title": f"{quoted(title)}  # {TITLE}"}
    fields |= {"adds_to": target} if target else dict.fromkeys(FIELDS, TODO)
    publisher, url = extract.author or TODO, extract.url or TODO
    source = Cited(_key(extract), extract.title or name, publisher, extract.year, url, imported_from=name)
    return front_matter(fields, None if target else [], source)


def _said(claims: Sequence[Claim], key: str, target: str | None) -> dict[str, list[str]]:
    """The blocks of each section; an addition has only the sections to which it adds something."""
    found: dict[str, list[str]] = {}
    for heading, wanted in SECTIONS.items():
        quotes = [_as_quote(claim, key) for claim in claims if claim.kind == _KINDS.get(heading)]
        if quotes or not target:
            found[heading] = [f"{TODO}: {_ADDED.format(target) if target else wanted}.", *quotes]
    return found


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
    return "-".join(kept[:6])[:LONGEST_ID].strip("-") or "imported"
