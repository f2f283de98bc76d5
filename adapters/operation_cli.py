"""`midway privacy`, `midway backup`, `midway restore`, `midway demo`, `midway doctor`: the commands of operation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli_options import AsJson

if TYPE_CHECKING:
    from adapters.privacy_commands import Asked

privacy = typer.Typer(
    help="What is stored about one person: show the kinds, export all of it, erase it. Each use is written down.",
    no_args_is_help=True,
)
Person = Annotated[str, typer.Option(
    help="The platform's id, such as U0123456789; of who is only on the web the pseudonym, or six letters of it.",
    metavar="USER_ID",
)]
Tenant = Annotated[str | None, typer.Option(help="A Slack workspace or Teams tenant; by default wherever known.")]
Platform = Annotated[
    str | None, typer.Option(help="slack, msteams, web or terminal; by default wherever known.")
]


@privacy.command("show")
def privacy_show(person: Person, tenant: Tenant = None, platform: Platform = None) -> None:
    """Show kinds and counts of what is stored about a person."""
    from adapters import privacy_commands

    sys.exit(privacy_commands.show(_asked(person, tenant, platform)))


@privacy.command("export")
def privacy_export(person: Person, tenant: Tenant = None, platform: Platform = None) -> None:
    """Print all that is stored about a person as JSON, to be handed to that person."""
    from adapters import privacy_commands

    sys.exit(privacy_commands.export(_asked(person, tenant, platform)))


@privacy.command("erase")
def privacy_erase(
    person: Person, tenant: Tenant = None, platform: Platform = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking first.")] = False,
) -> None:
    """Forget a person, as if they had said so themselves."""
    from adapters import privacy_commands

    sys.exit(privacy_commands.erase(_asked(person, tenant, platform), lambda ask: yes or typer.confirm(ask)))


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.zip", dir_okay=False, help="The file to write; it must not exist yet.")
    ],
) -> None:
    """Write the database and the key into one file, while Midway runs. Erasures are kept apart from it."""
    from adapters import backup_commands

    sys.exit(backup_commands.backup(file))


def restore(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.zip", exists=True, dir_okay=False, help="A file that `midway backup` wrote."),
    ],
    replace: Annotated[bool, typer.Option("--replace", help="Write over the data that is there.")] = False,
) -> None:
    """Put a backup in place, then forget again whoever asked for it since. Stop Midway first."""
    from adapters import backup_commands

    sys.exit(backup_commands.restore(file, replace))


def demo(
    weeks: Annotated[int, typer.Option(min=26, max=104, help="How long Midway has been there.")] = 26,
    seed: Annotated[int, typer.Option(help="Another number makes another organization.")] = 7,
) -> None:
    """Write a made-up organization with its questions, pilots and results, to show; `serve --demo` opens it.

    It has a data folder of its own. One that is there is replaced.
    """
    from adapters.demo.folder import make
    from adapters.settings import Settings

    make(Settings(), weeks, seed)


def doctor(json_: AsJson = False) -> None:
    """Look at this installation and say what is right, what is wrong and what to do about it. Nothing is changed.

    Exit code 1 if something is wrong. Example: midway doctor --json
    """
    from adapters.doctor.command import doctor as run

    sys.exit(run(as_json=json_))


def _asked(person: str, tenant: str | None, platform: str | None) -> Asked:
    from adapters.bootstrap import PLATFORMS
    from adapters.privacy_commands import Asked

    if platform is not None and platform not in PLATFORMS:
        raise typer.BadParameter(f"choose {', '.join(PLATFORMS)}", param_hint="--platform")
    return Asked(person, tenant, platform)
