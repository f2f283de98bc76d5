"""DOCX as blocks. Read here and not with a library: only three parts of the file are opened, each within the limits.

Entities are refused, relationships are never followed: neither a picture nor a linked file is looked at.
"""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from knowledge.errors import DocumentUnusable
from knowledge.intake.blocks import Block, BlockKind, Page, tidy
from knowledge.intake.html_elements import Element
from knowledge.intake.values import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_BODY, _COMMENTS, _PROPERTIES = "word/document.xml", "word/comments.xml", "docProps/core.xml"
_SMALL = 1_000_000
"""A part smaller than this may be packed as tightly as it likes."""
_SILENT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pict", f"{_W}object"})


def read_docx(data: bytes, name: str, limits: Limits) -> Page:
    """Paragraphs, headings and items; remarks in the margin are comments. Raises DocumentUnusable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            body = _part(packed, _BODY, name, limits)
            remarks = _part(packed, _COMMENTS, name, limits)
            properties = _part(packed, _PROPERTIES, name, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise DocumentUnusable(
            f"{name} is damaged or locked: open it, save it again as .docx and import that."
        ) from error
    if body is None:
        raise DocumentUnusable(f"{name} is no Word document: save it as .docx and import that.")
    page = Page([*_paragraphs(body), *(_margin(remarks) if remarks is not None else [])])
    if properties is not None:
        page.title, page.author = (
            " ".join((properties.findtext(f"{_DC}{key}") or "").split()) for key in ("title", "creator")
        )
    return page


def _part(packed: zipfile.ZipFile, path: str, name: str, limits: Limits) -> Element | None:
    try:
        info = packed.getinfo(path)
    except KeyError:
        return None
    is_bomb = info.file_size > _SMALL and info.file_size > limits.ratio * max(1, info.compress_size)
    with packed.open(info) as stream:
        content = b"" if is_bomb else stream.read(limits.unpacked_bytes + 1)
    if is_bomb or len(content) > limits.unpacked_bytes:
        raise DocumentUnusable(
            f"{name} unpacks to far more than its size: save its text as a plain text file and import that."
        )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise DocumentUnusable(f"{name} holds definitions that Word documents never have: save it again as .docx.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentUnusable(f"{name} is damaged: open it, save it again as .docx and import that.") from error


def _paragraphs(body: Element) -> list[Block]:
    found: list[Block] = []
    for paragraph in body.iter(f"{_W}p"):
        text, linked = _text(paragraph)
        for piece in re.split(r"\n\s*\n", text):
            if tidied := tidy(piece):
                found.append(Block(tidied, _kind(paragraph), linked))
    return found


def _text(paragraph: Element) -> tuple[str, float]:
    pieces: list[str] = []
    linked = 0
    stack = [(child, False) for child in reversed(paragraph)]
    while stack:
        element, is_link = stack.pop()
        if element.tag in _SILENT or element.tag == f"{_W}p":
            continue
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
            linked += len(element.text or "") if is_link else 0
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n")
        elif element.tag == f"{_W}tab":
            pieces.append(" ")
        stack.extend((child, is_link or element.tag == f"{_W}hyperlink") for child in reversed(element))
    whole = "".join(pieces)
    return whole, linked / max(1, len(whole.strip()))


def _kind(paragraph: Element) -> BlockKind:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    called = (style.get(f"{_W}val") or "").lower() if style is not None else ""
    if re.match(r"heading|title|überschrift|titre|t[ií]tulo", called):
        return "heading"
    if paragraph.find(f"{_W}pPr/{_W}numPr") is not None or called.startswith("list"):
        return "item"
    return "quote" if "quote" in called else "text"


def _margin(remarks: Element) -> list[Block]:
    found: list[Block] = []
    for number, remark in enumerate(remarks.iter(f"{_W}comment")):
        author, date = remark.get(f"{_W}author") or "", (remark.get(f"{_W}date") or "")[:10]
        found += [
            Block(tidy(said), zone="comment", unit=number, role=role)  # type: ignore[arg-type]  # literals below
            for said, role in ((author, "author"), (date, "date"))
            if said.strip()
        ]
        found += [
            Block(block.text, block.kind, block.linked, zone="comment", unit=number) for block in _paragraphs(remark)
        ]
    return found
