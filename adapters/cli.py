"""`midway`: the one program. Heavy libraries are imported inside the command that needs them."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters import adoption_cli, operation_cli, pilot_cli, report_cli, streams, team_cli, tip_cli
from adapters.cli_options import AsJson, Demo
from adapters.cli_order import InOrder
from adapters.sentences import sentence_of

# Read when numpy loads: for vectors this small, its threads cost more than they save.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SELDOM = (50_000, 20, 20)
"""How rarely objects that hold each other are looked for. What a start makes stays, so looking as often as Python does
by itself finds nothing, and takes a twentieth of the start.
"""
LOGGED = ("serve", "worker")
"""Commands that write into their log which variables are no settings."""
app = typer.Typer(
    name="midway", cls=InOrder,
    help='Midway, the social media advisor of a large organization. Start with: midway ask "How do we launch a pilot?"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
practices = typer.Typer(
    help="The library: list what is in it, show one practice, check all of them.", no_args_is_help=True
)
app.add_typer(practices, name="practices")
app.add_typer(team_cli.teams, name="teams")
app.add_typer(adoption_cli.adoption, name="adoption")
app.add_typer(pilot_cli.pilots, name="pilots")
app.add_typer(tip_cli.tips, name="tips")
app.command()(report_cli.report)
app.add_typer(operation_cli.privacy, name="privacy")
app.command()(operation_cli.backup)
app.command()(operation_cli.restore)
app.command()(operation_cli.demo)
app.command()(operation_cli.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"midway {version('midway-advisor')}\n")
        raise typer.Exit


@app.callback()
def midway(
    context: typer.Context,
    version_: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """What goes with no command."""
    if "--help" not in sys.argv and context.invoked_subcommand != "doctor":  # no settings; one that says it itself
        from adapters.settings import unknown_settings

        strange = list(unknown_settings())
        for sentence in () if context.invoked_subcommand in LOGGED else strange:
            sys.stderr.write(sentence + "\n")


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on. Whoever is not at this machine signs in first.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any that is free.")] = 8080,
    worker: Annotated[
        bool | None,
        typer.Option("--worker/--no-worker", help="Answer and send here, or leave that to `midway worker`."),
    ] = None,
    demo: Demo = False,
) -> None:
    """Serve the web chat and each platform whose tokens are set, until Ctrl-C.

    Example: midway serve --port 9000
    """
    from adapters.memory import keep_small
    from adapters.serving import serve as run

    keep_small()
    sys.exit(run(host, port, worker, demo=demo))


@app.command()
def worker() -> None:
    """Answer, send and do what is due, without pages, until Ctrl-C: beside `midway serve`, over the same database.

    Example: midway serve --no-worker, and in a second terminal: midway worker
    """
    from adapters.memory import keep_small
    from adapters.working import work

    keep_small()
    sys.exit(work())


@app.command()
def chat(demo: Demo = False) -> None:
    """Talk to Midway in this terminal. Type a number to press a button, /quit or Ctrl-D to leave."""
    from adapters.chatting import chat as run

    sys.exit(run(sys.stdin, sys.stdout, demo=demo))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes; - reads it from stdin.")] = None,
    json_: AsJson = False,
    team: Annotated[str | None, typer.Option(help="The team that asks; see `midway teams list`.")] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            help="Answer every line of a JSONL file, or of standard input (-): {id, question} or {id, turns}."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the answers of a batch here instead of the screen.")] = None,
) -> None:
    """Answer one question, or a batch of them, from the library.

    Examples:

      midway ask "How do we launch a pilot?"

      midway ask --batch questions.jsonl --out answers.jsonl

      midway ask - < question.txt
    """
    from adapters import ask_command

    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a question or --batch FILE")
    if batch is not None:
        if team or json_:
            raise typer.BadParameter("--team and --json go with a single question, not with --batch")
        if str(batch) != "-" and (batch.is_dir() or not batch.exists()):
            raise typer.BadParameter(f"there is no file {batch}", param_hint="--batch")
        sys.exit(ask_command.ask_batch(batch, out))
    if out is not None:
        raise typer.BadParameter("--out goes with --batch")
    assert question is not None
    sys.exit(ask_command.ask_one(sys.stdin.read() if question == "-" else question, json_, team))


@practices.command("list")
def practices_list(json_: AsJson = False) -> None:
    """Show every practice: id, title, stage, audience, kind, when it is due for review."""
    from adapters import library_commands

    sys.exit(library_commands.show_list(json_))


@practices.command("show")
def practices_show(id_: Annotated[str, typer.Argument(metavar="ID", help="For instance pilot-charter.")]) -> None:
    """Show all of one practice with its sources."""
    from adapters import library_commands

    sys.exit(library_commands.show_one(id_))


@practices.command("check")
def practices_check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A folder of practices; by default those that come with Midway.", exists=True, file_okay=False
        ),
    ] = None,
) -> None:
    """Check every practice: format, sources, links, dates. Exit code 1 if one fails."""
    from adapters import library_commands

    sys.exit(library_commands.check(folder))


@practices.command("import")
def practices_import(
    file: Annotated[
        Path, typer.Argument(help="A saved web page (HTML), markdown, text, PDF or DOCX.", exists=True, dir_okay=False)
    ],
    json_: AsJson = False,
) -> None:
    """Take a document apart: article, serious comments, noise; keep what it advises as drafts, never more.

    Example: midway practices import saved-page.html --json
    """
    from adapters import import_command

    sys.exit(import_command.import_file(file, json_))


@practices.command("new")
def practices_new(id_: Annotated[str, typer.Argument(metavar="ID", help="For instance webinar-series.")]) -> None:
    """Print the skeleton of a practice, to be completed in an editor or on the page “Library”."""
    from adapters import library_commands

    sys.exit(library_commands.show_skeleton(id_))


@app.command("sign-in")
def sign_in(
    role: Annotated[str, typer.Option(help="member, curator, expert, sponsor or admin.")] = "admin",
    label: Annotated[str, typer.Option(help="What you call whoever gets the link.")] = "from the shell",
    person: Annotated[str | None, typer.Option(
        help="Somebody who was let in before, by pseudonym or six letters of it: they stay the same person.",
    )] = None,
) -> None:
    """Print a one-time link to the pages for somebody who is only on the web; it works for three days."""
    from adapters import sign_in_command
    from bot.access import Role

    if person is not None:
        sys.exit(sign_in_command.make_link_again(person))
    if role not in set(Role):
        raise typer.BadParameter("choose member, curator, expert, sponsor or admin", param_hint="--role")
    sys.exit(sign_in_command.make_link(role, label))


@app.command("slack-manifest")
def slack_manifest(
    socket: Annotated[bool, typer.Option(help="For Socket Mode, which needs no public address.")] = True,
    people: Annotated[
        bool, typer.Option(help="Hear of accounts that are switched off; too much to hear above 20,000 people.")
    ] = True,
) -> None:
    """Print the app manifest to paste at api.slack.com under "From a manifest".

    With --no-socket the address in MIDWAY_PUBLIC_URL is used for events.
    """
    from adapters import platform_commands

    sys.exit(platform_commands.slack_manifest(socket, people))


@app.command("msteams-package")
def msteams_package(
    out: Annotated[Path, typer.Option(help="Where to write the package.")] = Path("midway-msteams.zip"),
    version: Annotated[
        str | None, typer.Option(help="Higher than that of the package Teams has, as 1.0.1; of the first it is 1.0.0.")
    ] = None,
    developer: Annotated[str | None, typer.Option(help="Who offers the app in Teams: your organization.")] = None,
    website: Annotated[str | None, typer.Option(help="A page about Midway or whoever offers it.")] = None,
    privacy: Annotated[str | None, typer.Option(help="The page with your privacy policy.")] = None,
    terms: Annotated[str | None, typer.Option(help="The page with your terms of use.")] = None,
) -> None:
    """Write the app package to upload in Teams; needs MIDWAY_MSTEAMS__APP_ID and MIDWAY_PUBLIC_URL.

    Teams shows its three pages to everybody: give https addresses that whoever sees the app can open.
    """
    from adapters import platform_commands

    given = {"version": version, "developer": developer, "website": website, "privacy": privacy, "terms": terms}
    sys.exit(platform_commands.msteams_package(out, {name: text for name, text in given.items() if text is not None}))


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables. `serve` does so by itself; this is for deployments."""
    from adapters import platform_commands

    sys.exit(platform_commands.migrate())


def main() -> None:
    """The entry point: every expected error becomes one sentence on stderr and exit code 1 or 2."""
    os.umask(0o077)  # of whatever is written here, others on the machine may read nothing
    streams.make_usable()
    gc.set_threshold(*SELDOM)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # here, where its failing can be told
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read has seen enough
        streams.let_go_of_output()
        sys.exit(1)
    except Exception as error:
        if sentence := sentence_of(error):
            sys.stderr.write(sentence + "\n")
            streams.let_go_of_output()
            sys.exit(1)
        raise
