"""What `midway practices import` does: a document becomes drafts that a curator completes on the page “Library”."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from adapters.aside import aside
from adapters.ask_command import prepared
from adapters.bootstrap import make_bot
from adapters.json_output import indented
from adapters.progress import progress
from adapters.settings import Settings
from bot.access import SHELL
from bot.curation import Kept
from knowledge.intake import DocumentUnusable, Imported, import_document
from knowledge.service import Knowledge


def import_file(file: Path, as_json: bool) -> int:
    """Take the document apart, keep its drafts, say what was left out; 1 where it yields nothing."""
    settings = Settings()
    data = file.read_bytes()
    knowledge = prepared(settings)
    try:
        found = _read(data, file.name, knowledge)
    except DocumentUnusable as error:
        where = aside(settings, data, file.name, str(error))
        sys.stderr.write(f"{error}\nIt was set aside in {where}.\n")
        return 1
    kept = asyncio.run(_keep(settings, knowledge, found))
    as_said = _in_json if as_json else in_words
    sys.stdout.write(as_said(found, kept))
    return 0


def as_contract(found: Imported, kept: Sequence[Kept]) -> dict[str, Any]:
    """What ``--json`` prints: under ``drafts`` what was kept now, under ``kept_before`` what the same document left."""
    return {
        "title": found.title,
        "article": found.article,
        "comments": [{"author": comment.author, "text": comment.text} for comment in found.comments],
        "dropped": [{"text": piece.text, "reason": piece.reason} for piece in found.dropped],
        "drafts": [one.practice_id for one in kept if not one.before],
        "kept_before": [one.practice_id for one in kept if one.before],
    }


def _in_json(found: Imported, kept: Sequence[Kept]) -> str:
    return indented(as_contract(found, kept)) + "\n"


def _read(data: bytes, name: str, knowledge: Knowledge) -> Imported:
    nearest: Callable[[str], tuple[str, float] | None] = knowledge.nearest
    with progress("Reading the document") as _:
        return import_document(data, name, nearest=nearest)


async def _keep(settings: Settings, knowledge: Knowledge, found: Imported) -> list[Kept]:
    bot = await make_bot(settings, knowledge)
    curation, note = bot.parts.office.curation, f"imported from {found.name[:80]}"
    try:
        return [await curation.keep_import(SHELL, draft.id, draft.markdown, note) for draft in found.drafts]
    finally:
        await bot.storage.close()


def in_words(found: Imported, kept: Sequence[Kept]) -> str:
    """What is printed for a person."""
    lines = [
        f"{found.title or found.name}: {len(found.article.split())} words of article, {len(found.comments)} comments "
        f"kept, {len(found.dropped)} pieces left out.",
    ]
    lines += found.notes
    reasons = sorted({piece.reason for piece in found.dropped})
    lines += [f"  {sum(piece.reason == reason for piece in found.dropped):3} {reason}" for reason in reasons]
    now_kept = [
        one.practice_id + ("" if one.practice_id == draft.id else f" ({draft.id} was taken)")
        for one, draft in zip(kept, found.drafts, strict=True) if not one.before
    ]
    before = [one.practice_id for one in kept if one.before]
    if now_kept:
        lines.append(f"Drafts kept: {', '.join(now_kept)}.")
    if before:
        lines.append(f"Kept before from the very same document, and left as it is now: {', '.join(before)}.")
    if not kept:
        lines.append("No advice in it that could become a practice.")
    lines.append("A curator completes and publishes them on the page “Library” (`midway serve`).")
    return "\n".join(lines) + "\n"
