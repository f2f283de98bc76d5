"""Time zones by the names that platforms and machines give them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


def known_zone(name: object) -> str | None:
    """The name, if it is one of the IANA database; None for anything else."""
    return name if isinstance(name, str) and name in _names() else None


@cache
def _names() -> frozenset[str]:
    """Read once: each reading looks through a directory of some six hundred files."""
    return frozenset(available_timezones())
