"""What the tests over HTTP and in a browser share: a platform with its harness, a site that runs, the browser itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.privacy import SecretKey
from bot.storage.unit import Storage
from tests.databases import MakeDatabase
from tests.harness import RecordingIntake, msteams, slack, web
from tests.harness.msteams import MsTeamsHarness
from tests.harness.slack import SlackHarness
from tests.harness.web import WebHarness
from tests.integration.chromium import chromium
from tests.integration.command_line import data_folder
from tests.integration.desk_site import DeskSite, desk_site
from tests.integration.web_site import Site, site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Started once for each module that asks for it."""
    async with chromium() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def running(migrated_database: MakeDatabase, tmp_path: Path) -> AsyncIterator[DeskSite]:
    """The pages behind the sign-in, on a port of this machine."""
    storage = Storage(migrated_database("sqlite", tmp_path), SecretKey(bytes(range(32))))
    async with desk_site(storage) as made:
        yield made
    await storage.close()


@pytest_asyncio.fixture(loop_scope="module")
async def chat_site() -> AsyncIterator[Site]:
    """The chat page, on a port of this machine."""
    async with site() as made:
        yield made


@pytest_asyncio.fixture(name="slack")
async def over_slack() -> AsyncIterator[SlackHarness]:
    async with slack.harness(RecordingIntake()) as made:
        yield made


@pytest_asyncio.fixture
async def teams() -> AsyncIterator[MsTeamsHarness]:
    async with msteams.harness(RecordingIntake()) as made:
        yield made


@pytest_asyncio.fixture(name="web")
async def over_the_web() -> AsyncIterator[WebHarness]:
    async with web.harness(RecordingIntake()) as made:
        yield made


@pytest.fixture
def data(tmp_path: Path, real_data: Path) -> Path:
    """A data folder of its own with the index and the model in it; for modules that import ``real_data``."""
    return data_folder(tmp_path / "data", real_data)
