"""PNG files made smaller without a pixel changed: drawing libraries hurry, messages have little room."""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DATA, _END = b"IDAT", b"IEND"


def packed(png: bytes) -> bytes:
    """The same picture with its data packed as tightly as zlib can. Raises ValueError for what is no PNG."""
    if not png.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    pieces, data, at = [_SIGNATURE], b"", len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12
        if kind == _DATA:
            data += body
            continue
        if kind == _END:
            pieces.append(_piece(_DATA, zlib.compress(zlib.decompress(data), 9)))
        pieces.append(_piece(kind, body))
    return b"".join(pieces)


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    width, height = struct.unpack_from(">II", png, len(_SIGNATURE) + 8)
    return width, height


def _piece(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
