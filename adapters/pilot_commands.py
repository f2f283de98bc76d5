"""What `midway pilots …` does."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.bootstrap import now, settings_of, storage_of
from adapters.json_output import indented, print_json
from adapters.pilot_export import as_json, as_markdown, as_plain, brief_json
from adapters.settings import Settings
from bot.access import SHELL
from bot.curation import library_in_force
from bot.pilot_keeping import PilotKeeping, PilotUnknown
from bot.pilot_plan import PilotPlan
from bot.pilot_views import state_of
from bot.storage.pilots import KeptPilot
from knowledge.library import load_shipped


def show_list(as_json_: bool, *, demo: bool = False) -> int:
    listed = asyncio.run(_listed(settings_of(demo=demo)))
    if as_json_:
        print_json([brief_json(pilot, team) for pilot, team in listed])
    elif not listed:
        _print("No pilot yet. Say `plan a pilot` in a chat, or open the page “Pilots”.")
    else:
        for pilot, team in listed:
            _print(f"{pilot.id}  {pilot.answers.goal} ({team}; {state_of(pilot, now().date())})")
    return 0


def show_one(pilot_id: str, as_json_: bool, *, demo: bool = False) -> int:
    """Raises PilotUnknown."""
    found = asyncio.run(_one(settings_of(demo=demo), pilot_id))
    _print(_dumped(*found) if as_json_ else as_plain(*found, now().date()).rstrip())
    return 0


def export(pilot_id: str, form: str, out: Path | None) -> int:
    """Write a pilot as a file; a PDF without a name is written as midway-pilot-ID.pdf. Raises PilotUnknown."""
    found = asyncio.run(_one(Settings(), pilot_id))
    if form == "pdf":
        from adapters.pilot_paper import as_pdf

        target = out or Path(f"midway-pilot-{pilot_id}.pdf")
        target.write_bytes(as_pdf(*found))
        _print(f"Wrote {target}")
        return 0
    as_form = as_plain if form == "text" else as_markdown
    text = _dumped(*found) if form == "json" else as_form(*found, now().date())
    if out is None:
        _print(text.rstrip())
    else:
        out.write_text(text.rstrip() + "\n", encoding="utf-8")
        _print(f"Wrote {out}")
    return 0


def _dumped(pilot: KeptPilot, plan: PilotPlan, team: str) -> str:
    return indented(as_json(pilot, plan, team))


async def _listed(settings: Settings) -> list[tuple[KeptPilot, str]]:
    async with storage_of(settings) as storage:
        keeping = PilotKeeping(storage, now, load_shipped)
        return await keeping.listed(await keeping.visitor(SHELL))


async def _one(settings: Settings, pilot_id: str) -> tuple[KeptPilot, PilotPlan, str]:
    async with storage_of(settings) as storage:
        library, _ = await library_in_force(storage, load_shipped())
        keeping = PilotKeeping(storage, now, lambda: library)
        try:
            pilot = await keeping.get(await keeping.visitor(SHELL), pilot_id)
        except PilotUnknown:
            known = "`midway pilots list` shows them all."
            raise PilotUnknown(f"There is no pilot “{pilot_id}”: {known}") from None
        return pilot, await keeping.whole(pilot), await keeping.team_name(pilot)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
