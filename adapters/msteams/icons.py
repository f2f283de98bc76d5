"""The app's two icons, a speech bubble with three dots: drawn from shapes, written as PNG with zlib alone."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache

from adapters.pngs import DATA, END, SIGNATURE, chunk

Pixel = tuple[int, int, int, int]

BACKGROUND: Pixel = (0x1F, 0x4E, 0x79, 0xFF)
WHITE: Pixel = (0xFF, 0xFF, 0xFF, 0xFF)
NOTHING: Pixel = (0xFF, 0xFF, 0xFF, 0x00)
SAMPLES = 2
"""Points looked at along each side of a pixel, so that edges are smooth."""


@cache
def color(size: int) -> bytes:
    """A white bubble on the accent colour, opaque to the edge as Teams asks."""
    return _png(size, lambda x, y: WHITE if _bubble(x, y) and not _dots(x, y) else BACKGROUND)


@cache
def outline(size: int) -> bytes:
    """The bubble's outline in white on nothing, as Teams asks."""
    return _png(size, lambda x, y: WHITE if _dots(x, y) or (_bubble(x, y) and not _inside(x, y)) else NOTHING)


def _bubble(x: float, y: float, margin: float = 0.0) -> bool:
    """A rounded box with a tail at the lower left; all in parts of the icon's side."""
    left, top, right, bottom, radius = 0.16 + margin, 0.2 + margin, 0.84 - margin, 0.68 - margin, 0.12
    near_x, near_y = min(max(x, left + radius), right - radius), min(max(y, top + radius), bottom - radius)
    box = (x - near_x) ** 2 + (y - near_y) ** 2 <= radius**2
    tail = 0.3 + margin <= x <= 0.5 - margin and bottom - 0.02 <= y <= 0.84 - 2 * margin - (x - 0.3)
    return box or tail


def _inside(x: float, y: float) -> bool:
    return _bubble(x, y, margin=0.06)


def _dots(x: float, y: float) -> bool:
    return any((x - middle) ** 2 + (y - 0.44) ** 2 <= 0.05**2 for middle in (0.33, 0.5, 0.67))


def _png(size: int, paint: Callable[[float, float], Pixel]) -> bytes:
    rows = b"".join(b"\x00" + b"".join(bytes(_blend(size, x, y, paint)) for x in range(size)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(DATA, zlib.compress(rows, 9)), chunk(END, b""))
    return SIGNATURE + b"".join(parts)


def _blend(size: int, x: int, y: int, paint: Callable[[float, float], Pixel]) -> Pixel:
    steps = [(number + 0.5) / SAMPLES for number in range(SAMPLES)]
    seen = [paint((x + right) / size, (y + down) / size) for down in steps for right in steps]
    red, green, blue, alpha = (round(sum(channel) / len(seen)) for channel in zip(*seen, strict=True))
    return red, green, blue, alpha
