"""Which kind of document some bytes are: told by what they hold, and by the name only where that leaves it open."""

from __future__ import annotations

import re
from typing import Literal

from knowledge.errors import DocumentUnusable

Kind = Literal["html", "text", "pdf", "docx"]

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_MARKUP = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|table|div|article|main|section|p|h[1-6]|ul|ol|dl|td|br|span|meta|font)\b[^<>]{0,400}>",
    re.IGNORECASE,
)
_SNIFFED = 200_000


def kind_of(data: bytes, name: str) -> Kind:
    """``html``, ``pdf``, ``docx`` or ``text`` (plain or markdown). Raises DocumentUnusable for all other kinds."""
    start = data[:1024].lstrip()
    if start.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        if b"word/" in data:
            return "docx"
        raise DocumentUnusable(f"{name} is a packed file, not a document: unpack it and import what is in it.")
    if data.startswith(_OLD_OFFICE):
        raise DocumentUnusable(f"{name} is in an old Office format: save it as .docx or PDF and import that.")
    if start.startswith(b"{\\rtf"):
        raise DocumentUnusable(f"{name} is RTF: save it as .docx or plain text and import that.")
    if data.startswith(_PICTURES + _PACKED):
        raise DocumentUnusable(f"{name} is no text document: import a web page, text, PDF or .docx.")
    return "text"


def is_markup(text: str, name: str) -> bool:
    """Whether decoded text is a web page: by its name and one tag, or by several tags."""
    tags = len(_MARKUP.findall(text[:_SNIFFED]))
    return tags >= 3 or (tags >= 1 and name.lower().endswith((".html", ".htm", ".xhtml")))
