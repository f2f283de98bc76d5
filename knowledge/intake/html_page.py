"""A web page as blocks, each with what the markup tells of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from knowledge.errors import DocumentUnusable
from knowledge.intake import hints
from knowledge.intake.blocks import Block, BlockKind, Page, Role, Zone, tidy
from knowledge.intake.furniture import is_comment_tool
from knowledge.intake.html_elements import BLOCKS, HEADINGS, SILENT, Element, name_of, parsed, visible_text
from knowledge.intake.html_tables import table_row
from knowledge.intake.html_tree import Tree, measured

_FOREIGN_TO_COMMENTS = frozenset({"advert", "cookie notice", "newsletter box", "hidden", "share buttons", "biography"})
"""Other names that mean noise in a page are those of a comment's own parts: its footer, its meta line, its author."""
_YEAR = re.compile(r"\b(?:19[89]\d|20\d\d)\b")


_APART = frozenset({"a", "span", "button", "label", "small", "time"})
"""Neighbours of one tag that touch in the source are set apart by the style sheet."""


@dataclass(slots=True)
class _Place:
    """Where the walk is, as far as it colours the words found there."""

    reason: str = ""
    zone: Zone = ""
    unit: int | None = None
    role: Role = ""
    is_link: bool = False
    is_typed: bool = False
    """Inside ``pre``, where line breaks count."""
    kind: BlockKind = "text"


@dataclass(slots=True)
class _Running:
    """The block being gathered, and noise cut out of the middle of it."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    links: int = 0
    aside: list[Block] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not any(text.strip() for text, _ in self.pieces)


def read_html(markup: str, name: str) -> Page:
    """Raises DocumentUnusable where the page has no element at all."""
    root = parsed(markup)
    if root is None:
        raise DocumentUnusable(f"{name} is an empty page: open it in a browser, save it whole and import that.")
    blocks = _Walk(measured(root)).blocks()
    for block in blocks:
        block.zone = block.zone or "outside"
    return Page(blocks, _title(root), _meta(root, "author"), _address(root), _year(root))


class _Walk:
    """Goes through the tree once, without recursion: pages nest as deep as they please."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: list[Block] = []
        self._running = _Running()
        self._regions = set(tree.regions)

    def blocks(self) -> list[Block]:
        stack: list[tuple[Element, _Place, bool]] = [(self._tree.root, _Place(), False)]
        while stack:
            element, place, is_leaving = stack.pop()
            if is_leaving:
                self._leave(element, place)
            elif isinstance(element.tag, str) and element.tag not in SILENT:
                if (inner := self._enter(element, place)) is not None:
                    stack.append((element, place, True))
                    stack.extend((child, inner, False) for child in reversed(element))
            else:
                self._say(element.tail, place)
        self._flush(_Place())
        return self._found

    def _enter(self, element: Element, place: _Place) -> _Place | None:
        """The place inside; None where the element was taken whole."""
        inner = self._inside(element, place)
        if inner.reason and not place.reason and not self._running.is_empty and self._is_inline(element):
            self._take_aside(element, inner, place)
            return None
        if self._stands_apart(element, inner, place):
            self._flush(place)
        if inner.zone == "article" and not inner.reason and (row := table_row(element)):
            self._found.append(Block(row, "row", zone="article"))
            return None
        if (
            element.tag in _APART
            and (before := element.getprevious()) is not None
            and before.tag == element.tag
            and not (before.tail or "")
        ):
            self._running.pieces.append((" ", False))
        if element.tag == "br":
            self._running.pieces.append(("\n", False))
        if element.tag == "a" and not self._running.is_empty and not is_comment_tool(visible_text(element)):
            self._running.links += 1  # the one that stands first is a name's
        self._say(element.text, inner)
        return inner

    def _leave(self, element: Element, place: _Place) -> None:
        inner = self._inside(element, place)
        if self._stands_apart(element, inner, place):
            self._flush(inner)
        self._say(element.tail, place)

    def _stands_apart(self, element: Element, inner: _Place, place: _Place) -> bool:
        """Whether its words are a block of their own: by its tag, as another comment, or as a name or date in one."""
        return (
            element.tag in BLOCKS or inner.unit != place.unit or (inner.zone == "comment" and self._role(element) != "")
        )

    def _inside(self, element: Element, place: _Place) -> _Place:
        tree = self._tree
        zone: Zone = place.zone
        if element is tree.container and zone == "":
            zone = "article"
        if element in self._regions:
            zone = "comment"
        unit = tree.units.get(element, place.unit)
        reason = place.reason or tree.noise.get(element, "")
        role = place.role
        if zone == "comment":
            role = cast(Role, self._role(element)) or place.role
            reason = reason if reason in _FOREIGN_TO_COMMENTS and not role else ""
        return _Place(
            reason,
            zone,
            unit,
            role,
            place.is_link or element.tag == "a",
            place.is_typed or element.tag == "pre",
            _kind(element, place.kind),
        )

    def _role(self, element: Element) -> str:
        if element in self._tree.units or element in self._regions:
            return ""
        if element.tag == "time":
            return "date"
        if element.tag == "cite":
            return "author"
        named = hints.role(name_of(element))
        return named if named and len(visible_text(element)) <= 80 else ""

    def _is_inline(self, element: Element) -> bool:
        above = element.getparent()
        return element.tag not in BLOCKS or (
            above is not None and above.tag in ("p", "span", "b", "strong", "em", "i", "font")
        )

    def _take_aside(self, element: Element, inner: _Place, place: _Place) -> None:
        self._running.aside.append(
            Block(visible_text(element), reason=inner.reason, zone=inner.zone, unit=inner.unit, linked=1.0)
        )
        self._running.pieces.append((" ", False))
        self._say(element.tail, place)

    def _say(self, text: str | None, place: _Place) -> None:
        if text:
            self._running.pieces.append((text if place.is_typed else re.sub(r"\s+", " ", text), place.is_link))

    def _flush(self, place: _Place) -> None:
        running, self._running = self._running, _Running()
        whole = "".join(text for text, _ in running.pieces)
        linked = sum(len(text.strip()) for text, is_link in running.pieces if is_link)
        shown = max(1, sum(len(text.strip()) for text, _ in running.pieces))
        # Old pages part their paragraphs by two line breaks.
        for text in re.split(r"\n\s*\n", whole):
            if tidied := tidy(text):
                self._found.append(
                    Block(
                        tidied,
                        place.kind,
                        linked / shown,
                        running.links,
                        place.reason,
                        place.zone,
                        place.unit,
                        place.role,
                    )
                )
        self._found.extend(running.aside)


def _kind(element: Element, above: BlockKind) -> BlockKind:
    if element.tag in HEADINGS:
        return "heading"
    if element.tag in ("li", "dt", "dd"):
        return "item"
    return "quote" if element.tag == "blockquote" else above


def _meta(root: Element, *names: str) -> str:
    for meta in root.iter("meta"):
        if (meta.get("name") or meta.get("property") or "").lower() in names and meta.get("content"):
            return tidy(str(meta.get("content"))).replace("\n", " ")[:300]
    return ""


def _title(root: Element) -> str:
    """The headline that the page's own title repeats; else the longest part of that title, without the site's name."""
    called = _meta(root, "og:title") or next((_shown_in_title(one) for one in root.iter("title")), "")
    headlines = [text for one in root.iter("h1", "h2", "h3") if 0 < len(text := visible_text(one)) <= 300]
    named = [text for text in headlines if text.lower() in called.lower()]
    if named:
        return max(named, key=len)
    if len(first := [text for one in root.iter("h1") if (text := visible_text(one))]) == 1 and not called:
        return first[0][:300]
    return max(re.split(r"\s+(?:[|»«·—–]|-+)\s+|:{2,}|\s»\s", called), key=lambda part: len(part.split()))[:300].strip()


def _shown_in_title(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _address(root: Element) -> str:
    found = next((link.get("href") or "" for link in root.iter("link") if link.get("rel") == "canonical"), "") or _meta(
        root, "og:url"
    )
    return found if re.fullmatch(r"https?://\S{4,590}", found) else ""


def _year(root: Element) -> int | None:
    said = _meta(root, "article:published_time", "date", "dc.date", "pubdate", "datepublished")
    found = _YEAR.search(said)
    return int(found[0]) if found else None
