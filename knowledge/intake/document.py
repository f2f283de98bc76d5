"""One document taken apart, inside the child process: article, serious comments, and what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.errors import DocumentUnusable
from knowledge.intake.article import article_of
from knowledge.intake.blocks import Block, Page, words_of
from knowledge.intake.claims import claims_of
from knowledge.intake.decoding import decoded
from knowledge.intake.furniture import is_comments_heading
from knowledge.intake.judging import judged
from knowledge.intake.kinds import is_markup, kind_of
from knowledge.intake.sentences import sentences
from knowledge.intake.spam import Subject
from knowledge.intake.speakers import starts
from knowledge.intake.threads import thread_of
from knowledge.intake.values import Comment, Dropped, Extract, Limits

_FEWEST_WORDS = 8
_UNCOUNTED = 2
"""Counters of pages count trackbacks and what was deleted."""
_ANNOUNCED = re.compile(r"\b(\d{1,4})\s+\w|[(\[]\s*(\d{1,4})\s*[)\]]")
_SURELY, _MANY_MORE = 8, 1.5
"""Markup that gives so many comments is right; fewer are doubted where lines give so many times as many."""


def take_apart(data: bytes, name: str, limits: Limits) -> Extract:
    """Raises DocumentUnusable, and whatever a parser raises on what nobody foresaw."""
    page = _page(data, name, limits)
    if sum(len(block.text) for block in page.blocks) > limits.text_chars:
        raise DocumentUnusable(f"{name} holds too much text: import the part that matters.")
    above, below = _parted(page.blocks)
    article = article_of(above, page.title, page.author)
    text = "\n\n".join(block.text for block in article.paragraphs)
    thread = thread_of(below)
    kept, dropped = judged(thread.remarks, text, Subject.of(text))
    if len(words_of(text)) < _FEWEST_WORDS and not kept:
        raise DocumentUnusable(
            f"{name} yields no text: open it, copy what you need into a plain text file and import that."
        )
    author = article.author or page.author
    return Extract(
        title=article.title,
        author=author,
        article=text,
        comments=tuple(kept),
        dropped=tuple(_once([*article.dropped, *thread.dropped, *dropped], text, kept)),
        claims=claims_of(article.paragraphs, author, kept),
        url=page.url,
        year=page.year or _year(article.date),
        notes=tuple(_notes(page.blocks, sum(bool(remark.lines) for remark in thread.remarks))),
    )


def _page(data: bytes, name: str, limits: Limits) -> Page:
    """Each reader is imported only for its own kind: the others' parsers stay out of the process."""
    kind = kind_of(data, name)
    if kind == "pdf":
        from knowledge.intake.pdf_page import read_pdf

        return read_pdf(data, name, limits)
    if kind == "docx":
        from knowledge.intake.docx_page import read_docx

        return read_docx(data, name, limits)
    text = decoded(data, name)
    if is_markup(text, name):
        from knowledge.intake.html_page import read_html

        return read_html(text, name)
    from knowledge.intake.text_page import read_text

    return read_text(text)


def _parted(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Article side and comment side: by markup, unless the lines tell of many more people who speak."""
    marked = [block for block in blocks if block.zone == "comment"]
    by_markup = [block for block in blocks if block.zone != "comment"], marked
    spoken = _speakers(marked)
    usable = [block for block in blocks if not block.reason]
    place = starts(usable) if spoken < _SURELY else None
    if place is None:
        return by_markup
    cut = next(number for number, block in enumerate(blocks) if block is usable[place])
    below = [replace(block, unit=None, role="", zone="comment") for block in blocks[cut:]]
    return (list(blocks[:cut]), below) if _speakers(below) > _MANY_MORE * spoken else by_markup


def _speakers(blocks: Sequence[Block]) -> int:
    return sum(bool(remark.lines) for remark in thread_of(blocks).remarks)


def _notes(blocks: Sequence[Block], found: int) -> Iterator[str]:
    """Whether the page speaks of many more comments than were found: then they may lie unread in the article."""
    counts = (_ANNOUNCED.search(block.text) for block in blocks if is_comments_heading(block.text))
    announced = max((int(count[1] or count[2]) for count in counts if count), default=0)
    if announced > found + _UNCOUNTED:
        yield f"The page announces {announced} comments, {found} were found: look for the others in the page."


def _once(dropped: Sequence[Dropped], article: str, kept: Sequence[Comment]) -> list[Dropped]:
    """What stands in the article or in a kept comment as well was not lost, so it is not listed as dropped."""
    stays = {
        piece.strip()
        for text in [article, *(comment.text for comment in kept)]
        for line in text.split("\n")
        for piece in (line, *sentences(line))
    }
    found: list[Dropped] = []
    for one in dropped:
        text = one.text.strip()
        if re.search(r"\w", text) and (one.author or text not in stays):
            found.append(Dropped(text, one.reason, one.author))
    return found


def _year(written: str) -> int | None:
    found = re.search(r"\b(?:19[89]\d|20\d\d)\b", written)
    return int(found[0]) if found else None
