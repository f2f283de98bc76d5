"""Teaches the intent branch; not shipped. See README.md."""

from pathlib import Path

PREPARED = Path(__file__).parent / "prepared.json"
