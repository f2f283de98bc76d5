"""Numbers in addresses: of a length that every database takes."""

from __future__ import annotations

from starlette.convertors import IntegerConvertor, register_url_convertor

DIGITS = 9
"""So many fit into the 32 bits of a database's smaller columns: versions of practices and of plans."""


class PathNumber(IntegerConvertor):
    """An address with a longer number leads nowhere."""

    regex = f"[0-9]{{1,{DIGITS}}}"


register_url_convertor("number", PathNumber())


def number(name: str) -> str:
    """The part of a route in which such a number stands, handed over under this name."""
    return f"{{{name}:number}}"
