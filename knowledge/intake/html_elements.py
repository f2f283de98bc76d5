"""HTML parsed: its elements, what they are called and what they show.

lxml never loads anything here. libxml2 reads no further where elements nest deeper than 2048: long threads do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

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


def parsed(markup: str) -> Element | None:
    """The root element; None where there is none."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True, huge_tree=True
    )
    try:
        return etree.fromstring(markup.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None


def name_of(element: Element) -> str:
    """Class, id, role and item properties, as one text."""
    names = (element.get(key) or "" for key in ("class", "id", "role", "itemprop", "data-component", "data-testid"))
    return " ".join(name for name in names if name)[:1000]


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
    stack: list[Any] = [element]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            pieces.append(one)
        elif isinstance(one.tag, str) and one.tag not in SILENT:
            pieces.append(one.text or "")
            for child in reversed(one):
                stack += [child.tail or "", child]
    return " ".join(" ".join(pieces).split())
