"""Where pages are reached at this machine: a note of `midway serve` in the data folder, for links that are made at the
shell.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from ipaddress import ip_address

from adapters.data_folder import give_to_owner_of
from adapters.settings import Settings

FILE = "address.last"
_USUAL = "http://127.0.0.1:8080"
_MAY_DIFFER = "It is not kept here which port `midway serve` has: if not 8080, put the right one into the link.\n"


def address_of(host: str, port: int) -> str:
    """As a browser takes it."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def note_address(settings: Settings, host: str, port: int) -> None:
    """Who listens everywhere is reached at this machine, too. A folder that cannot be written to keeps nothing from
    being served.
    """
    here = ip_address(host)
    local = ("::1" if here.version == 6 else "127.0.0.1") if here.is_unspecified else host
    note = settings.data_dir / FILE
    with suppress(OSError):
        note.write_text(address_of(local, port), encoding="ascii")
        give_to_owner_of(settings.data_dir, note)


def pages_at(settings: Settings) -> str:
    """The public address, else the one served last; where none is known the usual one, and on stderr that it may
    differ.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/")
    with suppress(OSError, ValueError):
        if served := (settings.data_dir / FILE).read_text(encoding="ascii"):
            return served
    sys.stderr.write(_MAY_DIFFER)
    return _USUAL
