"""`midway report`; heavy libraries are imported inside the command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli_options import Demo, form_of
from adapters.report_files import FORMATS


def report(
    period: Annotated[
        str, typer.Option(help="A month or a week: 2026-10, 2026-W47, October, “last week”; else the last full month.")
    ] = "",
    format_: Annotated[
        str | None,
        typer.Option("--format", help=f"What to write: {', '.join(FORMATS)}; else as the file ends, else text."),
    ] = None,
    team: Annotated[str | None, typer.Option(help="Narrow it to this team, if it is one that is named.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write it here instead of the screen.")] = None,
    tenant: Annotated[
        str | None, typer.Option(help="Whose report, where there are several: the workspace or organization.")
    ] = None,
    demo: Demo = False,
) -> None:
    """Tell what was asked, tried, adopted and proved in a month or a week, every figure with its basis.

    Counts below five are held back, along with anything that would give them away.

    Examples:

      midway report

      midway report --period 2026-10 --out october.pdf
    """
    from adapters import report_commands
    from bot.report_periods import PeriodUnknown

    wanted = report_commands.Wanted(period, form_of(format_, out, FORMATS, "text"), team, tenant)
    try:
        sys.exit(report_commands.write_report(wanted, out, demo=demo))
    except PeriodUnknown as error:
        raise typer.BadParameter(str(error), param_hint="--period") from None
