"""What `midway report` does."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from adapters.bootstrap import now, settings_of, storage_of
from adapters.report_files import ON_SCREEN, PICTURES, files_of
from adapters.settings import Settings
from bot.access import SHELL, WEB
from bot.curation import library_in_force
from bot.errors import BotError
from bot.report import Report
from bot.report_counting import Counting
from bot.report_periods import period_named
from bot.reports import Reports
from bot.storage.unit import Storage, Unit
from knowledge.library import load_shipped

NO_TREND = "There is no picture of the weeks: the number of questions may be shown for fewer than two."


class TenantUnknown(BotError):
    """Nobody in this tenant has asked anything, and it has no team."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which period, as what, narrowed to which team, of which tenant; empty or None for what is usual."""

    period: str = ""
    form: str = "text"
    team: str | None = None
    tenant: str | None = None


def write_report(wanted: Wanted, out: Path | None, *, demo: bool = False) -> int:
    """Print a report, or write it where ``out`` says; what a screen cannot show gets a name of its own.

    Raises PeriodUnknown, TeamUnknown, TenantUnknown.
    """
    report = asyncio.run(_report(settings_of(demo=demo), wanted))
    made = files_of(report, wanted.form)
    if out is None and wanted.form in ON_SCREEN:
        sys.stdout.write(made[""].decode())
        return 0
    file = out or Path(f"midway-report-{report.period.name}.{wanted.form}")
    for ending, content in made.items():
        target = file.with_name(f"{file.stem}{ending}{file.suffix}")
        target.write_bytes(content)
        sys.stdout.write(f"Wrote {target}\n")
    if wanted.form == "png" and len(made) < len(PICTURES):
        sys.stdout.write(f"{NO_TREND}\n")
    return 0


async def _report(settings: Settings, wanted: Wanted) -> Report:
    """The report with its weeks counted. It stands in the audit before anybody has it."""
    period = period_named(wanted.period, now())
    async with storage_of(settings) as storage:
        tenant = await _tenant(storage, wanted.tenant)
        library, _ = await library_in_force(storage, load_shipped())
        reports = Reports(storage, now, lambda: library, made_up=settings.is_demo)
        team_id = await reports.team_named(tenant, wanted.team) if wanted.team else None
        await Counting(storage, now).count()
        report = await reports.of(tenant, period, team_id)
        async with storage.unit() as unit:
            note = f"{period.name} {wanted.form}"
            await unit.audits.write(tenant, SHELL.person, "report exported", "report", now(), note)
        return report


async def _tenant(storage: Storage, wanted: str | None) -> str:
    """The one that is wanted, else the one with most questions, told on stderr where there are several."""
    async with storage.view() as unit:
        known = await _known(unit)
    if wanted is not None:
        if wanted not in known:
            raise TenantUnknown(f"Nobody has asked anything in “{wanted[:80]}”. There are: {', '.join(known)}.")
        return wanted
    if len(known) > 1:
        sys.stderr.write(f"This is the report of {known[0]}. Choose with --tenant: {', '.join(known)}.\n")
    return known[0]


async def _known(unit: Unit) -> list[str]:
    """Tenants, the one with most questions first; the web's where there is none."""
    asked = await unit.questions.tenants()
    return list(dict.fromkeys([*asked, *await unit.teams.tenants()])) or [WEB]
