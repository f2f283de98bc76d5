"""How PNG files are made up, and how to make them smaller without a pixel changed: drawing libraries hurry, messages
have little room.
"""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
DATA, END = b"IDAT", b"IEND"
"""The kinds of chunks that hold the pixels and that end the file."""


def packed(png: bytes) -> bytes:
    """The same picture with its data packed as tightly as zlib can. Raises ValueError for what is no PNG."""
    if not png.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    pieces, data, at = [SIGNATURE], b"", len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12
        if kind == DATA:
            data += body
            continue
        if kind == END:
            pieces.append(chunk(DATA, zlib.compress(zlib.decompress(data), 9)))
        pieces.append(chunk(kind, body))
    return b"".join(pieces)


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    width, height = struct.unpack_from(">II", png, len(SIGNATURE) + 8)
    return width, height


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a file: its length, its kind (four letters), its body and its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
