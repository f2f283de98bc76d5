"""`midway pilots …`: its commands; heavy libraries are imported inside the command that needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli_options import AsJson, Demo, form_of

pilots = typer.Typer(help="Pilots of teams: list them, show one, export its plan.", no_args_is_help=True)
PilotId = Annotated[str, typer.Argument(metavar="ID", help="See `midway pilots list`.")]


@pilots.command("list")
def pilots_list(json_: AsJson = False, demo: Demo = False) -> None:
    """Show every pilot, newest first: id, goal, team, how far it is."""
    from adapters import pilot_commands

    sys.exit(pilot_commands.show_list(json_, demo=demo))


@pilots.command("show")
def pilots_show(id_: PilotId, json_: AsJson = False, demo: Demo = False) -> None:
    """Show the plan of one pilot with its milestones and its sheet for the team."""
    from adapters import pilot_commands

    sys.exit(pilot_commands.show_one(id_, json_, demo=demo))


@pilots.command("export")
def pilots_export(
    id_: PilotId,
    format_: Annotated[
        str | None, typer.Option("--format", help="md, text, json or pdf; else as the file ends, else md.")
    ] = None,
    json_: AsJson = False,
    out: Annotated[Path | None, typer.Option(help="Write it here instead of the screen.")] = None,
) -> None:
    """Write the plan of one pilot as a file.

    Example: midway pilots export ID --out pilot.pdf
    """
    from adapters import pilot_commands, pilot_export

    if json_ and format_ not in {None, "json"}:
        raise typer.BadParameter("--json is --format json: leave one of them out", param_hint="--json")
    form = form_of("json" if json_ else format_, out, pilot_export.FORMATS, "md")
    sys.exit(pilot_commands.export(id_, form, out))
