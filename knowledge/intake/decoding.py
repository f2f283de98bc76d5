"""Bytes made text: the only home of charset-normalizer."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from knowledge.errors import DocumentUnusable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,40})", re.IGNORECASE
)
_GUESSED_FROM = 60_000
"""Guessing reads everything once for each encoding; the beginning tells as much."""
_FEW = 0.02
"""Ours: German has three such letters in a hundred, Polish and Czech more; English with names and quotes one."""
_MISREAD = re.compile(
    rb"[\x81\x8d\x8f\x90\x9d]|[a-z][\x8a\x8c\x8e\x9f\xc0-\xd6\xd8-\xde]|[A-Za-z][\x82\x84\x86-\x89]"
    rb"|[A-Za-z][\x80\x83\x8b\x93-\x95\x98\x9b\xa1-\xbf\xd7\xf7][A-Za-z\xc0-\xff]"
)
"""What letters of another encoding look like in Windows-1252: nothing, a capital or a sign in the middle of a word."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ufffd]")
_MOST_UNPRINTABLE = 0.1


def decoded(data: bytes, name: str) -> str:
    """The text, with bytes that make no sense replaced. Raises DocumentUnusable where it is no text at all."""
    text = data.decode(_encoding(data), errors="replace")
    if len(_UNPRINTABLE.findall(text)) > _MOST_UNPRINTABLE * len(text):
        raise DocumentUnusable(f"{name} is no text document: import a web page, text, PDF or .docx.")
    return _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _encoding(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    if _is_utf8(data):
        return "utf-8"
    if (declared := _DECLARED.search(data[:4096])) and _is_known(found := declared[1].decode("ascii")):
        return found
    return _guessed(data[:_GUESSED_FROM])


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data


def _is_known(encoding: str) -> bool:
    """As a text encoding: Python also has codecs that are none. A page that says UTF-8 and is not is a western one."""
    try:
        found = codecs.lookup(encoding)
    except LookupError:
        return False
    return found._is_text_encoding and found.name not in {"utf-8", "utf-16", "utf-32", "utf-7", "idna", "punycode"}


def _is_western(data: bytes) -> bool:
    """Where hardly a letter tells one alphabet from another, a guess is chance; unless they read wrong, it is this."""
    return len(re.findall(rb"[\x80-\xff]", data)) <= _FEW * len(data) and not _MISREAD.search(data)


def _guessed(data: bytes) -> str:
    """UTF-8 is first in line where most of it is; a stray byte must not turn a whole page into another alphabet."""
    broken = data.decode("utf-8", errors="replace").count("\ufffd")
    if broken * 100 < len(data) and re.search(rb"[\xc3\xe2][\x80-\xbf]", data):
        return "utf-8"
    if _is_western(data):
        return "cp1252"
    best = from_bytes(data, steps=5, chunk_size=512).best()
    return best.encoding if best else "cp1252"
