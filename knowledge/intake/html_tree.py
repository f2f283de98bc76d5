"""HTML parsed and measured: the tree, which of its elements are noise, where article and comments lie.

Our own and no readability library: those give the article and throw the rest away, while an import has to say what it left
out and why, and who said what. lxml never loads anything, and libxml2 refuses to nest deeper than 256 elements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from knowledge.intake import hints
from knowledge.intake.attribution import has_cue
from knowledge.intake.furniture import is_comments_heading

SILENT = frozenset(
    {
        "script",
        "style",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "select",
        "textarea",
        "head",
        "noscript",
        "audio",
        "video",
        "map",
        "datalist",
        "applet",
    }
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "button",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    }
)
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


def parsed(markup: str) -> Element | None:
    """The root element; None where there is none."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True)
    try:
        return etree.fromstring(markup.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None


def name_of(element: Element) -> str:
    """Class, id, role and item properties, as one text."""
    names = (element.get(key) or "" for key in ("class", "id", "role", "itemprop", "data-component", "data-testid"))
    return " ".join(name for name in names if name)[:1000]


def measured(root: Element) -> Tree:
    """The page with everything told that its markup tells."""
    tree = Tree(root)
    tree.regions = _regions(root)
    inside = {element for region in tree.regions for element in region.iter()}
    tree.prose = _prose(root, inside)
    _mark_noise(tree)
    _mark_units(tree)
    tree.container = _container(tree, inside)
    return tree


def elements(root: Element) -> Iterator[Element]:
    """Every visible element in document order, silent ones left out with what they hold."""
    stack = [root]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag in SILENT:
            continue
        yield element
        stack.extend(reversed(element))


def visible_text(element: Element) -> str:
    """What the element shows, its own silent parts left out."""
    pieces: list[str] = []
    for one in elements(element):
        pieces.append(one.text or "")
        pieces.extend(child.tail or "" for child in one)
    return " ".join(" ".join(pieces).split())


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
    for element in elements(tree.root):
        if element.tag in ("html", "body"):
            continue
        reason = _reason(element)
        holds = tree.prose.get(element, 0)
        is_most = whole > 0 and holds > MOST_IN_NOISE * whole
        holds_region = any(region is element or element in region.iterancestors() for region in tree.regions)
        if reason and not is_most and not holds_region and not _holds_headline(element, reason):
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


def _regions(root: Element) -> list[Element]:
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


def _mark_units(tree: Tree) -> None:
    number = 0
    for region in tree.regions:
        for element in _unit_elements(region):
            tree.units[element] = number
            number += 1


def _unit_elements(region: Element) -> list[Element]:
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
    return best


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
    if len(text) < 12:
        return False
    roles = {hints.role(name_of(inner)) for inner in element.iter() if isinstance(inner.tag, str)} - {""}
    is_timed = any(True for _ in element.iter("time"))
    return bool(roles) or is_timed or has_cue(text[:200]) or has_cue(text[-120:])


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
