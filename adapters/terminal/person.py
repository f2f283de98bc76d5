"""Who sits at this terminal."""

from __future__ import annotations

import getpass
import os


def local_user() -> str:
    """The name they are logged in with; their number where the machine knows no name, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"
