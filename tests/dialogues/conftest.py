"""Dialogues are held with the shipped library and the real model; those about Teams itself with answers made up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.databases import MakeDatabase
from tests.dialogues.stage import Midway, Stage, stage
from tests.fakes.answering import FakeAnswering
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]


@pytest_asyncio.fixture
async def here(database: str, migrated_database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Stage]:
    """Teams, with Midway over each database."""
    async with stage("msteams", Midway(migrated_database(database, tmp_path), FakeAnswering())) as made:
        yield made
