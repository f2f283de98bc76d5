"""What several unit tests begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage.unit import Storage
from tests.fakes.office import World


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return World(storage)


@pytest.fixture
def own_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands keep what they make in a folder of this test, from which they are run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "data"))
