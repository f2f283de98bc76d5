"""Options that several commands have, and what follows from them together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

Demo = Annotated[bool, typer.Option("--demo", help="Use the made-up organization of `midway demo`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs; its form is a contract.")]


def form_of(said: str | None, out: Path | None, forms: Sequence[str], usual: str) -> str:
    """As what to write: as was said, else as the file ends, else as usual. It is wrong usage to say one and name a
    file that ends as another; an ending that is no form's says nothing.
    """
    if said is not None and said not in forms:
        raise typer.BadParameter(f"choose {', '.join(forms[:-1])} or {forms[-1]}", param_hint="--format")
    ending = out.suffix.lower().removeprefix(".").replace("txt", "text") if out else ""
    if said is not None and ending in forms and ending != said:
        raise typer.BadParameter(f"{out} ends as another format than {said}: change one of them", param_hint="--out")
    return said or (ending if ending in forms else usual)
