"""The article out of a document's blocks: what belongs to the page around it is dropped, with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from knowledge.intake.adverts import without_adverts
from knowledge.intake.attribution import attribution, date_line
from knowledge.intake.blocks import Block, flat, words_of
from knowledge.intake.furniture import (
    is_bio_heading,
    is_comments_heading,
    is_related_heading,
    is_sentence,
    looks_like_bio,
    reason_for,
)
from knowledge.intake.labels import Marked, title_of, without_runs, without_site_name
from knowledge.intake.values import Dropped

_EDGE_BLOCKS = 4
_BODY = 3
_NAME_WORDS = 5
_LEAD_WORDS = 12
_REFINED = frozenset({"", "outside", "boilerplate", "menu"})
_ENDED = re.compile(r"[.!?…:;。！？][\"'”’)\]]*$")


@dataclass(slots=True)
class Article:
    """Paragraphs in order; the byline's author and date as written."""

    title: str = ""
    author: str = ""
    date: str = ""
    paragraphs: list[Block] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def article_of(blocks: Sequence[Block], title: str, author: str = "") -> Article:
    """Everything that is not comments goes in; every word of it comes out as article or as dropped."""
    found = Article(author=author)
    marked = [(block, _outside(block)) for block in _lines_apart(blocks)]
    marked = _with_lead(marked, title)
    marked = _by_words(marked)
    marked = _after_headings(marked)
    marked = without_runs(marked)
    for block, reason in marked:
        if reason == "byline":
            _read_byline(found, block.text)
    marked = _without_bios(marked, found.author)
    found.title = title_of(marked, title)
    marked = _without_names(without_site_name(marked, found.title), found.title)
    for block, reason in marked:
        if reason:
            _drop(found, block, reason)
        else:
            _keep(found, block)
    _mend(found)
    _take_title_off(found)
    return found


def _lines_apart(blocks: Sequence[Block]) -> list[Block]:
    """A block of several lines is taken line by line where one of them is furniture."""
    found: list[Block] = []
    for block in blocks:
        lines = block.text.split("\n")
        if len(lines) > 1 and any(_is_furniture(line) for line in lines):
            found += [replace(block, text=line) for line in lines]
        else:
            found.append(block)
    return found


def _is_furniture(line: str) -> bool:
    return (
        bool(reason_for(Block(line)))
        or date_line(line) != ""
        or bool((said := attribution(line)) and said.date and not said.body)
    )


def _outside(block: Block) -> str:
    if block.reason:
        return block.reason
    if block.zone not in ("outside", ""):
        return ""
    return "outside" if block.zone == "outside" else ""


def _with_lead(marked: Marked, title: str) -> Marked:
    """Prose that stands outside the container of the article but between its headline and it."""
    first = next(
        (place for place, (block, reason) in enumerate(marked) if block.zone == "article" and not reason), len(marked)
    )
    head = next(
        (place for place, (block, _) in enumerate(marked[:first]) if title and flat(block.text) == title), first
    )
    found: Marked = []
    for place, (block, reason) in enumerate(marked):
        is_lead = head <= place < first and (
            (is_sentence(block.text) and len(words_of(block.text)) >= _LEAD_WORDS) or place == head
        )
        found.append((block, "" if reason == "outside" and is_lead else reason))
    return found


def _by_words(marked: Marked) -> Marked:
    found: Marked = []
    for block, reason in marked:
        if reason in _REFINED:
            told = reason_for(block) or ("biography" if reason == "boilerplate" and looks_like_bio(block.text) else "")
            if not told and is_comments_heading(block.text):
                told = "boilerplate"
            reason = told or (_around(block) if reason == "outside" else reason)
        found.append((block, reason))
    return found


def _around(block: Block) -> str:
    """For a block outside the article that no word gives away."""
    if looks_like_bio(block.text):
        return "biography"
    return "menu" if block.linked > 0.6 or len(words_of(block.text)) <= 3 else "boilerplate"


def _after_headings(marked: Marked) -> Marked:
    """Below *Related posts* and *About the author* everything is theirs, until prose of another kind begins."""
    found: Marked = []
    under, taken, prose = "", 0, 0
    for block, reason in marked:
        prose += not reason and is_sentence(block.text)
        if not reason and is_related_heading(block.text):
            under, taken, reason = "related links", 0, "related links"
        elif (not reason and is_bio_heading(block.text)) or (prose >= _BODY and _presents_writer(block)):
            under, taken, reason = "biography", 0, "biography"
        elif under and not reason:
            if _is_under(under, block, taken):
                reason, taken = under, taken + 1
            else:
                under = ""
        found.append((block, reason))
    return found


def _without_names(marked: Marked, title: str) -> Marked:
    """A few words between the headline and the line of the date are who wrote it."""
    found = list(marked)
    has_headline = False
    for place, (block, reason) in enumerate(marked[:-1]):
        has_headline = has_headline or (not reason and (block.kind == "heading" or flat(block.text) == title))
        is_short = len(words_of(block.text)) <= _NAME_WORDS and block.kind == "text" and not _ENDED.search(block.text)
        if has_headline and not reason and is_short and flat(block.text) != title and marked[place + 1][1] == "byline":
            found[place] = (block, "byline")
    return found


def _presents_writer(block: Block) -> bool:
    """``Written by Dana`` as a heading below the article."""
    return block.kind == "heading" and bool(re.match(r"(?:written|posted|published) by ", block.text, re.IGNORECASE))


def _is_under(under: str, block: Block, taken: int) -> bool:
    if block.kind == "heading" and taken:
        return False
    words = len(words_of(block.text))
    if under == "biography":
        return taken < 1 or looks_like_bio(block.text) or words < 12
    return (
        taken < 12 and words <= 18 and (not _ENDED.search(block.text) or block.linked > 0.3 or block.text.endswith("?"))
    )


def _without_bios(marked: Marked, author: str) -> Marked:
    """A person is presented at the edge of an article, never in its middle."""
    kept = [place for place, (_, reason) in enumerate(marked) if not reason]
    found = list(marked)
    for place in {*kept[:_EDGE_BLOCKS], *kept[-_EDGE_BLOCKS:]}:
        block = marked[place][0]
        if author and flat(block.text).lower() == author.lower():
            found[place] = (block, "byline")
        elif block.kind != "heading" and looks_like_bio(block.text, author):
            found[place] = (block, "biography")
    return found


def _drop(found: Article, block: Block, reason: str) -> None:
    found.dropped.append(Dropped(block.text, reason))


def _read_byline(found: Article, text: str) -> None:
    for line in re.split(r"\n|\s[|•·]\s", text):
        said = attribution(line)
        by = re.match(
            r"^(?:by|posted by|written by|author:?)\s+([A-Z][\w.'’-]*(?:\s+[\w.'’&-]+){0,4})",
            line.strip(),
            re.IGNORECASE,
        )
        found.author = (
            found.author or (said.author if said else "") or (re.sub(r"\s+(?:at|on)\b.*$", "", by[1]) if by else "")
        )
        found.date = found.date or (said.date if said else "") or date_line(line)


def _keep(found: Article, block: Block) -> None:
    said = attribution(flat(block.text)) if len(block.text) < 160 else None
    if (said and said.date and not said.body) or date_line(flat(block.text)):
        found.dropped.append(Dropped(block.text, "byline"))
        _read_byline(found, block.text)
        return
    clean, cuts = without_adverts(block.text) if block.kind != "row" else (block.text, [])
    found.dropped += [Dropped(cut.text, cut.reason) for cut in cuts if re.search(r"\w", cut.text)]
    if re.search(r"\w", clean):
        found.paragraphs.append(Block(clean, block.kind, block.linked))


def _mend(found: Article) -> None:
    """A sentence that something was standing in the middle of is one again."""
    mended: list[Block] = []
    for block in found.paragraphs:
        before = mended[-1] if mended else None
        if before and _was_one(before, block):
            before.text = f"{before.text} {block.text}"
        else:
            mended.append(block)
    found.paragraphs = mended


def _was_one(before: Block, after: Block) -> bool:
    if before.kind == "heading" or after.kind != before.kind or after.kind == "item":
        return False
    return after.text[:1].islower() and not re.search(r"[.!?:;…\"”)]$", before.text) and len(before.text) > 20


def _take_title_off(found: Article) -> None:
    """The headline stands once, first."""
    same = [block for block in found.paragraphs[:3] if flat(block.text).lower() == found.title.lower()]
    for block in same:
        found.paragraphs.remove(block)
    if found.title and (same or found.paragraphs):
        found.paragraphs.insert(0, Block(found.title, "heading"))
