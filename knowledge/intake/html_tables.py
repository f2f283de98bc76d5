"""Tables that hold data, told from those that only lay out a page."""

from __future__ import annotations

from knowledge.intake.attribution import has_cue
from knowledge.intake.html_elements import BLOCKS, Element, visible_text

_CELLS = frozenset({"td", "th"})
_LONGEST_CELL = 120
_FEWEST = 2


def table_row(element: Element) -> str:
    """The cells of a row of data, parted by bars; empty for anything else."""
    if element.tag != "tr":
        return ""
    cells = [cell for cell in element if cell.tag in _CELLS]
    if len(cells) < _FEWEST or not all(_is_plain(cell) for cell in cells):
        return ""
    texts = [visible_text(cell) for cell in cells]
    if sum(map(bool, texts)) < _FEWEST or max(map(len, texts)) > _LONGEST_CELL or has_cue(" ".join(texts)):
        return ""
    return " | ".join(texts)


def _is_plain(cell: Element) -> bool:
    """Nothing but words: layouts nest blocks, break lines, and are full of links."""
    return not any(
        inner is not cell and (inner.tag in BLOCKS or inner.tag in ("br", "a", "img")) for inner in cell.iter()
    )
