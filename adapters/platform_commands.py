"""What `midway slack-manifest`, `midway msteams-package` and `midway migrate` do."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.data_folder import ready
from adapters.settings import Settings
from bot.help_views import SUGGESTIONS


def slack_manifest(socket: bool, people: bool) -> int:
    """Raises ManifestImpossible."""
    from adapters.slack.manifest import manifest

    made = manifest(Settings().public_url, socket, SUGGESTIONS, people=people)
    sys.stdout.write(json.dumps(made, indent=2) + "\n")
    return 0


def msteams_package(out: Path, given: Mapping[str, Any]) -> int:
    """``given`` are options of ``build_package``. Raises PackageImpossible."""
    from adapters.msteams.package import build_package

    settings = Settings()
    if not settings.msteams.app_id or not settings.public_url:
        sys.stderr.write("Set MIDWAY_MSTEAMS__APP_ID and MIDWAY_PUBLIC_URL first: the package carries both.\n")
        return 1
    packed = build_package(settings.msteams.app_id, settings.public_url, **given)
    out.write_bytes(packed)
    sys.stdout.write(f"Wrote {out}. Upload it in Teams: Apps, Manage your apps, Upload an app.\n")
    if missing := [f"--{name}" for name in ("website", "privacy", "terms") if name not in given]:
        pages = ", ".join(missing)
        sys.stdout.write(f"Without {pages} Teams links {settings.public_url}, which may not open for everybody.\n")
    return 0


def migrate() -> int:
    from bot.storage.schema import REVISIONS
    from bot.storage.schema import migrate as bring_up

    settings = Settings()
    ready(settings.data_dir)
    bring_up(settings.database)
    sys.stdout.write(f"The database is at revision {REVISIONS[-1]}.\n")
    return 0
