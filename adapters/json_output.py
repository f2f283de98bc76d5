"""JSON as every command prints it."""

from __future__ import annotations

import json
import sys


def indented(value: object) -> str:
    """Indented, letters as they are, without a new line at the end."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def print_json(value: object) -> None:
    sys.stdout.write(indented(value) + "\n")
