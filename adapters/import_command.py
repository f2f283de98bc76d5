"""What `midway practices import` does: a document becomes drafts that a curator completes on the page “Library”."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.ask_command import prepared
from adapters.bootstrap import make_bot, now
from adapters.progress import progress
from adapters.settings import Settings
from bot.access import SHELL
from bot.curation import Curation
from knowledge.intake import DocumentUnusable, Draft, Imported, import_document
from knowledge.quarantine import set_aside
from knowledge.service import Knowledge


def import_file(file: Path, as_json: bool) -> int:
    """Take the document apart, keep its drafts, say what was left out; 1 where it yields nothing."""
    settings = Settings()
    data = file.read_bytes()
    knowledge = prepared(settings)
    try:
        found = _read(data, file.name, knowledge)
    except DocumentUnusable as error:
        aside = set_aside(settings.data_dir / "quarantine", data, file.name, str(error), now())
        sys.stderr.write(f"{error}\nIt was set aside in {aside}.\n")
        return 1
    kept = asyncio.run(_keep(settings, knowledge, found))
    sys.stdout.write(json.dumps(as_contract(found, kept), ensure_ascii=False, indent=2) + "\n" if as_json else
                     _in_words(found, kept))
    return 0


def as_contract(found: Imported, drafts: list[str]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "title": found.title,
        "article": found.article,
        "comments": [{"author": comment.author, "text": comment.text} for comment in found.comments],
        "dropped": [{"text": piece.text, "reason": piece.reason} for piece in found.dropped],
        "drafts": drafts,
    }


def _read(data: bytes, name: str, knowledge: Knowledge) -> Imported:
    nearest: Callable[[str], tuple[str, float] | None] = knowledge.nearest
    with progress("Reading the document") as _:
        return import_document(data, name, nearest=nearest)


async def _keep(settings: Settings, knowledge: Knowledge, found: Imported) -> list[str]:
    bot = await make_bot(settings, knowledge)
    try:
        return [await _keep_one(bot.parts.office.curation, draft, found.name) for draft in found.drafts]
    finally:
        await bot.storage.close()


async def _keep_one(curation: Curation, draft: Draft, name: str) -> str:
    """The draft's id; importing the same document twice keeps it once, with what somebody wrote into it since."""
    await curation.keep_import(SHELL, draft.id, draft.markdown, f"imported from {name[:80]}")
    return draft.id


def _in_words(found: Imported, drafts: list[str]) -> str:
    lines = [
        f"{found.title or found.name}: {len(found.article.split())} words of article, {len(found.comments)} comments "
        f"kept, {len(found.dropped)} pieces left out.",
    ]
    lines += found.notes
    reasons = sorted({piece.reason for piece in found.dropped})
    lines += [f"  {sum(piece.reason == reason for piece in found.dropped):3} {reason}" for reason in reasons]
    lines.append(f"Drafts kept: {', '.join(drafts)}." if drafts else "No advice in it that could become a practice.")
    lines.append("A curator completes and publishes them on the page “Library” (`midway serve`).")
    return "\n".join(lines) + "\n"
