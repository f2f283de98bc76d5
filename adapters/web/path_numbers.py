"""Numbers in addresses: of a length that every database takes."""

from __future__ import annotations

from starlette.convertors import IntegerConvertor, register_url_convertor


class PathNumber(IntegerConvertor):
    """At most nine digits; an address with more leads nowhere."""

    regex = "[0-9]{1,9}"


register_url_convertor("number", PathNumber())


def number(name: str) -> str:
    """The part of a route in which such a number stands, handed over under this name."""
    return f"{{{name}:number}}"
