"""In which order `midway --help` lists the commands."""

from __future__ import annotations

from typer import Context
from typer.core import TyperGroup

ORDER = (
    "ask", "chat", "serve", "demo", "doctor", "sign-in", "slack-manifest", "msteams-package",
    "practices", "teams", "pilots", "adoption", "report", "tips",
    "privacy", "backup", "restore", "worker", "migrate",
)
"""What people do first, what they come back for, what keeps it running."""


class InOrder(TyperGroup):
    """Lists its commands in that order; one that has no place in it comes last."""

    def list_commands(self, ctx: Context) -> list[str]:  # type: ignore[override]
        places = {name: at for at, name in enumerate(ORDER)}
        return sorted(super().list_commands(ctx), key=lambda name: places.get(name, len(ORDER)))
