"""Who sits at this terminal."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from pathlib import Path

from adapters.zones import known_zone

LOCALTIME = Path("/etc/localtime")
_DATABASE = "zoneinfo/"
"""How the path of a zone begins before its name, wherever a system keeps its database."""


def local_user() -> str:
    """The name they are logged in with; their number where the machine knows no name, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def local_zone(environment: Mapping[str, str] = os.environ, localtime: Path = LOCALTIME) -> str | None:
    """The machine's time zone by its IANA name: that of ``TZ``, else that which ``localtime`` links to."""
    named = environment.get("TZ", "").removeprefix(":")
    if not named:
        try:
            named = str(localtime.readlink())
        except (OSError, ValueError):
            return None
    return known_zone(named.rpartition(_DATABASE)[2])
