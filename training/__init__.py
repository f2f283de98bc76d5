"""Teaches the intent branch; not shipped. See README.md."""

from pathlib import Path

PREPARED = Path(__file__).parent / "prepared.json"
TARGET = Path(__file__).parent.parent / "knowledge" / "minilm" / "branch.npz"
