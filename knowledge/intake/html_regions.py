"""Where in a page the comments lie, and which elements hold one comment each."""

from __future__ import annotations

import re

from knowledge.intake import hints
from knowledge.intake.attribution import attribution, date_line, has_cue
from knowledge.intake.furniture import is_comments_heading
from knowledge.intake.html_elements import BLOCKS, HEADINGS, Element, elements, name_of, visible_text


def regions_of(root: Element) -> list[Element]:
    """The outermost elements that are called comments, without those that hold the article as well."""
    found: list[Element] = []
    taken: set[Element] = set()
    for element in elements(root):
        if element.getparent() in taken:
            taken.add(element)
        elif element.tag in BLOCKS and element.tag not in ("html", "body", "main") and _is_region(element):
            found.append(element)
            taken.add(element)
    return found


def _is_region(element: Element) -> bool:
    name = name_of(element)
    if not name or not (
        hints.is_comment_region(name) or (hints.is_comment(name) and element.tag in ("li", "div", "article", "dl"))
    ):
        return False
    if any(True for _ in element.iter("h1")):
        return False
    return not any(
        is_comments_heading(visible_text(inner)) and _follows_prose(inner, element) for inner in element.iter(*HEADINGS)
    )


def _follows_prose(heading: Element, region: Element) -> bool:
    """Whether so much stands above the heading of the comments that it must be the article."""
    above = 0
    for element in elements(region):
        if element is heading:
            return above > 1200
        above += len((element.text or "").strip())
    return False


def units_of(region: Element) -> list[Element]:
    """The elements that each hold one comment: those of one make whose own text names a person or a date most often."""
    if (
        region.tag in ("li", "article")
        and hints.is_comment(name_of(region))
        and not hints.is_comment_region(name_of(region))
    ):
        return [element for element in elements(region) if _make(element) == _make(region)]
    groups: dict[tuple[str, ...], list[Element]] = {}
    for element in elements(region):
        if element is not region and element.tag in BLOCKS and element.tag not in HEADINGS:
            groups.setdefault(_make(element), []).append(element)
    best: list[Element] = []
    most = (0.0, 0)
    for group in groups.values():
        cues = sum(_names_someone(element) for element in group)
        likely = cues * (1.5 if hints.is_comment(name_of(group[0])) else 1.0)
        size = sum(len(visible_text(element)) for element in group) if cues else 0
        if cues * 2 > len(group) and (likely, size) > most:
            best, most = group, (likely, size)
    return [] if len(best) == 1 and _speakers(best[0]) > 1 else best


def _is_head(text: str) -> bool:
    """Nothing but a name or a date: the head of a comment without its words."""
    said = attribution(text)
    return bool(date_line(text)) or (said is not None and not said.body)


def _speakers(element: Element) -> int:
    """How many lines inside say who speaks: more than one, and the element is no comment but a list of them."""
    leaves = (one for one in elements(element) if one.tag in BLOCKS and not any(child.tag in BLOCKS for child in one))
    return sum(attribution(visible_text(leaf)) is not None for leaf in leaves)


def _make(element: Element) -> tuple[str, ...]:
    tokens = sorted(re.sub(r"[\d_-]+", "-", token) for token in (element.get("class") or "").split())
    kept = [
        token
        for token in tokens
        if not re.search(r"odd|even|alt|depth|level|author|byuser|first|last|parent|highlight", token)
    ]
    return (str(element.tag), *kept)


def _names_someone(element: Element) -> bool:
    """Whether the element has words of a comment and a person or date beside them."""
    text = visible_text(element)
    if len(text) < 12 or _is_head(text):
        return False
    roles = {hints.role(name_of(inner)) for inner in element.iter() if isinstance(inner.tag, str)} - {""}
    is_timed = any(True for _ in element.iter("time"))
    return bool(roles) or is_timed or has_cue(text[:200]) or has_cue(text[-120:])
