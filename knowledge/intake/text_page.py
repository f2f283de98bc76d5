"""Plain text and markdown as blocks: paragraphs, headings, items; line breaks inside a paragraph are mended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.intake.attribution import attribution, date_line, is_verb_line
from knowledge.intake.blocks import Block, BlockKind, Page, tidy
from knowledge.intake.furniture import is_comment_tool

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"^\s*(?:[-*+•‣◦·–]|\d{1,2}[.)])\s+(?=\S)")
_QUOTE = re.compile(r"^\s*>+\s?")
_RULE = re.compile(r"^\s*(?:[-=_*~#+]\s*){3,}$")
_UNDERLINED = re.compile(r"^\s*(?:={3,}|-{3,})\s*$")
_LINK = re.compile(r"(!?)\[([^\[\]\n]{0,300})\]\((?:[^()\s]{0,600}|<[^>\n]{0,600}>)(?:\s+\"[^\"\n]{0,200}\")?\)")
_PICTURE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\s]{0,600}\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__|\*|_)(?=\S)([^\n*_]{1,400}?)(?<=\S)\1(?![\w*])")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_FRONT = re.compile(r"\A---\n.{0,4000}?\n---\n", re.DOTALL)
_FIELD = re.compile(r"^(title|author|url|source|date)\s*:\s*[\"']?(.{1,300}?)[\"']?\s*$", re.IGNORECASE | re.MULTILINE)
_ENDED = re.compile(r"[.!?…:;\"”)\]]\s*$")
_WRAPPED_AT, _MARGIN = 55, 110
"""Where margins break lines, one at least this long goes on below; nobody's margin is wider than the other."""


def read_text(text: str) -> Page:
    """Blocks of plain text or markdown; front matter gives title, author and address."""
    fields: dict[str, str] = {}
    if front := _FRONT.match(text):
        fields = {key.lower(): value for key, value in _FIELD.findall(front[0])}
        text = text[front.end() :]
    url = next((fields[key] for key in ("url", "source") if re.match(r"https?://\S+$", fields.get(key, ""))), "")
    year = re.search(r"\b(?:19[89]\d|20\d\d)\b", fields.get("date", ""))
    return Page(
        list(_blocks(text)), fields.get("title", ""), fields.get("author", ""), url, int(year[0]) if year else None
    )


def _blocks(text: str) -> Iterator[Block]:
    is_wrapped = _is_wrapped(text)
    for chunk in _chunks(text.expandtabs(4)):
        for kind, lines in _runs(chunk):
            yield from _made(kind, lines, is_wrapped)


def _is_wrapped(text: str) -> bool:
    """Whether a margin broke the lines: many are long, hardly one is longer than a margin allows."""
    lengths = [len(line) for line in text.split("\n") if line.strip()]
    long = sum(length >= _WRAPPED_AT for length in lengths)
    return long >= 3 and sum(length > _MARGIN for length in lengths) <= 0.05 * long


def _chunks(text: str) -> Iterator[list[str]]:
    """Runs of lines between empty lines and rules."""
    lines: list[str] = []
    for line in text.split("\n"):
        if not line.strip() or _RULE.match(line) or _FENCE.match(line):
            if lines and _UNDERLINED.match(line) and len(lines) == 1 and len(lines[0]) < 120:
                lines[0] = f"# {lines[0].strip()}"
            if lines:
                yield lines
            lines = []
        else:
            lines.append(line)
    if lines:
        yield lines


def _runs(lines: list[str]) -> Iterator[tuple[BlockKind, list[str]]]:
    """A chunk cut where the kind of line changes; what follows an item and is indented belongs to it."""
    kind: BlockKind = "text"
    run: list[str] = []
    for line in lines:
        found = _kind(line)
        goes_on = found == kind and kind not in ("item", "heading")
        if run and not goes_on and not (kind == "item" and found == "text" and line.startswith("  ")):
            yield kind, run
            run = []
        if not run:
            kind = found
        run.append(line)
    if run:
        yield kind, run


def _kind(line: str) -> BlockKind:
    if _HEADING.match(line):
        return "heading"
    if _QUOTE.match(line) and line.strip("> ").strip():
        return "quote"
    return "item" if _ITEM.match(line) and not date_line(line.strip()) else "text"


def _made(kind: BlockKind, lines: list[str], is_wrapped: bool) -> Iterator[Block]:
    if kind == "heading":
        lines = [match[2] if (match := _HEADING.match(line)) else line for line in lines]
    elif kind == "item":
        lines = [_ITEM.sub("", lines[0], count=1), *lines[1:]]
    elif kind == "quote":
        lines = [_QUOTE.sub("", line) for line in lines]
    for paragraph in _unwrapped(lines, is_wrapped):
        plain, linked, links = _without_marks(paragraph)
        if tidied := tidy(plain):
            yield Block(tidied, kind, linked, links)


def _unwrapped(lines: list[str], is_wrapped: bool) -> Iterator[str]:
    """Lines that one paragraph was broken into are joined; short lines stay alone."""
    paragraph: list[str] = []
    for line in (line.strip() for line in lines):
        if paragraph and not _continues(paragraph[-1], line, is_wrapped):
            yield " ".join(paragraph)
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield " ".join(paragraph)


def _continues(before: str, line: str, is_wrapped: bool) -> bool:
    if _is_said_by(before) or _is_said_by(line) or is_comment_tool(line):
        return False
    if is_wrapped and len(before) >= _WRAPPED_AT:
        return True
    return bool(line[:1].islower() and not _ENDED.search(before) and len(before) > 25)


def _is_said_by(line: str) -> bool:
    bare = _EMPHASIS.sub(r"\2", line)
    return len(bare) < 160 and (attribution(bare) is not None or bool(date_line(bare)) or is_verb_line(bare))


def _without_marks(text: str) -> tuple[str, float, int]:
    """Without markdown's marks, the share of it that was links, and their number. Pictures are gone."""
    text = _PICTURE.sub("", text)
    linked = sum(len(match[2]) for match in _LINK.finditer(text) if not match[1])
    links = len(_LINK.findall(text))
    plain = _LINK.sub(lambda match: "" if match[1] else match[2], text)
    plain = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", plain)).replace("`", "")
    return plain, linked / max(1, len(plain.strip())), links
