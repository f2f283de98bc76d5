"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Demo = Annotated[bool, typer.Option("--demo", help="Use the made-up organization of `midway demo`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs; its form is a contract.")]
