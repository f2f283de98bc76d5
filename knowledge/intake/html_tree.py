"""A parsed page measured: which of its elements are noise, where article and comments lie.

Our own and no readability library: those give the article and throw the rest away, while an import has to say what it
left out and why, and who said what.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from knowledge.intake import hints
from knowledge.intake.html_elements import BLOCKS, Element, elements, name_of
from knowledge.intake.html_regions import regions_of, units_of

_BY_TAG = {
    "nav": "menu",
    "aside": "boilerplate",
    "footer": "boilerplate",
    "figcaption": "picture caption",
    "button": "boilerplate",
    "menu": "menu",
    "dialog": "boilerplate",
    "label": "boilerplate",
    "ins": "",
}
_BY_ROLE = {
    "navigation": "menu",
    "banner": "menu",
    "search": "boilerplate",
    "contentinfo": "boilerplate",
    "dialog": "boilerplate",
    "complementary": "boilerplate",
    "alertdialog": "boilerplate",
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LINKED = frozenset({"a"})
MOST_IN_NOISE = 0.4
"""Share of a page's prose above which an element is no noise, whatever it is called."""
_HELD = 0.8
_LONG_TEXT = 25


@dataclass(slots=True)
class Tree:
    """A parsed page. ``prose`` is the number of characters of running text in each element that has any."""

    root: Element
    prose: dict[Element, int] = field(default_factory=dict)
    noise: dict[Element, str] = field(default_factory=dict)
    regions: list[Element] = field(default_factory=list)
    units: dict[Element, int] = field(default_factory=dict)
    container: Element | None = None


def measured(root: Element) -> Tree:
    """The page with everything told that its markup tells."""
    tree = Tree(root)
    tree.regions = regions_of(root)
    inside = {element for region in tree.regions for element in region.iter()}
    tree.prose = _prose(root, inside)
    _mark_noise(tree)
    _mark_units(tree)
    tree.container = _container(tree, inside)
    return tree


def _prose(root: Element, skip: set[Element]) -> dict[Element, int]:
    found: Counter[Element] = Counter()
    ordered = list(elements(root))
    linked: set[Element] = set()
    for element in ordered:
        parent = element.getparent()
        if element.tag in _LINKED or parent in linked:
            linked.add(element)
        if element in skip:
            continue
        texts = [] if element in linked else [element.text]
        texts += [] if element in linked else [child.tail for child in element]
        found[element] += sum(len(text) for text in texts if text and len(text.strip()) >= _LONG_TEXT)
    for element in reversed(ordered):
        parent = element.getparent()
        if parent is not None and found[element]:
            found[parent] += found[element]
    return {element: count for element, count in found.items() if count}


def _mark_noise(tree: Tree) -> None:
    whole = tree.prose.get(tree.root, 0)
    around = {one for region in tree.regions for one in (region, *region.iterancestors())}
    for element in elements(tree.root):
        if element.tag in ("html", "body"):
            continue
        reason = _reason(element)
        holds = tree.prose.get(element, 0)
        is_most = whole > 0 and holds > MOST_IN_NOISE * whole
        if reason and not is_most and element not in around and not _holds_headline(element, reason):
            tree.noise[element] = reason


def _reason(element: Element) -> str:
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return "hidden"
    if element.get("aria-hidden") == "true" and element.tag in BLOCKS:
        return "hidden"
    name = name_of(element)
    by_name = hints.noise(name) if name else ""
    if by_name == "boilerplate" and hints.is_wrapper(name):
        by_name = ""
    if element.tag == "a" and by_name not in ("share buttons", "advert"):
        return ""
    return by_name or _BY_ROLE.get(element.get("role") or "", "") or _BY_TAG.get(str(element.tag), "")


def _holds_headline(element: Element, reason: str) -> bool:
    """A masthead may hold the headline; an advert's own headline is none."""
    return reason in ("menu", "boilerplate", "byline") and any(True for _ in element.iter("h1"))


def _mark_units(tree: Tree) -> None:
    number = 0
    for region in tree.regions:
        for element in units_of(region):
            tree.units[element] = number
            number += 1


def _container(tree: Tree, inside_comments: set[Element]) -> Element | None:
    """The deepest element that holds nearly all prose that is not noise."""
    clean: Counter[Element] = Counter(tree.prose)
    for element in tree.noise:
        if any(above in tree.noise for above in element.iterancestors()) or element in inside_comments:
            continue
        for above in element.iterancestors():
            clean[above] -= tree.prose.get(element, 0)
        clean[element] = 0
    here = tree.root
    while True:
        inner = max(here, key=lambda one: clean[one], default=None)
        if (
            inner is None
            or clean[inner] < _HELD * clean[here]
            or inner.tag not in BLOCKS
            or inner.tag in ("p", "blockquote", "pre", "li")
        ):
            return here
        here = inner
