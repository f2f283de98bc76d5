"""Teaches the intent branch; not shipped. See README.md."""

from pathlib import Path

PREPARED = Path(__file__).parent / "prepared.json"
TARGET = Path(__file__).parent.parent / "knowledge" / "minilm" / "branch.npz"
SHARES = {"good": 13.0, "off": 6.0, "refuse": 1.2, "desk": 0.7, "small": 0.4}
"""How much attention each kind gets: good questions and refusals matter as wholes, not per kind."""
