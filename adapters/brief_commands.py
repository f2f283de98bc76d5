"""What `midway adoption brief` does."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.bootstrap import make_secret, now, storage_of
from adapters.settings import Settings
from bot.access import SHELL, Access
from bot.brief_chat import Briefs
from bot.briefs import Brief
from bot.curation import library_in_force
from bot.errors import NoBrief
from knowledge.library import load_shipped

KINDS = (".pdf", ".png")


def write_brief(result_id: str, out: Path | None) -> int:
    """Write the brief of a result as one page; the file's ending says as what. Raises NoBrief for an unknown id."""
    from adapters.documents import brief_paper

    try:
        brief = asyncio.run(_brief(Settings(), result_id))
    except NoBrief:
        raise NoBrief(f"There is no result “{result_id}”: `midway adoption history TEAM ID` shows their ids.") from None
    file = out or Path(f"midway-brief-{brief.result_id[:8]}.pdf")
    file.write_bytes(brief_paper(brief, "png" if file.suffix.lower() == ".png" else "pdf"))
    sys.stdout.write(f"Wrote {file}: {' '.join(brief.sentences)}\n")
    return 0


async def _brief(settings: Settings, result_id: str) -> Brief:
    secret = make_secret(settings)
    async with storage_of(settings) as storage:
        library, _ = await library_in_force(storage, load_shipped())
        access = Access(storage, secret, now, {})
        return await Briefs(storage, now, access, lambda: library, settings.public_url).of(SHELL, result_id)
