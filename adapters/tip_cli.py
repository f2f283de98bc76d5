"""`midway tips …`: its commands; heavy libraries are imported inside the command that needs them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from adapters.cli_options import AsJson

tips = typer.Typer(
    help="Weekly tips: list subscriptions, see what a place would get, send what is due.", no_args_is_help=True
)


@tips.command("list")
def tips_list(json_: AsJson = False) -> None:
    """Show every subscription, the next one due first: id, place, state, next send, what came of the last week.

    Example: midway tips list --json
    """
    from adapters import tip_commands

    sys.exit(tip_commands.show_list(json_))


@tips.command("preview")
def tips_preview(
    id_: Annotated[str | None, typer.Argument(metavar="ID", help="See `midway tips list`; without it, all.")] = None,
    json_: AsJson = False,
) -> None:
    """Show the tip that a subscription would get now; without ID, of all that are on. Nothing is sent.

    Example: midway tips preview ID
    """
    from adapters import tip_commands

    sys.exit(tip_commands.preview(id_, json_))


@tips.command("send-due")
def tips_send_due() -> None:
    """Plan the tips that are due, send them on the platforms whose tokens are set, and end.

    `midway serve` and `midway worker` do so by themselves, each minute. This is for a timer of the system, or for
    after a stop. At any time and twice at once it sends no tip twice.

    Example: midway tips send-due
    """
    from adapters import tip_commands

    sys.exit(tip_commands.send_due())
