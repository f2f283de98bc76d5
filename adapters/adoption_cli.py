"""`midway adoption …`: its commands; heavy libraries are imported inside the command that needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli_options import AsJson, Demo

adoption = typer.Typer(
    help="Where teams stand with practices: list it, correct it, show its history, write a brief.",
    no_args_is_help=True,
)


@adoption.command("list")
def adoption_list(
    team: Annotated[str | None, typer.Option(help="Only this team.")] = None,
    practice: Annotated[str | None, typer.Option(metavar="ID", help="Only this practice.")] = None,
    json_: AsJson = False,
    demo: Demo = False,
) -> None:
    """Show where every team stands, since when, and what came of it."""
    from adapters import adoption_commands

    sys.exit(adoption_commands.show_list(team, practice, json_, demo=demo))


@adoption.command("set")
def adoption_set(
    team: Annotated[str, typer.Argument(help="The team's name; see `midway teams list`.")],
    practice: Annotated[str, typer.Argument(metavar="ID", help="For instance pilot-charter.")],
    state: Annotated[str, typer.Argument(help="considering, trying, adopted, stopped or \"not for us\".")],
    reason: Annotated[str, typer.Option(help="Why it is corrected; kept in the history.")],
    tenant: Annotated[str | None, typer.Option(help="Where two tenants have a team of this name.")] = None,
    json_: AsJson = False,
) -> None:
    """Correct where a team stands. Its own members do this in chat; a correction by an admin needs a reason.

    Example: midway adoption set "Chapter North" pilot-charter stopped --reason "entered by mistake"
    """
    from adapters import adoption_commands

    if state not in adoption_commands.SETTABLE:
        allowed = ", ".join(adoption_commands.SETTABLE)
        raise typer.BadParameter(f"choose one of {allowed}; proven needs a result, which the team reports in chat")
    sys.exit(adoption_commands.set_state(team, practice, state, reason, tenant, json_))


@adoption.command("history")
def adoption_history(
    team: Annotated[str, typer.Argument(help="The team's name.")],
    practice: Annotated[str, typer.Argument(metavar="ID", help="For instance pilot-charter.")],
    tenant: Annotated[str | None, typer.Option(help="Where two tenants have a team of this name.")] = None,
    json_: AsJson = False,
    demo: Demo = False,
) -> None:
    """Show everything a team stated about a practice, oldest first."""
    from adapters import adoption_commands

    sys.exit(adoption_commands.show_history(team, practice, tenant, json_, demo=demo))


@adoption.command("brief")
def adoption_brief(
    result: Annotated[str, typer.Argument(metavar="RESULT_ID", help="See `midway adoption history TEAM ID`.")],
    out: Annotated[Path | None, typer.Option(help="FILE.pdf or FILE.png; by default midway-brief-ID.pdf.")] = None,
) -> None:
    """Write the one-page brief of a result: PDF to attach, PNG to paste.

    Example: midway adoption brief RESULT_ID --out brief.pdf
    """
    from adapters import brief_commands

    if out is not None and out.suffix.lower() not in brief_commands.KINDS:
        raise typer.BadParameter("end the file's name with .pdf or .png", param_hint="--out")
    sys.exit(brief_commands.write_brief(result, out))
