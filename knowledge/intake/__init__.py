"""Imports: one document becomes its article, its serious comments, what was dropped and why, and drafts to edit.

Nothing is fetched and nothing is written. The document is read in a child process (``knowledge/intake/sandbox.py``).
"""

from __future__ import annotations

from knowledge.errors import DocumentUnusable
from knowledge.intake.drafts import Nearest, drafts_of
from knowledge.intake.sandbox import read_apart
from knowledge.intake.values import Claim, Comment, Draft, Dropped, Imported, Limits

__all__ = [
    "Claim",
    "Comment",
    "DocumentUnusable",
    "Draft",
    "Dropped",
    "Imported",
    "Limits",
    "Nearest",
    "import_document",
]


def import_document(
    data: bytes, name: str, *, nearest: Nearest | None = None, limits: Limits | None = None
) -> Imported:
    """Take one document apart: HTML, markdown, plain text, PDF or DOCX; errors and drafts call it ``name``.

    ``nearest(text)`` names the practice a text is near to, with a score, or None where none is near enough: the draft
    is then an addition to it. Blocks up to ``limits.wall_seconds``; the same bytes give the same result. Raises
    DocumentUnusable with one sentence for the person where the document is damaged, too large or yields nothing; the
    caller puts the file aside.
    """
    extract = read_apart(data, name, limits or Limits())
    return Imported(
        name=name,
        title=extract.title,
        author=extract.author,
        article=extract.article,
        comments=extract.comments,
        dropped=extract.dropped,
        drafts=drafts_of(extract, name, nearest),
        notes=extract.notes,
    )
