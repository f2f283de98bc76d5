"""`midway teams …`: its commands. As in ``cli.py``, heavy libraries are imported inside the command that needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli_options import AsJson, Demo

teams = typer.Typer(help="Teams that ask: list, show, import, invite or merge them.", no_args_is_help=True)
Tenant = Annotated[
    str | None, typer.Option(help="A Slack workspace or Teams tenant; needed where several have a team of the name.")
]


@teams.command("list")
def teams_list(json_: AsJson = False, demo: Demo = False) -> None:
    """Show every team with its parent, relationship, visibility and channels."""
    from adapters import team_commands

    sys.exit(team_commands.show_list(json_, demo=demo))


@teams.command("show")
def teams_show(
    name: Annotated[str, typer.Argument(help="For instance “Chapter North”.")], json_: AsJson = False,
    tenant: Tenant = None, demo: Demo = False,
) -> None:
    """Show one team: what is recorded of it, and its history, newest first."""
    from adapters import team_care_commands

    sys.exit(team_care_commands.show_one(name, json_, tenant, demo=demo))


@teams.command("import")
def teams_import(
    file: Annotated[
        Path, typer.Argument(help="CSV with the header team,parent,relationship,channel.", exists=True, dir_okay=False)
    ],
    tenant: Annotated[
        str | None,
        typer.Option(
            help="A Slack workspace or Teams tenant; by default the web, those configured, those that asked."
        ),
    ] = None,
    json_: AsJson = False,
) -> None:
    """Make teams from a CSV file. Importing the same file twice changes nothing; each new team is told in its channel.

    A relationship is unit (or department), chapter, dealer, agent, franchise or region.
    Example line: Chapter North,Central Marketing,chapter,slack:C0123456789
    """
    from adapters import team_commands

    sys.exit(team_commands.import_file(file, tenant, json_))


@teams.command("invite")
def teams_invite(
    name: Annotated[str, typer.Argument(help="The unit; it is recorded if there is none of this name.")],
    relationship: Annotated[
        str, typer.Option(help="unit (or department), chapter, dealer, agent, franchise or region.")
    ] = "unit",
    parent: Annotated[str | None, typer.Option(help="The team above it, if that is known.")] = None,
    tenant: Tenant = None,
) -> None:
    """Print a link that lets one person of a unit in on the web, once, within three days.

    Example: midway teams invite "Dealer South" --relationship dealer --parent "Region West"
    """
    from adapters import team_care_commands
    from bot.storage.records import RELATIONSHIPS
    from knowledge.practice import relationship_of

    relationship = relationship_of(relationship)
    if relationship not in RELATIONSHIPS:
        raise typer.BadParameter(f"choose one of {', '.join(RELATIONSHIPS)}", param_hint="--relationship")
    sys.exit(team_care_commands.invite(name, relationship, parent, tenant))


@teams.command("merge")
def teams_merge(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The team that ends.")],
    target: Annotated[str, typer.Argument(metavar="INTO", help="The team that stays.")],
    reason: Annotated[str, typer.Option(help="Why; those in the team see it in its history.")],
    tenant: Tenant = None,
) -> None:
    """Move all that was one team's to another: people, channels, statements, results. A second time changes nothing.

    Example: midway teams merge "Chapter N." "Chapter North" --reason "the same chapter, typed twice"
    """
    from adapters import team_care_commands

    sys.exit(team_care_commands.merge(source, target, reason, tenant))
