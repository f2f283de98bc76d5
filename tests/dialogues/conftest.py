"""Dialogues are held with the shipped library and the real model."""

from __future__ import annotations

from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
