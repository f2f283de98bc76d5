"""Lines that are no sentences: which of them is the headline, which the site's name, and which are a menu."""

from __future__ import annotations

import re

from knowledge.intake.attribution import attribution, date_line
from knowledge.intake.blocks import Block, flat, words_of
from knowledge.intake.furniture import is_sentence
from knowledge.intake.sentences import sentences

Marked = list[tuple[Block, str]]
"""Blocks with the reason why each is dropped; empty for those that stay."""

_SHORT, _RUN = 14, 3
_ENDED = re.compile(r"[.!?…:;。！？][\"'”’)\]]*$")


def without_runs(marked: Marked) -> Marked:
    """Three short lines in a row that are no sentences and no list are a menu or a list of other posts."""
    found = list(marked)
    run: list[int] = []
    for place, (block, reason) in enumerate([*marked, (Block(""), "")]):
        if not reason and block.text and _is_label(block):
            run.append(place)
        elif not reason:
            _end_run(found, run)
            run = []
    return found


def _is_label(block: Block) -> bool:
    if block.kind in ("heading", "quote", "row") or _ENDED.search(block.text):
        return False
    limit = 4 if block.kind == "item" and not block.linked else _SHORT
    return len(words_of(block.text)) <= limit


def _end_run(found: Marked, run: list[int]) -> None:
    kinds = {found[place][0].kind for place in run}
    if len(run) < _RUN or (
        kinds == {"item"} and not any(found[place][0].linked for place in run) and _is_listed(found, run)
    ):
        return
    last = run[-1]
    has_text_below = last + 1 < len(found)
    # The last line of a run above a paragraph is its heading.
    for place in run[:-1] if has_text_below and found[last][0].kind == "text" and not found[last][0].linked else run:
        longest = len(words_of(found[place][0].text))
        found[place] = (found[place][0], "menu" if longest <= 3 else "related links")


def _is_listed(found: Marked, run: list[int]) -> bool:
    """Whether short items follow a sentence that announces them."""
    before = next((found[place][0].text for place in range(run[0] - 1, -1, -1) if not found[place][1]), "")
    return before.endswith(":") or is_sentence(before)


def title_of(marked: Marked, said: str) -> str:
    """What the document calls itself, else its first heading, else a first line that is no sentence."""
    if said:
        return said
    kept = [block for block, reason in marked if not reason]
    heading = next((block for block in kept[:6] if block.kind == "heading"), None)
    if heading:
        return flat(heading.text)
    labels = _labels_on_top(marked)
    return flat(labels[-1].text) if labels else ""


def _labels_on_top(marked: Marked) -> list[Block]:
    """Lines above the byline, or above the first paragraph, that are no sentences: the site's name and the headline."""
    labels: list[Block] = []
    for block, reason in marked:
        if labels and (reason == "byline" or (not reason and _is_dated(block))):
            break
        if reason or _is_dated(block):
            continue
        if len(block.text) > 160 or _is_paragraph(block.text):
            break
        labels.append(block)
    return labels


def _is_dated(block: Block) -> bool:
    return bool(date_line(flat(block.text))) or bool(
        len(block.text) < 160 and (said := attribution(flat(block.text))) and said.date
    )


def without_site_name(marked: Marked, title: str) -> Marked:
    """Labels above the headline: the site's name, a rubric."""
    labels = _labels_on_top(marked)
    above: list[Block] = []
    for block in labels:
        if flat(block.text) == title:
            return [(one, "boilerplate" if any(one is other for other in above) else reason) for one, reason in marked]
        above.append(block)
    return marked


def _is_paragraph(text: str) -> bool:
    return bool(re.search(r"[.;:…]$", text)) or len(sentences(text)) > 1
