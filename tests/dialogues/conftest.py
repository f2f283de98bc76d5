"""Dialogues are held with the shipped library and the real model."""

from __future__ import annotations

from tests.prepared import knowledge, prepared

__all__ = ["knowledge", "prepared"]
