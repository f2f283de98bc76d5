"""PDF and DOCX files made of a few bytes, sound ones and hostile ones."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str | bytes, **parts: str | bytes) -> bytes:
    """A file with this ``word/document.xml``; other parts by path, dots for slashes written as ``__``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return packed.getvalue()


def word(*paragraphs: tuple[str, str]) -> str:
    """The XML of a document of (style, text)."""
    made = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for style, text in paragraphs
    )
    return f"<w:document {W}><w:body>{made}</w:body></w:document>"


def remarks(*said: tuple[str, str]) -> str:
    """The XML of comments in the margin, as (author, text)."""
    made = "".join(
        f'<w:comment w:id="{number}" w:author="{author}" w:date="2020-05-0{number}T08:00:00Z"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:comment>'
        for number, (author, text) in enumerate(said, 1)
    )
    return f"<w:comments {W}>{made}</w:comments>"


def pdf(pages: Sequence[Sequence[str]], *, raw: bytes | None = None, count: int | None = None) -> bytes:
    """A file of pages of lines; ``raw`` is every page's content stream instead."""
    streams = [raw] if raw is not None else [_lines(page) for page in pages]
    number = count or len(streams)
    kids = " ".join(f"{4 + len(streams) + place} 0 R" for place in range(number))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {number}>>".encode(),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for stream in streams:
        packed = zlib.compress(stream, 9)
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream")
    for place in range(number):
        content = 4 + place % len(streams)
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {content} 0 R/Resources<</Font<</F1 3 0 R>>>>>>".encode())
    return _file(objects)


def _lines(lines: Sequence[str]) -> bytes:
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    return f"BT /F1 12 Tf 72 760 Td {shown} ET".encode("latin-1")


def _file(objects: Sequence[bytes]) -> bytes:
    made = b"%PDF-1.4\n"
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return made + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
