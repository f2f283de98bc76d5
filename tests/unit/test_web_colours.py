"""Words can be read in both colour schemes (WCAG 2.2: 4.5 for text, 3 for edges and focus)."""

from __future__ import annotations

import re

import pytest

from adapters.web.pages import STATIC

CSS = (STATIC / "chat.css").read_text()
ROOTS = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.S)
LIGHT = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", ROOTS[0]))
DARK = LIGHT | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", ROOTS[1]))
TEXT = [("ink", "paper"), ("ink", "surface"), ("ink", "tint"), ("ink", "warn"), ("soft", "paper"), ("soft", "surface"), ("green", "paper"), ("green", "surface"),
        ("green", "tint"), ("on-green", "green"), ("on-green", "green-hover"), ("green-hover", "surface")]  # fmt: skip
EDGES = [("edge", "paper"), ("edge", "surface"), ("green", "paper"), ("focus", "paper"), ("focus", "surface"), ("focus", "tint")]


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_stand_out(scheme: dict[str, str]) -> None:
    """Every pair that the page uses."""
    pairs = [(pair, 4.5) for pair in TEXT] + [(pair, 3.0) for pair in EDGES]
    too_faint = {pair: round(contrast(scheme[pair[0]], scheme[pair[1]]), 2) for pair, least in pairs if contrast(scheme[pair[0]], scheme[pair[1]]) < least}
    assert too_faint == {}
