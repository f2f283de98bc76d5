"""PDF as blocks: the only home of pypdf."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError

from knowledge.errors import DocumentUnusable
from knowledge.intake.blocks import Block, Page
from knowledge.intake.text_page import read_text
from knowledge.intake.values import Limits

_REPEATED = 0.5
_FEWEST_PAGES = 3
_AT_EDGE = 3


def read_pdf(data: bytes, name: str, limits: Limits) -> Page:
    """The text of every page, what repeats at the pages' edges taken out. Raises DocumentUnusable."""
    with _limited(limits):
        try:
            return _read(data, name, limits)
        except LimitReachedError as error:
            raise DocumentUnusable(
                f"{name} unpacks to far more than its size: save its text as a plain text file and import that."
            ) from error
        except (DocumentUnusable, MemoryError):
            raise
        except Exception as error:  # pypdf raises what it stumbles over
            raise DocumentUnusable(
                f"{name} is damaged: open it in a reader, save it again or save its text, and import that."
            ) from error


def _read(data: bytes, name: str, limits: Limits) -> Page:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentUnusable(f"{name} is locked with a password: save it without one and import that.")
    if len(reader.pages) > limits.pages:
        raise DocumentUnusable(f"{name} has more than {limits.pages} pages: import the part that matters.")
    pages = _texts(reader, name, limits)
    repeated = _edges(pages)
    lines = [line for page in pages for line in page if _bare(line) not in repeated]
    page = read_text(_joined(lines))
    page.blocks += [Block(line, reason="boilerplate") for line in sorted(set(repeated.values()))]
    page.title = page.title or _said(reader, "title")
    page.author = page.author or _said(reader, "author")
    return page


def _limited(limits: Limits) -> Any:
    """pypdf's own limits, narrowed; no other program is started for a picture."""
    most = limits.unpacked_bytes
    return apply_configuration(
        maximum_declared_stream_length=most,
        array_based_stream_maximum_output_length=most,
        lzw_maximum_output_length=most,
        run_length_maximum_output_length=most,
        zlib_maximum_output_length=most,
        stream_decoding_work_maximum_length=2 * most,
        jbig2dec_binary=None,
        disable_legacy_handling=True,
    )


def _texts(reader: PdfReader, name: str, limits: Limits) -> list[list[str]]:
    found: list[list[str]] = []
    total = 0
    for page in reader.pages:
        text = page.extract_text() or ""
        total += len(text)
        if total > limits.text_chars:
            raise DocumentUnusable(f"{name} holds too much text: import the part that matters.")
        found.append([line.strip() for line in text.split("\n")])
    return found


def _edges(pages: list[list[str]]) -> dict[str, str]:
    """Headers and footers: lines at the edge of at least half of the pages, their page numbers left out of account."""
    if len(pages) < _FEWEST_PAGES:
        return {}
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for page in pages:
        lines = [line for line in page if line]
        for line in {*lines[:_AT_EDGE], *lines[-_AT_EDGE:]}:
            counts[_bare(line)] += 1
            shown.setdefault(_bare(line), line)
    return {bare: shown[bare] for bare, count in counts.items() if count > _REPEATED * len(pages)}


def _bare(line: str) -> str:
    return re.sub(r"\d+", "#", line).strip().lower()


def _joined(lines: list[str]) -> str:
    """Words that were parted at the end of a line are whole again."""
    return re.sub(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])", "", "\n".join(lines))


def _said(reader: PdfReader, field: str) -> str:
    meta: Any = reader.metadata
    value = getattr(meta, field, None) if meta else None
    return " ".join(str(value).split())[:300] if value else ""
